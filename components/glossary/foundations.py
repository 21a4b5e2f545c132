"""The terms of learning, networks, convolutions and language models."""

from components.glossary.term import Term

FOUNDATIONS = (
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
)
