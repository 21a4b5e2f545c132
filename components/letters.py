"""How wide letters are, so that it is known before a browser draws them what fits."""

BREADTHS = {
    letter: ems
    for ems, letters in (
        (0.25, "ijl"),
        (0.29, " !.,:I·‘’"),
        (0.31, "';"),
        (0.335, "t|`"),
        (0.38, "fr/\\()[]"),
        (0.43, "1{}₀₂"),
        (0.47, '-"^_“”²'),
        (0.53, "*?s"),
        (0.573, "7ackvxyzJLγε√≥κ"),
        (0.615, "023568bdeghnopquEFβπθ9"),
        (0.65, "4#$&BPRSTZλ"),
        (0.69, "+=<>~−±×AKVXYα"),
        (0.77, "CDGHNOQU"),
        (0.88, "mw…"),
    )
    for letter in letters
}
"""How wide a letter of Inter is at most, in ems; kerning brings letters nearer, never apart."""

BROADEST = 1.0
"""The same of any other letter."""

MONOSPACED = 0.6
"""How wide each letter of JetBrains Mono is, in ems."""


def breadth(words: str) -> float:
    """How wide a line of Inter is at most, in ems."""
    return sum(BREADTHS.get(letter, BROADEST) for letter in words)
