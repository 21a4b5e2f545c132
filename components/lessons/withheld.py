"""What a page draws below a cover: it is made, for the question takes its axes from it, and reaches no browser.

Only what a job that runs already reports later goes its own way: it draws after the page.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

SENT = frozenset(
    {
        "button",
        "button_group",
        "checkbox",
        "color_picker",
        "date_input",
        "empty",
        "exception",
        "file_uploader",
        "multiselect",
        "number_input",
        "radio",
        "selectbox",
        "slider",
        "text_area",
        "text_input",
    }
)
"""The elements that are sent all the same: an error, and controls, whose tie to the address the browser keeps."""


@contextmanager
def withheld() -> Iterator[None]:
    """Sends an empty element in the place of each picture, table or text that is drawn inside."""
    context = get_script_run_ctx()
    if context is None:
        yield
        return
    send = context._enqueue
    context._enqueue = lambda message: send(blank(message) if _tells(message) else message)
    try:
        yield
    finally:
        context._enqueue = send


def _tells(message: ForwardMsg) -> bool:
    """Whether a message shows something: an element of its own, or one that the browser has kept from before."""
    if message.WhichOneof("type") != "delta":
        return bool(message.WhichOneof("type") == "ref_hash")
    delta = message.delta
    return delta.WhichOneof("type") == "new_element" and delta.new_element.WhichOneof("type") not in SENT


def is_control(message: ForwardMsg) -> bool:
    """Whether a message draws what a visitor answers with."""
    return message.delta.new_element.WhichOneof("type") in SENT - {"exception", "empty"}


def blank(message: ForwardMsg) -> ForwardMsg:
    """An empty element in the same place, so that those after it keep theirs."""
    blank = ForwardMsg()
    blank.metadata.CopyFrom(message.metadata)
    blank.metadata.cacheable = False
    blank.delta.fragment_id = message.delta.fragment_id
    blank.delta.new_element.empty.SetInParent()
    return blank
