"""What the page of the transformer's parts shows: recorded, or measured on a loaded model."""

from components.loading import load
from components.results import shared
from core.models import is_loaded as is_loaded
from core.transformer import Example, Task, TokenPath, TranslatorRun, recorded_paths, recorded_translators

DECODER = "smollm2-135m"


def is_recorded(text: str) -> bool:
    """Whether the paths of exactly this text come with the code."""
    return text in recorded_paths().by_text


def path_of(text: str, position: int) -> TokenPath:
    """The path of a position, counted from either end: recorded, or measured on the loaded decoder."""
    if is_recorded(text):
        paths = recorded_paths().by_text[text]
        return paths[position if -len(paths) <= position < len(paths) else -1]
    return measured_path(text, position)


def _path_needs(text: str, position: int) -> float:
    from core.transformer import path_bytes

    return path_bytes(load(DECODER), text)


@shared(megabytes=10, size=lambda path: 8 * (path.inside.size + path.top_share.size) + 20_000, needs=_path_needs)
def measured_path(text: str, position: int) -> TokenPath:
    """The path of a position of a visitor's text; raises ValueError for an empty or too long text."""
    from core.transformer import path

    return path(load(DECODER), text, position=position)


def runs_of(task: Task, parts: str) -> tuple[TranslatorRun, ...]:
    """The recorded runs of a translator, one for each seed."""
    return recorded_translators(task).by_variant[parts]


def written(run: TranslatorRun, source: str) -> Example:
    """What the model of a run writes for a visitor's source; raises ValueError for one that it cannot read."""
    from core.transformer import parse, write

    return write(run, parse(run.params.task, source))
