"""The checks of a page on screen."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from components.theme import Look
from core.checks import Check


def identities(checks: Sequence[Check], look: Look) -> None:
    """The identities recomputed for what is on screen, each with its error and its bound; nothing without any."""
    if not checks:
        return
    st.subheader("Checks", anchor="checks")
    failed = [check for check in checks if not check.passed]
    for check in failed:
        st.error(f"**{check.name}**: {_number(check.error)} is above {_number(check.bound)}. {check.detail}")
    lines = "".join(_check_line(check, look.role("accepted")) for check in checks if check.passed)
    st.html(f"<div>{lines}</div>")


def _check_line(check: Check, color: str) -> str:
    bound = "exact" if check.bound == 0 else f"≤ {_number(check.bound)}"
    detail = f' title="{escape(check.detail)}"' if check.detail else ""
    return (
        f'<div class="check"{detail}><span style="color:{color}">✓</span> {escape(check.name)}: '
        f"<b>{_number(check.error)}</b> {bound}</div>"
    )


def _number(value: float) -> str:
    """An error or a bound: in full where a person reads it so, else by its power of ten."""
    return f"{value:.3g}" if 0.01 <= abs(value) < 1000 else f"{value:.2g}"
