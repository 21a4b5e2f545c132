"""The terms of tuning and transport."""

from components.glossary.term import Term

ADAPTATION = (
    # Tuning
    Term(
        "full fine-tuning",
        "Trains all weights of a pretrained model on a new task, from where pretraining left them.",
        ("full tuning",),
    ),
    Term("LP-FT", "A linear probe first, then full tuning that starts from the probe's head."),
    Term(
        "rank",
        "How many singular values of a matrix are not 0: the fewest columns and rows whose products add up to it.",
    ),
    Term(
        "singular value",
        "How far a matrix stretches one of its own directions; their squares add up to those of all entries.",
    ),
    Term(
        "adapter", "A small bottleneck put behind a part of a frozen model, with a skip around it; it alone is trained."
    ),
    Term(
        "prefix tuning",
        "Trains keys and values that stand in front of every text, in each layer of a frozen model.",
    ),
    Term(
        "intrinsic dimension",
        "The fewest random directions of all weights that, trained alone, come close to training all.",
    ),
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
        "territory",
        "The part of a field that goes to one shop when each place takes the shop with the least squared distance "
        "minus price.",
        ("territories",),
    ),
    Term(
        "barycenter",
        "The average of clouds under W₂: the cloud with the least weighted sum of squared distances to all of them.",
        ("barycenters",),
    ),
    Term(
        "rank correlation",
        "How far two lists order the same things alike: 1 for the same order, −1 for the reverse.",
        ("Spearman",),
    ),
    Term(
        "MMD",
        "Maximum mean discrepancy: compares two clouds by a kernel averaged over pairs of their points.",
        ("MMD²",),
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
)
