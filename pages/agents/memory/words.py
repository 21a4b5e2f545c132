"""The mathematics of the page on memory."""

from components.comparisons import MEAN, PAIRED, SIGN_TEST
from components.scene import Equation

EQUATIONS = (
    Equation(
        r"\hat a = \arg\max_{a \in A} \ln p(a \mid x), \qquad "
        r"\hat s_k = \frac{1}{n} \sum_{t=1}^{n} [\hat a_{t,k} = a_t^*]",
        {
            "x": "the text: the lines, and the question",
            "p": "SmolLM2’s probability, computed in bfloat16, recorded and live alike",
            "A": "the things of all lines, the possible answers",
            r"\hat a_{t,k}": "the answer to list t with the needed pair at place k",
            "a_t^*": "the needed thing of list t",
            "n": "how many lists",
            r"\hat s_k": "the share found at place k",
        },
    ),
    Equation(
        r"a = \mathrm{softmax}\!\left(K q / \sqrt d\right), \qquad s_P = \sum_{j \in P} a_j",
        {
            "q": "the query of the last token in one head, turned by its position; L18H6 is head 6 of layer 18, both "
            "counted from 0",
            "K": "the keys of all tokens there, one a row, turned by theirs",
            "d": "the entries of a key, 64",
            "a_j": "the attention that token j gets; over all tokens it sums to 1",
            "P": "the tokens of the needed pair: name, colon and thing, but never the first token of the text, which "
            "draws attention whatever it is",
            "s_P": "the share of the needed pair, computed in float32",
        },
    ),
    Equation(
        r"\frac{\hat s + \frac{z^2}{2n} \pm z\sqrt{\frac{\hat s(1-\hat s)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}",
        {r"\hat s": "a share", "n": "of how many", "z": "1.96; the ends of Wilson’s 95 % interval, drawn as a whisker"},
    ),
    Equation(
        r"s_i = w_1\, m(\cos(q, v_i)) + w_2\, m(2^{-a_i / h}) + w_3\, m(g_i), \qquad "
        r"m(x_i) = \frac{x_i - \min_j x_j}{\max_j x_j - \min_j x_j}",
        {
            "s_i": "the score of note i",
            "q, v_i": "the sentence vectors of the question and of the note",
            "a_i": "the age of the note, in hours",
            "h": "138.3 hours, after which recency has halved: a decay of .995 an hour",
            "g_i": "the importance of the note, from 1 to 10",
            "w_1, w_2, w_3": "the weights on the sliders",
            "m": "scales a part to 0 to 1 over all notes",
        },
    ),
    Equation(
        r"r_i = 0.99^{\,\mathrm{rank}_i}",
        {"r_i": "recency in the released code, where the oldest note has rank 1: the stalest scores highest"},
    ),
    PAIRED,
    MEAN,
    SIGN_TEST,
    Equation(
        r"\beta = \frac{\sum_{k,t} f_{k,t}\, u_{k,t}}{\sum_{k,t} f_{k,t}^2}, \qquad "
        r"\beta \pm t_{n-1} \frac{\sqrt{\frac{n}{n-1} \sum_t \big(\sum_k f_{k,t} (u_{k,t} - \beta f_{k,t})\big)^2}}"
        r"{\sum_{k,t} f_{k,t}^2}",
        {
            "f_{k,t}": "1 where list t is found at place k and 0 where not, the mean over the lists at that place "
            "taken away",
            "u_{k,t}": "the head’s share on the needed pair there, its mean at that place taken away",
            r"\beta": "how much more is looked where a list is found than where it is missed at the same place",
            "n": "how many lists; the points of one list hang together, so that the interval is of lists",
        },
    ),
)
