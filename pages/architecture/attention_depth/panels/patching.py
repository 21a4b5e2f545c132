"""Parts of one text's run copied into another's: which of them bring the answer back, and whose work it is."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components.jobs import job_panel
from components.markdown import literally
from components.page import Badge, Panel
from components.screens import alive
from core.attention import (
    PATCHED,
    Kind,
    PatchedTexts,
    Patching,
    PatchRun,
    Positions,
    head_scores,
    patch_texts,
    patching_checks,
    recorded,
)
from core.checks import Check
from core.jobs import promise
from pages.architecture.attention.figures.heads import score_map
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.figures.patching import parts_bars, recovered_map
from pages.architecture.attention_depth.main import Shown, choose_model
from pages.architecture.attention_depth.words.patching import (
    both_sentence,
    doubt_sentence,
    drawn_parts,
    drawn_sentence,
    parts_between,
    parts_title,
    patching_title,
    range_sentence,
    roles_sentence,
    rows_of,
    text_lines,
    trap_sentence,
)

PAIRS = {"Store": "store", "Capital": "capital", "Keys": "keys", "Swapped words": "induction"}
"""The recorded pairs by the words of their choice."""

PATCH = "Patch it"
"""The panel's name."""

OWN = "Own texts"

KINDS: dict[str, tuple[Kind, Positions]] = {
    "Stream": ("residual", "all"),
    "Head, last token": ("head", "last"),
    "Head, all tokens": ("head", "all"),
    "MLP": ("mlp", "all"),
}
"""What is copied, by the words of its choice."""

STAND_IN = "Keys"
"""The recorded pair that is in view while own texts wait."""

HEIGHT, LOW = 330, 240
"""Of both figures, in pixels: so that their reading is still in sight, and below own texts that wait."""


def panel(shown: Shown) -> Panel:
    """The map and the attribution in the place of the figure."""
    return Panel(
        PATCH,
        lambda: draw(shown),
        stands="instead",
        checks=lambda: checks(shown),
        script=lambda: script(shown),
    )


def draw(shown: Shown) -> None:
    """The map of what comes back, and the parts of the answer beside it: recorded for the pairs, a job for others."""
    page = shown.page
    left, middle, right = st.columns([3.3, 3, 1.1])
    with left:
        pair = page.controls.choice("patch_pair", "Texts", [*PAIRS, OWN])
    with middle:
        page.controls.choice("patch_kind", "Copy into the corrupted run", list(KINDS))
    with right:
        choose_model(page.controls)
    if pair == OWN:
        _own_texts(shown)
    run = run_of(shown)
    recorded_here = results.patched_of(run)
    found = recorded_here or _measured(shown, run)
    page.badges(Badge.MEASURED if found is not None and recorded_here is None else Badge.RECORDED)
    if found is None and (known := _other_kind(run)) is not None:
        st.caption("Below: what each part writes in your texts. It is the same whatever is copied.")
        _parts_alone(shown, *known)
        return
    if found is None:
        st.caption(f"Below: the recorded texts of “{STAND_IN}”.")
        run, found = _stand_in(run)
        _drawn(shown, run, found, height=LOW)
        return
    _drawn(shown, run, found, height=HEIGHT)


def _other_kind(run: PatchRun) -> tuple[PatchRun, PatchedTexts] | None:
    """What was found of the same texts with another part copied: whose work the answer is does not depend on that."""
    for kind, positions in KINDS.values():
        other = replace(run, kind=kind, positions=positions)
        found = results.finished_patching(other)
        if found is not None:
            return other, found
    return None


def _parts_alone(shown: Shown, run: PatchRun, found: PatchedTexts) -> None:
    """The parts of the answer to texts whose map is still to be made."""
    st.markdown(text_lines(run.clean, run.corrupted, made_of(run, found)))
    _parts(shown, found, height=LOW)
    shown.page.note(drawn_sentence(parts_between(found.clean, found.corrupted), found.clean, found.corrupted))


