"""The equations of the convolution page."""

from components.scene import Equation

EQUATIONS = (
    Equation(
        r"Y_{o,i,j} = b_o + \sum_{c,u,v} W_{o,c,u,v}\, X_{c,\; s i + d u - p,\; s j + d v - p}",
        {
            "X": "the input: a volume of channels c, rows and columns; 0 outside",
            "W": "the kernels o, each as deep as the input has channels; u and v number its rows and columns",
            "b_o": "the bias of kernel o, one number",
            "Y": "the output: a map for each kernel, with rows i and columns j",
            "s, p, d": "stride, padding and dilation, in pixels",
        },
    ),
    Equation(
        r"(W * X)_{i,j} = \sum_{u,v} W_{u,v}\, X_{i-u,\,j-v}",
        {"W * X": "the convolution of mathematics, which is the sum above with W turned by 180°"},
    ),
    Equation(
        r"n_{\text{out}} = \left\lfloor \frac{n + 2p - d(k-1) - 1}{s} \right\rfloor + 1, \qquad "
        r"\text{parameters} = C_o\left(\frac{C_i k^2}{g} + 1\right)",
        {
            "n": "rows or columns of the input, and of the output",
            "k": "the side of the kernel",
            "C_i, C_o": "channels in and out",
            "g": "the groups: each part of the kernels sees its own part of the channels",
        },
    ),
    Equation(
        r"r_l = r_{l-1} + d_l (k_l - 1) \prod_{m<l} s_m",
        {
            "r_l": "the receptive field behind layer l, in pixels of a side; r_0 = 1",
            "s_m, k_l, d_l": "stride, kernel and dilation of a layer; a dense layer is a kernel of its whole input",
        },
    ),
    Equation(
        r"\operatorname{vec}(Y) = B \operatorname{vec}(X) = \left(w^{\top} C\right)^{\top}, \qquad "
        r"e = \frac{\sum |Y' - Y''|}{\sum |Y''|}",
        {
            "B": "the banded matrix: in each row the same weights, moved along",
            "w, C": "the kernel as a vector, and the windows as columns",
            "e": "the relative error of two maps: that of the moved picture, and the moved map",
        },
    ),
    Equation(
        r"x \leftarrow \operatorname{clip}\!\left(x + \eta\, \frac{g}{\max|g|},\, 0,\, 1\right), \qquad "
        r"g = \frac{\partial a(x)}{\partial x}, \qquad f_{i,j} = P(y \mid x) - P(y \mid x \text{ covered at } i, j)",
        {
            "a(x)": "the answer of a filter's middle cell to a picture x, before the ReLU",
            r"\eta": "the step, 0.05; 150 steps from medium gray",
            "f": "the fall: what the probability of the answer y loses where a black square lies",
        },
    ),
)
