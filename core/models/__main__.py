"""`python -m core.models [names...]`: fetches and unpacks models ahead of a class."""

import argparse
import sys
from collections.abc import Sequence

from core.files import cache_dir
from core.models.catalogue import DEFAULTS, loadable_names, lookup
from core.models.errors import ModelUnavailableError, UnknownModelError
from core.models.fetching import is_ready


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetches each named model and unpacks it where needed, printing what happens.

    Args:
        arguments: the words of the command line; None takes those of the process.

    Returns:
        0 when all named models are ready, 1 when one is not; the others are prepared all the same.
    """
    parser = argparse.ArgumentParser(prog="python -m core.models", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"models to prepare (default: {' '.join(DEFAULTS)})")
    parser.add_argument("--list", action="store_true", help="show what may be loaded, and what is on this machine")
    options = parser.parse_args(arguments)
    if options.list:
        _print_list()
        return 0
    return max(_prepare(name) for name in options.names or DEFAULTS)


def _print_list() -> None:
    print(f"{'name':<28}{'kind':<12}{'download':>9}  {'licence':<28}on this machine ({cache_dir()})")
    for spec in map(lookup, loadable_names()):
        size = "unknown" if spec.size_mb is None else f"{spec.size_mb} MB"
        ready = "yes" if is_ready(spec.name) else "no"
        print(f"{spec.name:<28}{spec.kind:<12}{size:>9}  {spec.licence:<28}{ready}")


def _prepare(name: str) -> int:
    try:
        spec = lookup(name)
        from core.models.with_torch.conversion import prepared_folder  # torch: not needed to list, or to refuse a name

        folder = prepared_folder(spec, on_progress=_Printer())
    except (UnknownModelError, ModelUnavailableError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"{spec.name}: ready in {folder}")
    return 0


class _Printer:
    """Prints a line for each new message, and for each further tenth."""

    def __init__(self) -> None:
        self._shown: tuple[str, int] | None = None

    def __call__(self, fraction: float, message: str, partial: object = None, /) -> None:
        shown = (message.split(":")[0], int(10 * fraction))
        if shown != self._shown:
            self._shown = shown
            print(f"[{100 * fraction:3.0f} %] {message}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
