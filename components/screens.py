"""One run of a page's script for many screens: what it draws is kept as messages, and each screen is sent them.

A class of eighty that goes to the next step would otherwise run the page eighty times.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import CodeType
from zlib import crc32

import plotly.graph_objects as go
import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.PlotlyChart_pb2 import PlotlyChart
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import enqueue_message
from streamlit.runtime.scriptrunner_utils.shared_run_state import SharedRunState
from streamlit.runtime.state import SafeSessionState, SessionState

from components.course import Sought, Topic, Values, pending
from components.lessons.plotted import plotted
from components.lessons.withheld import blank, is_control
from components.offers import unoffered
from core.lessons import Series

ROOT = Path(__file__).parent.parent

PARTS = ("page_top", "stage", "open_panel")
"""The containers of a page that other screens show: its question, its figure with the sentence, and an open panel."""

WATCHED = "watched"
"""In the data of a component: it is drawn to be watched, and takes nothing from a visitor. Others are left out."""

Place = tuple[int, ...]

_PLOTTED: ContextVar["Plotted | None"] = ContextVar("plotted", default=None)


def recording() -> bool:
    """Whether the page is drawn for others: without the controls of a visitor, without a tie to the address, and it
    ends after its sentence."""
    return _PLOTTED.get() is not None


def alive(words: str) -> str:
    """Words about what a visitor clicks or moves; none where the page is drawn for others, who have nothing to move."""
    return "" if recording() else words


@dataclass(frozen=True)
class Plotted:
    """The figures of a page by name, and how many pixels each has on a phone."""

    figures: dict[str, go.Figure] = field(default_factory=dict)
    on_phones: dict[str, int] = field(default_factory=dict)


def keep(plotted: Mapping[str, go.Figure], on_phones: Mapping[str, int]) -> None:
    """Keeps the figures of a page that is recorded, and how many pixels each has on a phone."""
    kept = _PLOTTED.get()
    if kept is not None:
        kept.figures.update(plotted)
        kept.on_phones.update(on_phones)


@dataclass(frozen=True)
class Screen:
    """What a page shows at one of its views.

    Args:
        parts: the messages of each of PARTS that the page has, in order.
        plotted: its figures by name, without anybody's guess.
        on_phones: how many pixels each has on a phone.
        controls: whether something in it was for a visitor to move, which is left out.
        unoffered: what the view asks for and the page does not offer, in sentences.
    """

    parts: Mapping[str, Sequence["Sent"]]
    plotted: Mapping[str, go.Figure] = field(default_factory=dict)
    on_phones: Mapping[str, int] = field(default_factory=dict)
    controls: bool = False
    unoffered: tuple[str, ...] = ()

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """What its figures plot."""
        return tuple(series for fig in self.plotted.values() for series in plotted(fig))

    def show(self, part: str, specs: Mapping[str, str] | None = None) -> None:
        """Sends a part to this screen, at the place where it is called; nothing where the page has no such part.

        Args:
            part: one of PARTS.
            specs: name of a figure -> plotly's JSON that stands in its place.
        """
        place = st.container(key=f"shown_{part}")._block_delta_path
        for sent in self.parts.get(part, ()):
            message = ForwardMsg()
            message.CopyFrom(sent.message)
            message.metadata.delta_path[:] = [*place, *sent.place]
            spec = (specs or {}).get(sent.figure)
            if spec is not None:
                _redraw(message.delta.new_element.plotly_chart, spec)
                message.ClearField("hash")
            enqueue_message(message)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of a page.

    Args:
        place: its path below the part that it belongs to.
        message: an element or a block.
        figure: the name of the page's figure that it is; empty for all else.
        control: it stands for a control, of which only the room is left.
    """

    place: tuple[int, ...]
    message: ForwardMsg
    figure: str = ""
    control: bool = False