def _stand_in(run: PatchRun) -> tuple[PatchRun, PatchedTexts]:
    """The recorded pair that stands below what is still to be measured, with the same part copied."""
    kept = replace(PATCHED[PAIRS[STAND_IN]], kind=run.kind, positions=run.positions)
    found = results.patched_of(kept)
    assert found is not None
    return kept, found


def _own_texts(shown: Shown) -> None:
    """The visitor's two texts and their answers."""
    controls = shown.page.controls
    places = st.columns([5, 5, 2, 2])
    labels = ("Clean text", "Corrupted text, as many tokens", "Its answer", "Wrong answer")
    for place, name, label in zip(places, ("clean", "corrupted", "answer", "wrong"), labels, strict=True):
        with place:
            controls.text(f"patch_{name}", label)


def run_of(shown: Shown) -> PatchRun:
    """What the controls ask for."""
    value = shown.page.controls.value
    kind, positions = KINDS.get(value("patch_kind"), KINDS["Stream"])
    if value("patch_pair") == OWN:
        words = {name: value(f"patch_{name}") for name in ("clean", "corrupted", "answer", "wrong")}
        return PatchRun(shown.record.model, **words, kind=kind, positions=positions)
    key = PAIRS.get(value("patch_pair"), "store")
    return replace(PATCHED[key], model=shown.record.model, kind=kind, positions=positions)


def _measured(shown: Shown, run: PatchRun) -> PatchedTexts | None:
    """What a job finds of these texts; None before it has, and where the texts cannot be compared."""
    refused = results.refusal_of(run)
    if refused:
        st.warning(literally(refused))
        return None
    takes = results.patching_takes(run, shown.record.weights.shape[1])
    found: PatchedTexts | None = job_panel(
        patch_texts,
        run,
        start="Copy each part once",
        cost=f"{promise(takes).capitalize()} of one core, once, for this map of these texts.",
        draw_partial=lambda recovered: _so_far(shown, run, recovered),
    )
    return found


def _so_far(shown: Shown, run: PatchRun, recovered: np.ndarray) -> None:
    """The map while it grows, layer by layer."""
    done = int(np.isfinite(recovered).all(axis=1).sum())
    if not done:
        return
    title = f"{done} of {len(recovered)} layers; most so far: {np.nanmax(recovered):.0%} of the answer"
    label = "head" if run.kind == "head" else "token"
    rows = [str(place) for place in range(recovered.shape[1])]
    fig = recovered_map(recovered, rows, look=shown.page.look, title=title, row_label=label, height=HEIGHT)
    shown.page.plot(fig, name="patched_so_far", alt=f"Share of the answer that each part brings back. {title}.")


def _drawn(shown: Shown, run: PatchRun, found: PatchedTexts, *, height: int) -> None:
    """Both figures, and the sentences that read them."""
    page, made = shown.page, made_of(run, found)
    doubt = doubt_sentence(made)
    if doubt:
        st.warning(literally(doubt))
    st.markdown(text_lines(run.clean, run.corrupted, made))
    left, right = st.columns([3, 2])
    title = patching_title(made)
    with left:
        if made.kind == "head":
            fig = score_map(
                made.recovered,
                look=page.look,
                title=title,
                label="recovered",
                layer=shown.layer,
                head=shown.head,
                signed=True,
                height=height,
            )
            on_click = lambda place: {"layer": int(place[0]), "head": int(place[1])}  # noqa: E731
        else:
            fig = recovered_map(
                made.recovered, rows_of(made), look=page.look, title=title, row_label="token", height=height
            )
            on_click = None
        alt = f"Share of the answer that each part brings back. {title}."
        page.plot(fig, name="patched", alt=alt, on_click=on_click)
    with right:
        _parts(shown, found, height=height)
    _read(shown, run, found)


def _parts(shown: Shown, found: PatchedTexts, *, height: int) -> None:
    """What each part writes toward the answer, in one text more than in the other."""
    page, parts = shown.page, parts_between(found.clean, found.corrupted)
    said = parts_title(parts, found.clean, found.corrupted)
    most = drawn_parts(parts, found.clean, found.corrupted)
    names, values, heads = ([getattr(part, field) for part in most] for field in ("name", "value", "head"))
    fig = parts_bars(names, values, heads, look=page.look, title=said, height=height)
    page.plot(fig, name="parts", alt=f"What each part writes toward the answer. {said}.")


