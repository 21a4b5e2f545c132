"""Pages without torch."""

import subprocess
import sys

from core.attention import CacheShape


def test_a_page_can_open_without_torch() -> None:
    code = (
        "import sys; from core.attention import recorded_ranking, recorded_lens,"
        "recorded_documents, recorded_generation, recorded, compare_maps, attention_by_hand, PUBLISHED_MODELS,"
        "decode_bound, group_of, map_overlap, visible, Intervention, HeadRanking;"
        "recorded_ranking('induction'); recorded_lens('sink', 12); recorded_documents(); recorded_generation();"
        "compare_maps(recorded('causal'), recorded('bidirectional'), head_a=(0, 0));"
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_equal_shapes_are_equal() -> None:
    """They are parameters: a page compares and hashes them."""
    assert len({CacheShape(30, 9, 3, 64), CacheShape(30, 9, 3, 64, bytes_per_value=2)}) == 1
