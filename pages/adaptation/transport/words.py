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
    Equation(
        r"\bar\alpha = \arg\min_{\alpha}\ \sum_s w_s\, W_2^2(\alpha, \alpha_s)",
        {
            r"\bar\alpha": "the barycenter: the average of the shapes under W₂",
            r"\alpha_s": "shape s, as a cloud of points",
            "w_s": "its weight; the weights sum to 1",
        },
    ),
    Equation(
        r"T(x) = x + \sum_j \frac{P_{sj}}{a_s}\, y_j - x_s \quad\text{(exact)}, \qquad "
        r"T(x) = \frac{\sum_j y_j\, b_j\, e^{(v_j - \lVert x - y_j\rVert^2) / \varepsilon}}"
        r"{\sum_j b_j\, e^{(v_j - \lVert x - y_j\rVert^2) / \varepsilon}} \quad\text{(Sinkhorn)}",
        {
            "T(x)": "the color that a pixel of color x gets; what it has below 0 or above 1 is cut off there",
            "x_s": "the sampled color nearest to x",
            "y_j": "a sampled color of the second picture",
        },
    ),
    Equation(
        r"\mathrm{SW}_2^2(\alpha, \beta) = \frac{3}{L} \sum_{\ell=1}^{L} "
        r"W_2^2(\theta_\ell^{\top}\alpha,\ \theta_\ell^{\top}\beta) \le W_2^2(\alpha, \beta)",
        {
            r"\mathrm{SW}_2^2": "sliced W₂² between all colors of two pictures",
            r"\theta_\ell": "line ℓ of the L = 13 along edges and diagonals of the color cube",
        },
    ),
    Equation(
        r"r_s = \frac{\sum_i (R_i - \bar R)(Q_i - \bar Q)}"
        r"{\sqrt{\sum_i (R_i - \bar R)^2\, \sum_i (Q_i - \bar Q)^2}}",
        {
            "r_s": "Spearman’s rank correlation",
            "R_i, Q_i": "the ranks of source i by distance and by gain; ties share their mean rank",
            r"\bar R, \bar Q": "the means of these ranks",
        },
    ),
    Equation(
        r"\mathrm{MMD}^2 = \overline{k(x, x')} + \overline{k(y, y')} - 2\, \overline{k(x, y)}, \qquad "
        r"k(x, y) = e^{-\lVert x - y\rVert^2 / (2 h^2)}",
        {
            r"\mathrm{MMD}^2": "the maximum mean discrepancy, squared: means of k over all pairs of points",
            "h": "the bandwidth, beyond which points look equally far",
        },
    ),
)
