"""The field's terms, one sentence each. Which page shows a term, its topic.py says in TERMS."""

from dataclasses import dataclass
from functools import cache

from components.course import Declared, Topic, pages


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its name, what it means in one sentence, and other words for it in a text.

    A name in small letters also stands at the start of a sentence, one with capitals only as it is written; an "s" may
    follow either.
    """

    name: str
    sentence: str
    aliases: tuple[str, ...] = ()


GLOSSARY: tuple[Term, ...] = (
    # Learning
    Term("hypothesis class", "All functions among which learning may choose, such as all polynomials up to a degree."),
    Term(
        "empirical risk",
        "The mean loss on the training points; to minimize it over a class of functions is to learn from them.",
        ("empirical risk minimization", "training error"),
    ),
    Term("validation set", "Points that are kept out of training and choose among trained models.", ("validation",)),
    Term("test set", "Points that neither train nor choose: they measure once how good the result is."),
    Term(
        "overfitting",
        "A low error on the training points with a much higher one on new points.",
        ("fits too well",),
    ),
    Term("ridge", "A price on the squares of the coefficients, which keeps them small and the curve calm."),
    Term(
        "cross-validation",
        "Each part of the training points in turn is left out and predicted from the others; these errors choose.",
    ),
    Term("bias", "How far the mean of many fits lies from the truth: what the class of functions cannot say."),
    Term("variance", "How far fits to different samples lie apart: what each of them learned from its own noise."),
    Term(
        "double descent",
        "Test error that falls, rises to a peak where parameters meet points, and falls again beyond.",
    ),
    Term(
        "generative classifier",
        "Learns the density of each class, and decides for the class under which a point is likelier.",
        ("generative",),
    ),
    Term(
        "discriminative classifier",
        "Learns the probability of the class from the features, without a density of the features.",
        ("discriminative",),
    ),
    Term("loss function", "What an error costs: a number for each prediction and each outcome.", ("losses",)),
    # Language models
    Term("token", "A piece of text, often a word or a part of one, which the model reads and writes as one unit."),
    Term(
        "embedding",
        "A vector that stands for a token, a text or a picture, made so that what is alike lies close together.",
    ),
    Term(
        "cosine similarity",
        "The dot product of two vectors divided by their lengths: 1 for the same direction, 0 for a right angle.",
        ("cosine",),
    ),
    Term(
        "logit",
        "The model's score for one possible next token or class, any real number; softmax makes probabilities of them.",
    ),
    Term(
        "softmax",
        "Turns scores into positive weights that sum to 1: the exponential of each score, divided by the sum of all.",
    ),
    Term(
        "temperature",
        "What the logits are divided by before the softmax: below 1 it sharpens the distribution, above 1 it flattens "
        "it.",
    ),
    Term(
        "entropy",
        "How undecided a distribution is, the mean of −log p: 0 for a sure thing, log n for n equally likely ones.",
    ),
    Term(
        "cross entropy",
        "The mean of −log of the probability that the model gave to what really came: the loss of a language model.",
        ("loss",),
    ),
    Term("nat", "The unit of information that goes with the natural logarithm: one bit is 0.69 nats."),
    Term(
        "perplexity",
        "The exponential of the mean loss in nats: as if the model had to guess among that many equally likely tokens.",
    ),
    Term(
        "likelihood",
        "The probability that the model gives to the data that were really observed; training makes its logarithm "
        "large.",
        ("log-likelihood", "log-probability"),
    ),
    Term(
        "KL divergence",
        "How far one distribution is from another, the mean of log(p / q) over draws from p: 0 only if they are equal.",
        ("KL",),
    ),
    # Networks
    Term("perceptron", "One neuron that draws a line, and turns its weights a little at each point it gets wrong."),
    Term(
        "hidden layer",
        "Neurons between the inputs and the output: each adds up what comes in, with weights, and bends the sum.",
        ("hidden neuron",),
    ),
    Term(
        "activation",
        "The function that bends a neuron's sum, such as tanh or ReLU; without it layers would add up to one line.",
    ),
    Term(
        "gradient", "The derivatives of the loss by all weights: how much each weight, moved a little, would raise it."
    ),
    Term(
        "backpropagation",
        "Computes all derivatives in one pass from the output back, by the chain rule, layer after layer.",
        ("backward",),
    ),
    Term("learning rate", "What the gradient is multiplied by in each update: the size of the step downhill."),
    Term("epoch", "One pass through all training points; each batch of them makes one update."),
    Term(
        "margin", "The distance from a separating line to the nearest point: the wider, the fewer mistakes on the way."
    ),
    # Convolution
    Term(
        "convolution",
        "Lays a small kernel on every window of a picture, and adds up the products of what lies on each other.",
    ),
    Term("kernel", "The small table of weights that a convolution moves over a picture.", ("filter",)),
    Term("stride", "How many pixels a window moves on to the next cell of the map."),
    Term("padding", "Zeros around a picture, so that windows may begin before its border."),
    Term(
        "pooling",
        "Keeps one number of each window of a map, mostly the largest, which makes the map smaller.",
        ("pooled",),
    ),
    Term("receptive field", "The part of the picture that one cell of a later layer can see."),
    Term(
        "equivariance",
        "What is done to the input is done to the output: move the picture, and the map moves along.",
        ("equivariant",),
    ),
    Term("channel", "One of the pictures that lie behind each other in a volume, such as red, green and blue."),
    Term(
        "multiply-add",
        "One product that is added to a sum: the unit in which the work of a layer is counted.",
        ("multiply-adds",),
    ),
    Term(
        "cross-correlation",
        "The sum of products with the kernel as it is written; mathematics turns it first and calls that convolution.",
    ),
    Term("occlusion", "Covers a part of a picture to see how much the answer depends on it."),
    # Learning without labels
    Term(
        "pretext task",
        "A task whose answers the data give themselves, such as filling a hole, solved for what is learned on the way.",
        ("pretext",),
    ),
    Term(
        "representation",
        "The numbers that a network makes of an input before its last step, for other tasks to use.",
    ),
    Term(
        "linear probe",
        "A linear classifier that is fitted to frozen features with a few labels, to see what they hold.",
        ("probe",),
    ),
    Term("autoencoder", "A network that has to give its input back, through a layer of fewer or as many numbers."),
    Term(
        "contrastive learning",
        "Draws two views of the same input together and pushes those of other inputs away.",
        ("contrast",),
    ),
    Term("PCA", "Principal components: the directions in which points vary most, at right angles to one another."),
    Term(
        "t-SNE", "Lays points on a plane so that neighbors stay neighbors; sizes and distances of groups mean nothing."
    ),
    # Attention
    Term(
        "attention",
        "Each token takes a weighted mean of the values of the tokens that it may see; queries and keys decide the "
        "weights.",
    ),
    Term(
        "query",
        "The vector with which a token asks: its dot product with a key is the score of that key.",
        ("queries",),
    ),
    Term("key", "The vector by which a token is found: the better it matches a query, the more weight the token gets."),
    Term("value", "The vector that a token hands on to whoever looks at it, in proportion to the weight."),
    Term("head", "One of the attentions that work side by side in a layer, each with matrices of its own."),
    Term(
        "causal mask",
        "Closes the future: a token may look at itself and at the tokens before it, and at nothing after.",
        ("mask",),
    ),
    Term(
        "encoder",
        "A model that turns its whole input into vectors: in a text, each token sees those before it and those after.",
    ),
    Term(
        "attention sink",
        "A token, mostly the first, on which heads rest the weight that they have no use for.",
        ("sink",),
    ),
    Term(
        "induction head",
        "A head that finds an earlier copy of the present token and looks at what followed it then.",
        ("induction",),
    ),
    Term("previous-token head", "A head that looks at the token just before, whatever it is.", ("previous token",)),
    Term(
        "rollout",
        "Multiplies the attention maps of all layers, each averaged with the identity, to follow what reaches a token.",
    ),
    Term(
        "residual stream",
        "A token's vector on its way through the layers: each attention and each feed-forward net adds its output to "
        "it.",
        ("stream",),
    ),
    Term(
        "feed-forward net",
        "The part of a layer that works on each token alone: widen, bend by a nonlinearity, and narrow again.",
    ),
    Term(
        "logit lens",
        "Reads a middle layer with the model's last norm and output matrix: the token it would write from here.",
    ),
    Term(
        "ablation",
        "Takes a part of the model out, here a head's output, to see what it was for.",
        ("ablate", "ablated", "ablating", "silenced"),
    ),
    Term(
        "contribution",
        "What really arrives through a head: the length of weight times value after the head's output matrix.",
    ),
    Term(
        "grouped-query attention",
        "Several query heads share one head of keys and values, so that less has to be kept and read.",
    ),
    # State spaces
    Term(
        "state-space model",
        "A layer that carries a state of fixed size through a sequence and mixes each input into it by matrices.",
        ("state space",),
    ),
    Term(
        "HiPPO",
        "A matrix for a state space that makes the state the coefficients of a polynomial fitted to the past.",
    ),
    Term(
        "selective state space",
        "A state space whose step, and with it what is kept and what is let in, is read from each token.",
        ("selective layer",),
    ),
    Term(
        "parallel scan",
        "Computes a linear recurrence as a tree of pairs of steps, in a number of rounds that grows as the logarithm.",
        ("scan",),
    ),
    Term(
        "KV cache",
        "The keys and values of all tokens so far, kept so that a new token need not compute them again.",
        ("cache",),
    ),
    Term(
        "document mask",
        "Keeps documents apart that share one sequence: a token looks only at tokens of its own document.",
    ),
    # Order
    Term(
        "positional encoding",
        "What tells a model the order of its tokens; attention by itself takes them as a bag.",
    ),
    Term(
        "sinusoidal encoding",
        "A fixed code for each position, sines and cosines from fast to slow, that is added to the token's embedding.",
        ("sinusoidal",),
    ),
    Term(
        "learned positions",
        "A table with one trained row for each position; it has nothing to say beyond its last row.",
        ("learned table",),
    ),
    Term(
        "RoPE",
        "Turns each pair of dimensions of queries and keys by an angle that grows with the position, so that scores "
        "depend on the distance.",
        ("rotary positional encoding",),
    ),
    Term("ALiBi", "Subtracts from each score a slope times the distance, with a fixed slope for each head."),
    Term(
        "T5 buckets",
        "T5 adds a trained number to each score by the bucket of its distance: near ones have one each, far ones "
        "share.",
        ("bucket", "T5"),
    ),
    Term(
        "relative position",
        "How far apart two tokens are, and not where each of them stands.",
        ("relative",),
    ),
    Term(
        "context extension",
        "Makes a model read texts longer than those it was trained on, mostly by turning its pairs more slowly.",
    ),
    Term(
        "YaRN",
        "Context extension that slows slow pairs by the whole factor and fast ones not at all, and sharpens the "
        "softmax a little.",
    ),
    Term(
        "NTK-aware scaling",
        "Context extension by a larger base: the fastest pair stays as it is, the slowest is slowed by the whole "
        "factor.",
        ("NTK-aware",),
    ),
    # Searching prompts
    Term(
        "hill climbing",
        "A search that looks at what lies next to its present place and goes there unless it is worse.",
        ("climb",),
    ),
    Term(
        "annealing",
        "A search that also goes to worse places, with a probability that falls as its temperature is lowered.",
    ),
    Term(
        "genetic algorithm",
        "A search that keeps several candidates alive, crosses two good ones and changes the child a little.",
        ("genetic",),
    ),
    Term(
        "soft prompt",
        "Vectors in the place of words at the start of a text, learned by gradients while all weights stay frozen.",
    ),
    # Prompting
    Term(
        "chain of thought",
        "Steps of reasoning that a model writes out before its answer, and reads again for it.",
        ("chain",),
    ),
    Term(
        "majority vote",
        "Of several sampled answers the most frequent one is taken; it is also called self-consistency.",
    ),
    Term(
        "tree of thoughts",
        "Several states of a solution are kept and scored, and the search goes on from the best of them.",
    ),
    Term(
        "confidence interval",
        "A range from the data that would hold the true value in a stated share of repetitions, here 95 of 100.",
        ("interval",),
    ),
    # Pictures and texts
    Term(
        "CLIP",
        "Two encoders, for pictures and for texts, trained so that a picture and its caption get nearly the same "
        "direction.",
    ),
    Term("prompt", "The text that a model is given to continue: instruction, examples and the question itself."),
    Term(
        "few-shot",
        "With a few solved examples of the task: here in the prompt, elsewhere also as data for a short training.",
    ),
    Term(
        "in-context learning",
        "A model does a task that the examples in its prompt show, while no weight of it changes.",
    ),
    Term(
        "calibration",
        "Takes off how much a prompt leans to a label whatever is asked, measured without any labeled item.",
    ),
    Term(
        "zero-shot",
        "Without any example of the task: each class is described in words, and the nearest description wins.",
    ),
    Term("template", "A sentence with a gap for the class, such as “a photo of a …”, which makes a text of a name."),
    Term(
        "spurious correlation",
        "A feature that goes along with the class in the training data without belonging to it, such as water behind "
        "a bird.",
        ("spurious",),
    ),
    Term(
        "worst-group accuracy",
        "The accuracy in the group of class and background that fares worst; an average over all pictures hides it.",
        ("worst group",),
    ),
    Term(
        "projection",
        "Takes a direction out of a vector and leaves the rest, so that nothing along it can be read any more.",
        ("rejection", "rejected"),
    ),
    # Tuning
    Term(
        "full fine-tuning",
        "Trains all weights of a pretrained model on a new task, from where pretraining left them.",
        ("full tuning",),
    ),
    Term("LP-FT", "A linear probe first, then full tuning that starts from the probe's head."),
    Term("LoRA", "Leaves each matrix frozen and trains two thin ones, whose product is added to it."),
    Term(
        "out of distribution",
        "On inputs of another kind than those of the training set, such as reviews of another thing.",
    ),
    # Transport
    Term("optimal transport", "Moves one heap of mass onto another at the least total cost.", ("transport",)),
    Term(
        "transport plan",
        "How much mass moves from each source point to each target point; also called a coupling.",
        ("plan", "coupling"),
    ),
    Term(
        "marginal",
        "What the rows, or the columns, of a plan sum to: the mass of one side, which the plan has to meet.",
    ),
    Term(
        "cost matrix",
        "What it costs to move one unit of mass, for each pair of a source and a target.",
        ("cost of every pair",),
    ),
    Term(
        "Wasserstein distance",
        "The p-th root of the least cost of transport, where each unit of mass pays its distance to the power p.",
    ),
    Term(
        "linear program",
        "Makes a linear cost as small as linear conditions allow; a corner of what they allow is among the best.",
    ),
    Term(
        "dual prices",
        "A price for each point so that no pair's two prices exceed its cost; at best they add up to the least cost "
        "and prove it.",
        ("prices",),
    ),
    Term(
        "Sinkhorn",
        "Solves transport with entropy by scaling the rows and the columns of exp(−M / reg) in turn until both fit.",
    ),
    Term(
        "entropic regularization",
        "Rewards a plan for being spread out, which blurs it, makes it quick to compute, and makes it cost more.",
        ("regularization",),
    ),
    Term(
        "unbalanced transport",
        "Lets mass appear or vanish at a price, so that two sides of unequal mass can be compared.",
        ("unbalanced", "free marginals"),
    ),
    Term(
        "Gromov-Wasserstein",
        "Compares distances within one side with distances within the other, so that the sides may lie in different "
        "spaces.",
        ("Gromov",),
    ),
    Term(
        "class-conditional distribution",
        "The distribution of the points that carry one label, P(x | y).",
    ),
    Term(
        "dataset distance",
        "Transport between labeled points: a pair costs how far its points are, and how far the clouds of its labels.",
        ("OTDD",),
    ),
    Term(
        "gradient flow",
        "Moves each particle a little down the slope of a distance, again and again.",
    ),
    Term(
        "modality",
        "A kind of data, such as text, pictures or signals.",
        ("cross-modal", "modalities"),
    ),
    # Reward
    Term(
        "policy", "A model seen as one that acts: its distribution over answers, which a reward changes.", ("policies",)
    ),
    Term(
        "reward model",
        "A model that has learned from preferences to give an answer a number; training then raises that number.",
        ("proxy",),
    ),
    Term(
        "gold reward",
        "The true worth of an answer, which training never sees; only a toy world can know it.",
        ("gold",),
    ),
    Term(
        "Bradley-Terry",
        "The chance that one answer is preferred to another is the sigmoid of the difference of their rewards.",
        ("sigmoid of its reward gap",),
    ),
    Term(
        "reward hacking",
        "The policy finds what the reward model gets wrong: the learned reward rises while the true one falls.",
        ("over-optimization",),
    ),
    Term(
        "PPO",
        "Proximal policy optimization: makes better-than-expected words likelier, in steps whose gain is clipped.",
    ),
    Term(
        "GRPO",
        "Group relative policy optimization: compares each answer with the others to the same prompt, so it needs no "
        "value head.",
    ),
    Term(
        "DPO",
        "Direct preference optimization: learns from pairs without a reward model, since the policy implies a reward.",
    ),
    Term(
        "advantage",
        "How much better an answer did than was expected of it; its sign says whether to make it likelier.",
    ),
    Term(
        "clipping",
        "Stops rewarding a change once the ratio of new to old probability leaves 1 − ε to 1 + ε.",
        ("clip", "clipped"),
    ),
    Term("best of n", "Draw n answers and keep the one with the highest reward.", ("best-of-n",)),
    Term(
        "abstention",
        "To say “I don't know” in place of an answer; it pays while being right is too unlikely.",
        ("abstain", "refuse", "refuses everything"),
    ),
    # Speed
    Term("greedy decoding", "Writes the likeliest token at each step.", ("greedy", "greedily")),
    Term(
        "speculative decoding",
        "Something cheap drafts several tokens, and the model verifies them in one call, so the text stays its own.",
        ("speculation",),
    ),
    Term("draft", "Cheap guesses for the next tokens, which the model verifies in one call.", ("draft model",)),
    Term(
        "acceptance rate",
        "The share of tested draft tokens that were accepted; one behind a rejected token is not tested.",
        ("acceptance", "accepted"),
    ),
    Term(
        "prompt lookup",
        "Drafts what followed the same words earlier in the text; no draft model is needed.",
    ),
    Term(
        "lookahead decoding",
        "Keeps guesses for places ahead, improves them with each call, and tries the n-grams that come of it.",
        ("lookahead",),
    ),
    Term(
        "Medusa",
        "Extra heads on the last layer guess the tokens after the next; a tree of guesses is verified at once.",
    ),
    Term(
        "early exit",
        "Reads the next token from a middle layer and saves the layers above it.",
        ("exit",),
    ),
    Term("CALM", "Leaves the layers as soon as it is confident enough, token by token; the text may change."),
    Term(
        "memory bandwidth",
        "Bytes that can be read each second; writing token by token is held up by it, since each token reads every "
        "weight.",
        ("bandwidth",),
    ),
    Term(
        "roofline",
        "The bound on speed: peak arithmetic, or bandwidth times operations for each byte, whichever is less.",
    ),
    Term(
        "FlashAttention",
        "Computes exact attention tile by tile in fast memory, so that the table of scores is never stored.",
    ),
    Term(
        "bfloat16",
        "A number in 16 bits: the range of float32 with only 8 significant bits, so sums round more.",
    ),
    Term(
        "residual",
        "What the target's distribution has more than the draft's; after a rejection the token is drawn from it.",
    ),
    # Tools
    Term(
        "tool call",
        "A request that a model writes in a fixed form, which a program runs and answers in the model's place.",
    ),
    Term(
        "Model Context Protocol",
        "A standard in which a client learns which tools a server has, calls them, and hears how a call goes.",
        ("MCP",),
    ),
    Term(
        "Wilson interval",
        "The range of true shares that a count of right ones is compatible with, wrong once in twenty times.",
        ("95 % interval",),
    ),
)
"""In the order of the course: the words that come first are used in the sentences after them."""


@cache
def terms() -> dict[str, Term]:
    """The glossary by name."""
    return {term.name: term for term in GLOSSARY}


def terms_of(page: Declared) -> tuple[Term, ...]:
    """The terms that a page shows; raises ValueError for a name that is not in the glossary."""
    unknown = [name for name in page.terms if name not in terms()]
    if unknown:
        raise ValueError(f"TERMS of {page.topic.key}: write {unknown} into components/glossary.py, a sentence each.")
    return tuple(terms()[name] for name in page.terms)


def shown_by(term: Term) -> tuple[Topic, ...]:
    """The topics whose pages show a term, in the order of the course."""
    return tuple(page.topic for page in pages() if term.name in page.terms)
