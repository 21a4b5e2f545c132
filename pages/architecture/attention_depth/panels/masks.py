"""Who may look at whom: two documents in one sequence, under three masks."""

import numpy as np
import streamlit as st

from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Badge, Page, Panel, token_chip
from core.attention import (
    EncodedDocuments,
    MaskKind,
    PackedDocuments,
    expand_projections,
    visible,
)
from core.checks import Check
from pages.architecture.attention.panels.places import Place
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.main import Shown
from pages.architecture.attention_depth.panels.maps import LOW, Scale, side_by_side
from pages.architecture.attention_depth.panels.offer import offer_model
from pages.architecture.attention_depth.panels.opening import CAUSAL, DOCUMENT, NO_MASK, opens
from pages.architecture.attention_depth.words import masks_title

KINDS: dict[str, MaskKind] = {CAUSAL: "causal", DOCUMENT: "document"}
"""The masks of the decoder by their views."""

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
        page.controls.text("first", "First document")
    with right:
        page.controls.text("second", "Second document")
    found = documents_shown(shown)
    if found is None:
        return
    packed, encoded = found
    page.badges(_source())
    head = min(shown.head, len(packed.causal_maps) - 1, len(encoded.maps) - 1)
    _three_masks(page, packed, encoded, head=head)


def documents_shown(shown: Shown) -> tuple[PackedDocuments, EncodedDocuments] | None:
    """Both documents in a decoder and in an encoder; None where they cannot be shown, which is said."""
    first, second = shown.page.controls.value("first"), shown.page.controls.value("second")
    if results.layer_needs_model(first, second, shown.layer):
        offer_model(results.DECODER, f"Layer {shown.layer} of these documents is not recorded.")
        return None
    if results.packed_needs_model(first, second, shown.layer) and not ensure_loaded(results.DECODER):
        return None
    if results.encoded_needs_model(first, second) and not ensure_loaded(results.ENCODER):
        return None
    try:
        return documents_of(shown)
    except ValueError as error:
        st.warning(literally(str(error)))
        return None


def _source() -> Badge:
    return Badge.MEASURED if results.is_loaded(results.DECODER) else Badge.RECORDED


def packed_place(shown: Shown, view: str) -> Place | None:
    """One head on both documents in the decoder, under one of its masks."""
    found = documents_shown(shown)
    if found is None:
        return None
    packed, kind = found[0], KINDS[view]
    causal = kind == "causal"
    maps = packed.causal_maps if causal else packed.document_maps
    kept = packed.causal_projections if causal else packed.document_projections
    head = min(shown.head, len(maps) - 1)
    run = f"""from core.attention import expand_projections, packed_documents, visible
from core.models import load_causal_lm

packed = packed_documents(load_causal_lm({packed.model!r}), {_texts(shown)}, layer={packed.layer})
parts, weights = expand_projections(packed.{kind}_projections, {packed.layer}, causal=True), packed.{kind}_maps
seen = visible({kind!r}, packed.lengths)"""
    return Place(
        shown.page,
        packed.model,
        packed.tokens,
        np.asarray(maps[head]),
        packed.layer,
        head,
        lambda: expand_projections(kept, packed.layer, causal=True),
        run,
        (_source(),),
        name=f"{kind} mask",
        seen=visible(kind, packed.lengths),
        positions=None if causal else packed.document_positions,
    )


def encoded_place(shown: Shown) -> Place | None:
    """One head on both documents in the encoder, where no mask hides anything."""
    found = documents_shown(shown)
    if found is None:
        return None
    encoded = found[1]
    head = min(shown.head, len(encoded.maps) - 1)
    run = f"""from core.attention import encoded_documents, expand_projections
from core.models import load_encoder

encoded = encoded_documents(load_encoder({encoded.model!r}), {_texts(shown)}, layer={encoded.layer})
parts, weights = expand_projections(encoded.projections, {encoded.layer}, causal=False), encoded.maps"""
    return Place(
        shown.page,
        encoded.model,
        encoded.tokens,
        np.asarray(encoded.maps[head]),
        encoded.layer,
        head,
        lambda: expand_projections(encoded.projections, encoded.layer, causal=False),
        run,
        (_source(),),
        name="no mask",
    )


def _texts(shown: Shown) -> str:
    first, second = shown.page.controls.value("first"), shown.page.controls.value("second")
    return f"{first!r}, {second!r}"


def documents_of(shown: Shown) -> tuple[PackedDocuments, EncodedDocuments]:
    """Both documents in a decoder and in an encoder; raises ValueError for documents that cannot be run."""
    first, second = shown.page.controls.value("first"), shown.page.controls.value("second")
    return results.packed_of(first, second, shown.layer), results.encoded_of(first, second)


def _three_masks(page: Page, packed: PackedDocuments, encoded: EncodedDocuments, *, head: int) -> None:
    start = packed.lengths[0]
    title = masks_title(packed.document_difference[start:].tolist(), packed.causal_difference[start:].tolist())
    shown = {
        "causal mask": np.where(visible("causal", packed.lengths), packed.causal_maps[head], np.nan),
        "document mask": np.where(visible("document", packed.lengths), packed.document_maps[head], np.nan),
        "no mask (MiniLM)": encoded.maps[head],
    }
    words = [packed.tokens, packed.tokens, encoded.tokens]
    scales = dict.fromkeys(shown, FAINT)
    kept = {name: page.controls.value(name) for name in ("first", "second")}
    clicks = {name: opens(view, **kept) for name, view in zip(shown, (CAUSAL, DOCUMENT, NO_MASK), strict=True)}
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
        f"{click} Under a causal mask both documents are one text; under a document mask each starts at position 0 and "
        "sees itself alone."
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
