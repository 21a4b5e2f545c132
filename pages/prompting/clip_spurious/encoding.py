"""Texts that a panel asks for: their vectors are recorded, or come from the model."""

from collections.abc import Sequence

from components.page import Badge
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.loading import ensure_clip
from pages.prompting.clip_spurious.main import Shown


def texts_encoded(shown: Shown, texts: Sequence[str]) -> bool:
    """Whether these texts have vectors, recorded or by the model, which is loaded where they ask for it."""
    shown.page.badges(Badge.RECORDED if results.texts_recorded(shown.model, texts) else Badge.MEASURED, Badge.TOY)
    return not results.needs_model(shown.model, texts) or ensure_clip(shown.model)
