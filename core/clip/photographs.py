"""Photographs that come with scikit-image and scikit-learn, as first examples for a real CLIP."""

from importlib.util import find_spec
from pathlib import Path

_PLACES = {
    "cat": ("skimage", "data/chelsea.png"),
    "cup of coffee": ("skimage", "data/coffee.png"),
    "astronaut": ("skimage", "data/astronaut.png"),
    "rocket": ("skimage", "data/rocket.jpg"),
    "temple": ("sklearn", "datasets/images/china.jpg"),
    "flower": ("sklearn", "datasets/images/flower.jpg"),
}


def bundled_photographs() -> dict[str, Path]:
    """What each photograph shows, and its file; only those that are there. The packages are not imported.

    Invariant: every path is a file.
    """
    found = {}
    for name, (package, relative) in _PLACES.items():
        spec = find_spec(package)
        path = Path(spec.origin).parent / relative if spec is not None and spec.origin else None
        if path is not None and path.is_file():
            found[name] = path
    return found
