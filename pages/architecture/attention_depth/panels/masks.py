"""Who may look at whom: two documents in one sequence, under three masks."""

import numpy as np
import streamlit as st

from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Badge, Page, Panel, token_chip
from core.attention import (
    EncodedDocuments,
    PackedDocuments,
    visible,
)
from core.checks import Check
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.main import Shown
from pages.architecture.attention_depth.panels.cell import opens
from pages.architecture.attention_depth.panels.maps import LOW, Scale, side_by_side
from pages.architecture.attention_depth.panels.offer import offer_model
from pages.architecture.attention_depth.words import masks_title

FAINT = Scale(0.3, "weight")
"""The sink aside, little of a row lies on one key."""


def panel(shown: Shown) -> Panel:
    """The three maps in the place of the figure."""
    return Panel(
        "Masks", lambda: draw(shown), stands="instead", checks=lambda: checks(shown), script=lambda: script(shown)
    )


def draw(shown: Shown) -> None:
    """Two documents in one sequence: under a causal mask, under a document mask, and in an encoder without any."""
    page = shown.page
    left, right = st.columns(2)
    with left:
        first = page.controls.text("first", "First document")
    with right:
        second = page.controls.text("second", "Second document")
    if results.layer_needs_model(first, second, shown.layer):
        offer_model(results.DECODER, f"Layer {shown.layer} of these documents is not recorded.")
        return
    if results.packed_needs_model(first, second, shown.layer) and not ensure_loaded(results.DECODER):
        return
    if results.encoded_needs_model(first, second) and not ensure_loaded(results.ENCODER):
        return
    page.badges(Badge.MEASURED if results.is_loaded(results.DECODER) else Badge.RECORDED)
    try:
        packed, encoded = documents_of(shown)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    head = min(shown.head, len(packed.causal_maps) - 1, len(encoded.maps) - 1)
    _three_masks(page, packed, encoded, results.joined_of(first, second, packed.tokens), head=head)


def documents_of(shown: Shown) -> tuple[PackedDocuments, EncodedDocuments]:
    """Both documents in a decoder and in an encoder; raises ValueError for documents that cannot be run."""
    first, second = shown.page.controls.value("first"), shown.page.controls.value("second")
    return results.packed_of(first, second, shown.layer), results.encoded_of(first, second)


def _three_masks(
    page: Page, packed: PackedDocuments, encoded: EncodedDocuments, joined: str | None, *, head: int
) -> None:
    start = packed.lengths[0]
    title = masks_title(packed.document_difference[start:].tolist(), packed.causal_difference[start:].tolist())
    shown = {
        "causal mask": np.where(visible("causal", packed.lengths), packed.causal_maps[head], np.nan),
        "document mask": np.where(visible("document", packed.lengths), packed.document_maps[head], np.nan),
        "no mask (MiniLM)": encoded.maps[head],
    }
    words = [packed.tokens, packed.tokens, encoded.tokens]
    scales = dict.fromkeys(shown, FAINT)
    clicks = {"causal mask": opens(text=joined)} if joined else {}
    click = side_by_side(page, shown, words, name="masks", finding=title, scales=scales, height=LOW, opens=clicks)
    ink = page.look.ink
    alone, behind, apart_again = (
        f"{token_chip(top[0][0], ink)} <b>{top[0][1]:.2f}</b>"
        for top in (packed.top_alone, packed.top_causal, packed.top_document)
    )
    page.note(
        f"After the second document SmolLM2 expects {alone} when it is alone, {behind} behind the first, and "
        f"{apart_again} with the document mask."
    )
    page.note(
        f"The first two maps are those of one head (layer {packed.layer}, head {head}). MiniLM has no mask: words see "
        f"both ways, and in layer {encoded.layer}, head {head}, <b>{encoded.across[head]:.0%}</b> of their weight "
        "leaks into the other document."
    )
    st.caption(
        f"{click} Under a causal mask both documents are one text. The other two are runs of their own, whose queries "
        "and keys are not kept, so that a click on them opens nothing."
    )


def checks(shown: Shown) -> list[Check]:
    """The identities of both runs; none where there is none to show."""
    first, second = shown.page.controls.value("first"), shown.page.controls.value("second")
    if results.packed_needs_model(first, second, shown.layer) or results.encoded_needs_model(first, second):
        return []
    try:
        return [check for documents in documents_of(shown) for check in documents.checks]
    except ValueError:
        return []


def script(shown: Shown) -> str:
    """A script that runs both documents with `core` alone."""
    first, second = shown.page.controls.value("first"), shown.page.controls.value("second")
    return f"""from core.attention import encoded_documents, packed_documents
from core.models import load_causal_lm, load_encoder

texts = {first!r}, {second!r}
packed = packed_documents(load_causal_lm({results.DECODER!r}), *texts, layer={shown.layer})
encoded = encoded_documents(load_encoder({results.ENCODER!r}), *texts, layer={results.recorded_encoded_layer()})
print(packed.top_alone[0], packed.top_causal[0], packed.top_document[0])
print(encoded.across)
for check in (*packed.checks, *encoded.checks):
    print(check.name, check.error, check.bound)
"""
