"""The equations of the transport page."""

from components.scene import Equation

EQUATIONS = (
    Equation(
        r"W_p^p(\alpha, \beta) = \min_{P \ge 0}\ \sum_{ij} P_{ij}\, M_{ij}, \qquad P\mathbf 1 = a,\quad "
        r"P^{\top}\mathbf 1 = b, \qquad M_{ij} = \lVert x_i - y_j\rVert^p",
        {
            "P": "the plan: the mass that moves from source point i to target point j",
            "M": "the cost of moving one unit",
            "a, b": "the masses of the source and the target",
        },
    ),
    Equation(
        r"\max_{u, v}\ a^{\top}u + b^{\top}v \quad\text{with}\quad u_i + v_j \le M_{ij}",
        {
            "u, v": "the prices: fees for picking up and for delivering; the maximum equals the least cost, which "
            "proves both"
        },
    ),
    Equation(
        r"\max_{v}\ \sum_k m_k v_k + \sum_x \rho(x)\, \min_k \big(\lVert x - y_k\rVert^2 - v_k\big)",
        {
            "x": "a cell of the field of customers",
            r"\rho": "the share of all customers in a cell",
            "y_k": "the place of shop k",
            "v_k": "its price: what it pays each customer; the slope along it is the share that shop k lacks",
            "m_k": "the share of all customers that shop k is to have; the gap is the share that it has minus this one",
        },
    ),
    Equation(
        r"P_{\varepsilon} = \arg\min_P\ \langle P, M\rangle + \varepsilon\,\mathrm{KL}(P \mid a b^{\top}), \qquad "
        r"S_\varepsilon(x, y) = \mathrm{OT}_\varepsilon(x, y) - \tfrac12 \mathrm{OT}_\varepsilon(x, x) "
        r"- \tfrac12 \mathrm{OT}_\varepsilon(y, y)",
        {r"\varepsilon": "the regularization reg", "S": "the debiased divergence, 0 for equal clouds"},
    ),
    Equation(
        r"\mathrm{GW} = \min_P \sum_{ijkl} (C_{ik} - D_{jl})^2\, P_{ij} P_{kl}",
        {
            "C, D": "the costs between two points of the source, and between two of the target",
            r"\mathrm{GW}": "the least found: the problem has many valleys, so each start only proves “at most”",
        },
    ),
    Equation(
        r"d\big((x, y), (x', y')\big)^2 = \lVert x - x'\rVert^2 + "
        r"\lambda\, W_2^2\big(P(x \mid y), P(x' \mid y')\big)",
        {r"\lambda": "the weight of the labels", "y": "a label, which stands for the cloud of its points"},
    ),
)
