"""One word in several sentences: the result, and its file format. Needs no torch."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from core.assets import asset
from core.files import replacing

MEANINGS_FILE = "attention/meanings.json"


@dataclass(frozen=True, eq=False)
class WordSimilarity:
    """How alike a model's pictures of one word are in several sentences.

    Args:
        word: the word.
        sentences: the sentences, in the order of the matrix.
        positions: for each sentence, the token positions that the word covers.
        cosine: cosine between the word's hidden states at each depth; 0 is the embedding, l the output of layer l - 1.
    """

    word: str
    sentences: tuple[str, ...]
    positions: tuple[tuple[int, ...], ...]
    cosine: Float[np.ndarray, "depth sentence sentence"]


def save_similarity(similarity: WordSimilarity, path: Path) -> None:
    """Writes a comparison as JSON, whole or not at all; cosines keep their float32 value exactly.

    Args:
        similarity: the comparison.
        path: where to write it.

    Raises:
        OSError: where the file cannot be written.

    Invariant: `load_similarity(path)` gives the same comparison.
    """
    plain = asdict(similarity) | {"cosine": similarity.cosine.tolist()}
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(plain, ensure_ascii=False), "utf-8")


def load_similarity(path: Path) -> WordSimilarity:
    """Reads a comparison written by `save_similarity`.

    Raises:
        FileNotFoundError: where there is no such file.
        ValueError: for a file that is damaged or incomplete.

    Invariant: cosine has the shape [layer+1 sentence sentence] of its sentences.
    """
    try:
        plain = json.loads(path.read_text("utf-8"))
        cosine = np.asarray(plain["cosine"], dtype=np.float32)
        found = WordSimilarity(
            plain["word"], tuple(plain["sentences"]), tuple(tuple(places) for places in plain["positions"]), cosine
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is not a readable comparison: {error}") from error
    if cosine.shape[1:] != (len(found.sentences), len(found.sentences)):
        raise ValueError(f"{path.name} does not fit its {len(found.sentences)} sentences")
    return found


def recorded_meanings() -> WordSimilarity:
    """The recorded comparison of the page's preset.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return load_similarity(asset(MEANINGS_FILE))
