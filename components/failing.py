"""A page that raises all the same: what its visitor reads, and what is written on the server."""

import logging
from html import escape
from urllib.parse import urlsplit

import streamlit as st

LOG = logging.getLogger("explorer")


def explain(error: Exception) -> bool:
    """Says in the app's own words that a page has failed and what to do; the trace goes to the server's log.

    The log names the link that caused it, by which the fault can be seen again. Handed to `st.App`, whose handler it
    is; True tells Streamlit to show nothing of its own.
    """
    address = st.context.url or ""
    query = "&".join(f"{name}={value}" for name, value in st.query_params.items())
    LOG.error("a page failed at %s?%s", address, query, exc_info=error)
    here = escape(urlsplit(address).path or "/")
    st.html(
        '<div class="fault" role="alert"><p><b>This page has met a fault of its own.</b> It is not you. '
        "The fault is written down on the server, with the values that led to it.</p>"
        f'<p><a href="{here}" target="_self">Open the page anew, with its first values</a>, '
        '<a href="/" target="_self">go to the start</a>, or go back in the browser.</p></div>'
    )
    return True
