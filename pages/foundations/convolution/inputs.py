"""The controls of the convolution on screen, and what is said where they ask for what cannot be."""

from typing import Any

import streamlit as st

from components.course import PANEL
from components.page import Page
from components.refusals import NothingYetError, told
from core.convolution import CHANNELS, KERNELS, PICTURES, SIDES, read_kernel, written_kernel
from pages.foundations.convolution import results
from pages.foundations.convolution.results import LEARNED, YOUR_KERNEL, YOUR_PICTURE, Setting

PADDINGS = ("0", "1", "2", "3", "same")
STRIDES = (1, 2, 3, 4)
UPLOAD = "convolution_file"


def at_rest(page: Page) -> bool:
    """Whether a panel stands first that reads none of these controls, and none of them may be refused."""
    value = page.controls.value
    written = value("picture") == YOUR_PICTURE or value("kernel") == YOUR_KERNEL
    return value(PANEL) in ("Volumes", "A network at work") and not written


def setting(page: Page) -> Setting:
    """Draws the controls. Raises ValueError in words where a kernel or a picture cannot be read, or do not fit."""
    control = page.controls
    wide, aside = control.value("kernel") == YOUR_KERNEL, control.value(PANEL) == "Shift it"
    places = st.columns([1.6, 1.9, 2.2, *((5.2, 0.1) if wide else (3.1, 2.2)), 1.3], vertical_alignment="bottom")
    with places[0]:
        name = control.select("picture", "Picture", [*PICTURES, YOUR_PICTURE])
    with places[1]:
        kernel = control.select("kernel", "Kernel", [*KERNELS, YOUR_KERNEL, *LEARNED])
    with places[2]:
        stride = control.choice("stride", "Stride", STRIDES, disabled=aside)
    with places[5]:
        more = page.more()
    # Four controls are in sight: the weights of a kernel of one's own take the place of the padding.
    with more if kernel == YOUR_KERNEL else places[3]:
        padding = control.choice("padding", "Padding", PADDINGS, disabled=aside)
    with more:
        side = control.choice("side", "Size of a named kernel", SIDES)
        dilation = control.slider("dilation", "Dilation", 1, 4)
        channels = control.choice("channels", "Channels", CHANNELS)
        flip = control.switch("flip", "Turn the kernel by 180°")
        bias = control.slider("bias", "Bias b", -2.0, 2.0, step=0.1)
    with places[3] if kernel == YOUR_KERNEL else places[4]:
        written = _weights(page, kernel, side)
    content = upload("Your picture: PNG or JPEG", UPLOAD) if name == YOUR_PICTURE else b""
    zeros: Any = padding if padding == "same" else int(padding)
    asked = Setting(name, channels, kernel, written, side, stride, zeros, dilation, flip, float(bias), content)
    rows, columns = asked.map.shape
    with more:
        control.number("row", "Row of the cell", 0, rows - 1)
        control.number("column", "Column of the cell", 0, columns - 1)
    return asked


def _weights(page: Page, kernel: str, side: int) -> str:
    """The weights of a kernel of one's own, or a button that takes a named one's to be changed."""
    if kernel == YOUR_KERNEL:
        written = page.controls.text("weights", "Weights, rows divided by /")
        read_kernel(written)
        return written
    own = {"kernel": YOUR_KERNEL, "weights": written_kernel(results.weights_of(kernel, "", side))}
    st.button("Edit its weights", on_click=page.controls.set, args=(own,), key="convolution_edit")
    return ""


def upload(label: str, key: str) -> bytes:
    """The bytes of a visitor's picture. Raises NothingYetError before there is one."""
    file = uploader(label, key)
    if file is None:
        raise NothingYetError("Upload a PNG or JPEG of at most 5 MB; it is brought to at most 64 pixels a side.")
    content = bytes(file.getvalue())
    results.picture_of(content)
    return content


def uploader(label: str, key: str) -> Any:
    """Draws the place for a picture. Returns its file; None before there is one."""
    return st.file_uploader(label, type=["png", "jpg", "jpeg"], key=key, max_upload_size=5)


def refused(page: Page, error: ValueError) -> None:
    """Says in words why there is no figure, with a button for the way out."""
    told(error)
    st.button("Back to the first story", on_click=page.controls.reset, key="convolution_way_out")
