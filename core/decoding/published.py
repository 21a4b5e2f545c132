"""Machines by their data sheets."""

from dataclasses import dataclass

from core.decoding.costs import BYTES, Precision
from core.decoding.machines import Machine


@dataclass(frozen=True, slots=True)
class Published:
    """A machine's published numbers.

    Args:
        bandwidth: bytes a second.
        peak: operations a second by precision, dense.
        memory: bytes.
        source: where they are published.
        counted: whose operations these are, by precision.
    """

    bandwidth: float
    peak: dict[Precision, float]
    memory: float
    source: str
    counted: dict[Precision, str]


TENSOR_CORES: dict[Precision, str] = {
    "float32": "float32 outside the tensor cores",
    "bfloat16": "bfloat16 on tensor cores without sparsity",
}


PUBLISHED = {
    "laptop GPU": Published(
        400e9,
        {"float32": 10.4e12, "bfloat16": 10.4e12},
        64e9,
        "Apple M1 Max, 32 GPU cores: bandwidth and memory as announced by Apple, operations as reported",
        {
            "float32": "float32",
            "bfloat16": "it only emulates bfloat16, so these are its numbers for float16, which is as wide and which "
            "it computes at the rate of float32",
        },
    ),
    "A100": Published(
        2.039e12,
        {"float32": 19.5e12, "bfloat16": 312e12},
        80e9,
        "NVIDIA A100 80 GB SXM: data sheet",
        TENSOR_CORES,
    ),
    "H100": Published(
        3.35e12,
        {"float32": 67e12, "bfloat16": 989e12},
        80e9,
        "NVIDIA H100 SXM5: data sheet",
        TENSOR_CORES,
    ),
}


def published_machine(name: str, dtype: Precision) -> Machine:
    """A machine by its data sheet, every call at its roof: what can be had at best, not what is had.

    Raises:
        ValueError: for an unknown name.
    """
    if name not in PUBLISHED:
        raise ValueError(f"name must be one of {', '.join(PUBLISHED)}; got {name!r}")
    known = PUBLISHED[name]
    source = f"{known.source}; {known.counted[dtype]}"
    return Machine(name, known.bandwidth, known.peak[dtype], BYTES[dtype], source=source, memory=known.memory)
