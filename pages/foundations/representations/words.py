"""The equations of the page on representations."""

from components.scene import Equation

EQUATIONS = (
    Equation(
        r"\min_{W, b}\ \tfrac12 \lVert W\rVert^2 - \sum_{i \in D} \log\,\mathrm{softmax}(W z_i + b)_{y_i}, \qquad "
        r"z_i = \frac{f(x_i) - \bar f}{s}",
        {
            "x_i, y_i": "a digit and its label",
            "f": "the frozen features: the pixels themselves, or the outputs of a network's last layer",
            r"\bar f, s": "the mean of the features over all digits, and one number that makes their mean variance 1",
            "D": "the few digits whose labels are drawn",
            "W, b": "the weights and biases of the probe, all that is fitted",
        },
    ),
    Equation(
        r"\mathrm{accuracy} = \frac{1}{n - |D|} \sum_{i \notin D} \mathbf 1[\hat y_i = y_i]",
        {
            "n": "the 597 digits that no training saw",
            r"\hat y_i": "the label with the largest score in the probe",
        },
    ),
    Equation(
        r"\bar d \pm t\,\sqrt{\frac{s_{\text{seed}}^2}{S} + \frac{s_{\text{draw}}^2}{R}}",
        {
            r"\bar d": "the mean of the differences of two accuracies, of the same seed and the same draw",
            r"s_{\text{seed}}^2, s_{\text{draw}}^2": "the variance of their means per seed, and per draw",
            "S, R": "the number of seeds, 5, and of draws, 10",
            "t": "the 97.5 % point of Student's distribution, for the fewer of S − 1 and R − 1 degrees of freedom",
        },
    ),
    Equation(
        r"\ell_{\text{inpainting}} = \frac{1}{|H|}\sum_{p \in H} \big(g(f(x \cdot (1 - h)))_p - x_p\big)^2, \qquad "
        r"\ell_{\text{rotation}} = -\log p(k \mid f(\mathrm{turn}_k\, x))",
        {
            "H, h": "the pixels of the hole, and the mask that is 1 on them",
            "g": "the head, a small network that is thrown away afterwards",
            "k": "the number of quarter turns, 0 to 3; the autoencoder is inpainting without a hole, over all pixels",
        },
    ),
    Equation(
        r"\ell_{\text{contrast}} = -\log \frac{e^{\cos(u_i, u_i') / \tau}}{\sum_{j \neq i} e^{\cos(u_i, u_j) / \tau}}",
        {
            r"u_i, u_i'": "the head's outputs for two random views of the same digit",
            "u_j": "those of all other views in the batch",
            r"\tau": "the temperature",
        },
    ),
)
