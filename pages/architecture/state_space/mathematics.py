"""The mathematics of the state-space page, each symbol named."""

from components.scene import Equation

EQUATIONS = (
    Equation(
        r"h_k = \bar A\,h_{k-1} + \bar B\,u_k, \qquad y_k = C\,h_k + D\,u_k",
        {
            "u_k, y_k": "input and output at sample k",
            "h_k": "the state, N numbers, 0 before the first sample",
            r"\bar A, \bar B": "A and B of h' = A h + B u after discretization with the step Δ",
            "C, D": "the readout of the state, and the skip",
        },
    ),
    Equation(
        r"y_k = C\bar A^{k}\bar B\,u_0 + C\bar A^{k-1}\bar B\,u_1 + \dots + C\bar B\,u_k + D\,u_k, \qquad "
        r"K_j = C\bar A^{j}\bar B",
        {"K_j": "the kernel at lag j: what is left at the output of an input of j samples ago"},
    ),
    Equation(
        r"\text{bilinear: } \bar A = (I-\tfrac{\Delta}{2}A)^{-1}(I+\tfrac{\Delta}{2}A),\quad "
        r"\bar B = (I-\tfrac{\Delta}{2}A)^{-1}\Delta B; \qquad \text{zoh: } \bar A = e^{\Delta A},\quad "
        r"\bar B = A^{-1}(e^{\Delta A}-I)B",
        {
            r"\Delta": "the step, in the time of A",
            "I": "the identity; zoh is exact for an input that is held for a step",
        },
    ),
    Equation(
        r"y = \mathcal F^{-1}\big(\mathcal F(K)\,\mathcal F(u)\big) + D\,u",
        {r"\mathcal F": "the discrete Fourier transform of K and u, each with zeros up to twice the length"},
    ),
    Equation(
        r"A_{nk} = -\begin{cases}\sqrt{(2n+1)(2k+1)} & n>k\\ n+1 & n=k\\ 0 & n<k\end{cases}, \qquad "
        r"\dot c = \tfrac1t\,(A c + B u), \qquad u(x t) \approx \sum_n c_n \sqrt{2n+1}\,P_n(2x-1)",
        {
            "A_{nk}": "HiPPO-LegS, with eigenvalues −1 to −N; B_n is the root of 2n + 1",
            "c_n, t": "the coefficients of the memory, and the time since the first sample",
            "P_n, x": "the Legendre polynomials, and the place in the past from 0 to 1; without the factor 1/t, as a "
            "fixed "
            "system, x is e to the minus age",
        },
    ),
    Equation(
        r"h_t = e^{\Delta_t A}\odot h_{t-1} + \bar B_t\,u_t, \qquad \Delta_t = 2\,\sigma(w\cdot x_t + b)",
        {
            r"\Delta_t": "the step of token t, here from 0 to 2; at 0 the state stays as it is",
            "x_t, w, b": "the token's vector, and what is trained to read it",
            r"\sigma": "the logistic function; a gate h = (1 − g) h + g u is the case A = −1, B = C = 1, g = σ(z), "
            "Δ = log(1 + e^z)",
        },
    ),
    Equation(
        r"(a, b)\circ(a', b') = (a a',\; a\,b' + b)",
        {"(a, b)": "the step h → a h + b; two of them, the primed one first, make one"},
    ),
    Equation(
        r"M_{ts} = C_t\,e^{(\Delta_{s+1}+\dots+\Delta_t)A}\,\bar B_s, \qquad M_{ts} = K_{t-s}, \qquad "
        r"M_{ts} = \frac{e^{q_t\cdot k_s/\sqrt d}}{\sum_{r\le t} e^{q_t\cdot k_r/\sqrt d}} \qquad (s\le t)",
        {
            "M": "the matrix that a layer applies, y = M u, 0 above the diagonal: selective, fixed, attention",
            r"B_t, C_t": "what a selective layer reads from token t; B̄ is the discrete B",
            "q_t, k_s": "query and key, vectors of d numbers",
        },
    ),
    Equation(
        r"h_t = (1-g_t)\,h_{t-1} + g_t\,u_t, \qquad g_t = \sigma(z_t),\quad \Delta_t = \log(1+e^{z_t})"
        r"\ \Rightarrow\ e^{-\Delta_t} = 1-g_t",
        {"g_t": "the gate: the share of the new sample", "z_t": "what opens it above 0 and shuts it below"},
    ),
    Equation(
        r"\text{bytes} = 2\cdot 2\,\ell_a n_{kv} d\,L + 4\,\ell_s S, \qquad "
        r"\text{operations} = 2W + 4\,\ell_a n_h d\,L + 6\,\ell_s S",
        {
            r"\ell_a, \ell_s": "layers with attention, and layers with a state",
            "n_{kv}, n_h, d": "heads of keys and values, heads of queries, and numbers of one head",
            "L, S": "tokens before, and numbers of the state of one layer, 4 bytes each; a number of the cache has 2",
            "W": "weights that a token reads",
        },
    ),
    Equation(
        r"\text{tokens a second} \le \min\Big(\frac{\text{batch}\cdot\text{bandwidth}}{\text{bytes moved}},\;"
        r"\frac{\text{peak}}{\text{operations}}\Big)",
        {
            r"\text{bytes moved}": "weights once for the batch, each cache once, each state read and written",
            r"\text{operations}": "for one token of one sequence",
        },
    ),
)