def recorded(topic: Topic, view: Values) -> Screen:
    """Runs the script of a page at a view, and keeps what it draws. Nothing of it reaches this screen or
    this session, and nothing of them reaches it.

    Args:
        topic: the page's.
        view: its parameters, where they are not its defaults.
    """
    place = st.container()
    drawn = Plotted()
    told = _PLOTTED.set(drawn)
    try:
        with place, _as_nobody() as messages:
            st.session_state[pending(topic)] = Sought(view, "top")
            # A page that stops has drawn what it can.
            with suppress(StopException):
                exec(_code(topic.script), {"__name__": "__main__", "__file__": str(ROOT / topic.script)})
            lacking = unoffered(topic.key, view)
    finally:
        _PLOTTED.reset(told)
    parts = _in_parts(topic, messages)
    controls = any(sent.control for part in parts.values() for sent in part)
    return Screen(parts, drawn.figures, drawn.on_phones, controls, lacking)


@cache
def _code(script: str) -> CodeType:
    return compile((ROOT / script).read_text("utf-8"), script, "exec")


@contextmanager
def _as_nobody() -> Iterator[list[ForwardMsg]]:
    """Runs what is inside for no visitor, and keeps the messages that it sends, whole.

    It finds a session without any state, at an address without parameters. What it leaves there goes with that session:
    the visitor whose run this is, the first of a class to come, neither gives anything to it nor gets anything from it.
    """
    context, messages = get_script_run_ctx(), list[ForwardMsg]()
    assert context is not None
    nobodys = {
        "_enqueue": messages.append,
        "cached_message_hashes": frozenset[str](),
        # Nothing that a visitor asks for meanwhile ends a run that others wait for.
        "session_state": SafeSessionState(SessionState(), lambda: None),
        "fragment_storage": MemoryFragmentStorage(),
        "shared": SharedRunState(),
        "query_string": "",
        "is_history_navigation": False,
        "has_dialog_opened": False,
    }
    visitors = {name: getattr(context, name) for name in nobodys}
    try:
        vars(context).update(nobodys)
        yield messages
    finally:
        vars(context).update(visitors)


def _in_parts(topic: Topic, messages: Sequence[ForwardMsg]) -> dict[str, list[Sent]]:
    """The messages of each part; of two at one place the last one counts, as it does on a screen."""
    roots: dict[str, Place] = {}
    last: dict[Place, ForwardMsg] = {}
    for message in messages:
        if message.WhichOneof("type") == "delta":
            path = tuple(message.metadata.delta_path)
            last.pop(path, None)
            last[path] = message
            name = _key_of(message.delta.add_block.id)
            if name in PARTS:
                roots[name] = path
    shut = [path for path, message in last.items() if message.delta.add_block.HasField("popover")]
    return {
        name: [
            _sent(topic, path[len(root) - 1 :], message)
            for path, message in last.items()
            if path[: len(root)] == root and not any(path != one and path[: len(one)] == one for one in shut)
        ]
        for name, root in roots.items()
    }


def _sent(topic: Topic, path: Place, message: ForwardMsg) -> Sent:
    """A message at its place in a part, whose own block comes first; of a control only its room is left."""
    place, element = (0, *path[1:]), message.delta.new_element
    kind = element.WhichOneof("type")
    if message.delta.add_block.HasField("popover") or is_control(message):
        return Sent(place, blank(message), control=True)
    if kind == "bidi_component":
        part = element.bidi_component
        if not (part.HasField("json") and json.loads(part.json).get(WATCHED)):
            return Sent(place, blank(message), control=True)
        # What it says reaches nobody: no page runs for it here.
        part.id = f"{part.id}_watched"
    if kind != "plotly_chart":
        return Sent(place, message)
    chart = element.plotly_chart
    name = _key_of(chart.id).removeprefix(f"{topic.key}_").removesuffix("_figure")
    del chart.selection_mode[:]
    _redraw(chart, chart.spec)
    return Sent(place, message, name)


def _redraw(chart: PlotlyChart, spec: str) -> None:
    """Gives a chart its figure. The browser keeps the figure of a chart as long as its id, and two at one place apart
    by it: so each figure has an id of its own."""
    chart.spec = spec
    chart.id = f"$$ID-{crc32(spec.encode()):08x}-{_key_of(chart.id) or None}"


def _key_of(identity: str) -> str:
    """The key that was given to what has this id, "$$ID-<hash>-<key>"; empty for none."""
    parts = identity.split("-", 2)
    return parts[2] if len(parts) == 3 else ""
