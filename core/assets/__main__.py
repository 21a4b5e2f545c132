"""`python -m core.assets record TOPIC [NAME]` makes recorded files again; `python -m core.assets verify` checks all."""

import sys
from collections.abc import Sequence

from core.assets.command import calls, listing
from core.assets.verification import problems


def main(arguments: Sequence[str]) -> int:
    """Does what the command line asks, printing what happens.

    Args:
        arguments: the words after `python -m core.assets`.

    Returns:
        0, or 1 when `verify` found a problem.

    Raises:
        SystemExit: with code 2 for a topic, a name or an option that is not known; what is known is printed.
    """
    if list(arguments) == ["verify"]:
        found = list(problems())
        for line in found or ["Every recorded file is what the manifest says."]:
            print(line)
        return int(bool(found))
    if "--list" in arguments:
        for line in listing([word for word in arguments if word != "--list"]):
            print(line)
        return 0
    for call in calls(arguments):
        for line in call.run():
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
