"""The mathematics of the decoding page."""

from components.scene import Equation

EQUATIONS = (
    Equation(
        r"x \sim q, \qquad \Pr(\text{accept } x) = \min\!\left(1, \frac{p(x)}{q(x)}\right), \qquad "
        r"r(y) = \frac{\max(p(y) - q(y), 0)}{\sum_z \max(p(z) - q(z), 0)}",
        {
            "p, q": "the distributions of the target and of the draft over the next token",
            "x": "the draft token",
            "r": "the residual, from which the token is drawn after a rejection",
        },
    ),
    Equation(
        r"E = \frac{1 - \alpha^{\gamma + 1}}{1 - \alpha}, \qquad "
        r"\text{speed} = \frac{E}{T(\gamma + 1) / T(1) + \gamma c}",
        {
            r"\alpha": "the acceptance probability, the mean of the sum of min(p, q)",
            r"\gamma": "draft tokens for each call of the target",
            "E": "tokens gained by each call, if tokens were accepted independently",
            "T(k)": "the time of one call that reads k tokens; the published formula sets T(γ + 1) = T(1)",
            "c": "the time of one draft token, in units of T(1)",
        },
    ),
    Equation(
        r"m' = \max(m, \max_j S_j), \quad \ell' = \ell\, e^{m - m'} + \sum_j e^{S_j - m'}, \quad "
        r"O' = \frac{\ell\, e^{m - m'} O + \sum_j e^{S_j - m'} v_j}{\ell'}",
        {
            "S": "the scores of one query with the keys of the present tile",
            r"m, \ell": "the largest score and the sum of exponentials so far",
            "O": "the output so far; after the last tile it is softmax attention exactly",
        },
    ),
    Equation(
        r"P = \min(P_{\max},\; B\,I), \qquad I = \frac{\text{operations}}{\text{bytes}}, \qquad "
        r"\text{cache} = 2\,n_{\mathrm{layer}}\,h_{kv}\,d\,N\,b",
        {
            "P": "the roof: the most operations a second",
            r"P_{\max}, B": "operations a second and bytes a second that the machine reaches at best",
            "I": "operations of a call for each byte that it has to read: the weights once, and the cache",
            r"\text{cache}": "bytes of all keys and values (hence the 2) after N tokens, with b bytes to a number",
            "h_{kv}, d": "key/value heads and their width: 3 heads for 9 query heads; ungrouped, there are 9",
        },
    ),
    Equation(
        r"T = o + \frac{1}{s}\max\!\left(\frac{W b + n_B\,\text{cache}}{B},\; \frac{n_B\,(2 W r + A)}{P_{\max}}\right)",
        {
            "T": "seconds of one call on another machine; drafts are calls as well",
            "W, b": "weights that the call reads, and bytes of a number",
            "n_B, r": "texts side by side, and new tokens of each that the call reads: one and its draft",
            "A": "operations of attention: 4 for each layer, head, number of a head, and pair attended to",
            "o, s": "overhead of a call, and the share of the roof that it reaches by its rows; 1 where unknown",
        },
    ),
    Equation(
        r"\text{standard} = 4 N d + 4 N^2, \qquad "
        r"\text{tiles} = 2 N d + 2 N d \left\lceil \frac{N}{R} \right\rceil, \quad "
        r"R = \left\lfloor \frac{M}{4 d} \right\rfloor",
        {
            r"\text{standard}": "numbers that move for one head: Q, K, V, O, and the N² scores four times",
            r"\text{tiles}": "the same with tiles: Q and O once, K and V once for each block of R queries",
            "M": "numbers that the fast memory holds: R rows of Q, K, V and O",
        },
    ),
    Equation(
        r"\chi^2 = \sum_y \frac{(c_y - n\,p(y))^2}{n\,p(y)}, \qquad "
        r"\Pr(\text{valid}) = 2^{\,1 - \lceil n/k \rceil}",
        {
            r"\chi^2": "how far counts c lie from those that the law p expects of n draws; rare tokens count as one",
            r"\text{valid}": "n tokens in k parallel steps are one of the two phrases",
        },
    ),
)