def _read(shown: Shown, run: PatchRun, found: PatchedTexts) -> None:
    """What both figures say together."""
    made = made_of(run, found)
    parts = parts_between(found.clean, found.corrupted)
    recorded_maps = [one for key in PATCHED for one in results.recorded_maps(key) if one.kind == "mlp"]
    scores = head_scores(recorded("induction")) if run.model == results.DECODER else None
    sentences = [
        trap_sentence(made, recorded_maps),
        both_sentence(made, parts),
        roles_sentence(made, scores) if scores is not None else "",
        drawn_sentence(parts, found.clean, found.corrupted),
    ]
    shown.page.note(" ".join(filter(None, sentences)))
    st.caption(
        f"One part of the clean run at a time "
        f"is copied into the corrupted one{_named(made)}. {literally(range_sentence(made))} Right: what each head "
        "(blue; L2H3 is head 3 of layer 2) and MLP (green) writes itself, clean less corrupted, with the scale of the "
        "last norm frozen, so that the parts add up; the gray bar holds all others, the embedding and the biases too."
    )


def _named(made: Patching) -> str:
    """What the rows of a map of tokens are called, and what a click on one of heads does."""
    if made.kind == "head":
        return alive("; a click puts the other panels on that head")
    return "; a|b is a token of the clean text and the other one in its place" if made.differing else ""


def made_of(run: PatchRun, found: PatchedTexts) -> Patching:
    """The map that was asked for."""
    made = found.map_of(run.kind, run.positions)
    assert made is not None
    return made


def checks(shown: Shown) -> list[Check]:
    """What the numbers in view must be by themselves, and what runs of the model said of the map when it was made."""
    run = run_of(shown)
    found = results.patched_of(run) or results.finished_patching(run)
    if found is None:
        run, found = _other_kind(run) or _stand_in(run)
    kept = [replace(check, detail=f"{check.detail}, when it was made") for check in made_of(run, found).checks]
    return [*patching_checks(found, run.kind, run.positions), *kept]


_STREAM = """print("one token alone brings back at layer 0:", round(found.recovered[0].max(), 3))
handed = found.handover
print("handover after layer", handed, "" if handed is None else found.recovered[handed].round(3))
"""
"""What a script says of the residual stream alone."""


def script(shown: Shown) -> str:
    """A script that makes the map with `core` alone."""
    run = run_of(shown)
    stream = _STREAM if run.kind == "residual" else ""
    return f"""from core.attention import attribute, patch, token_of
from core.models import load_causal_lm

lm = load_causal_lm({run.model!r})
clean, corrupted = {run.clean!r}, {run.corrupted!r}
answer, wrong = token_of(lm, {run.answer!r}), token_of(lm, {run.wrong!r})
found = patch(lm, clean, corrupted, answer=answer, wrong=wrong, kind={run.kind!r}, positions={run.positions!r})
print("logit difference, clean and corrupted:", found.clean, found.corrupted)
for layer, column, share in found.strongest(5):
    print("layer", layer, "{"head" if run.kind == "head" else "token"}", column, "recovers", round(share, 3))
{stream}parts = [attribute(lm, text, answer=answer, wrong=wrong) for text in (clean, corrupted)]
heads, mlps = parts[0].heads - parts[1].heads, parts[0].mlps - parts[1].mlps
layer, head = divmod(int(abs(heads).argmax()), heads.shape[1])
print(f"largest head L{{layer}}H{{head}} writes {{heads[layer, head]:+.1f}}", end=", ")
print(f"largest MLP {{abs(mlps).argmax()}} writes {{mlps[abs(mlps).argmax()]:+.1f}}", end=" ")
print(f"of {{parts[0].total - parts[1].total:+.1f}} logits between the texts")
for check in (*found.checks, *parts[0].checks, *parts[1].checks):
    print(check.name, check.error, check.bound)
"""
