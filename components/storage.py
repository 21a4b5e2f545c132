"""What a browser keeps for a visitor, beyond a reload: a text at a place of its storage, beside the session's own."""

from collections.abc import Callable
from secrets import token_hex
from typing import Literal

import streamlit as st
from streamlit.components.v2 import component

from components.parts import said

SESSION = "_storage_session"
"""Where the session keeps what tells it from others of the same window."""

# What this session has changed is written. Otherwise what another tab or an earlier visit has left there is told to the
# session; one that merges the two is told it before it writes at all. Where a browser keeps nothing of what it is asked
# to guard, it asks before the tab is closed, on whichever page; so it does while words stand unsent in a form with a
# field of several lines.
_SCRIPT = """window.storageGuard ||= (() => {
  const typed = new Set(), of = event => event.target.closest?.('[data-testid="stForm"]');
  const type = event => { const form = of(event); if (form?.querySelector("textarea")) typed.add(form); };
  const send = event => {
    if (event.target.closest?.('[data-testid="stFormSubmitButton"]')) typed.delete(of(event));
  };
  addEventListener("input", type, true);
  addEventListener("click", send, true);
  addEventListener("beforeunload", event => {
    const lost = [...typed].some(form => form.isConnected) || Object.values(window.storageUnkept ?? {}).some(Boolean);
    if (lost) event.preventDefault();
  });
  return true;
})();
export default function ({ data, setTriggerValue }) {
  const place = `foundation-model-explorer-${data.place}`;
  const written = window.storageWritten ??= {}, unkept = window.storageUnkept ??= {};
  const tell = kept => {
    if (kept !== null && kept !== data.text) setTriggerValue("found", kept);
  };
  const changed = event => { if (event.key === place && data.shared) tell(event.newValue); };
  const last = written[place] ?? {};
  const seen = last.session === data.session ? last.writes : 0;
  try {
    const storage = data.shared ? localStorage : sessionStorage, kept = storage.getItem(place);
    if (data.writes > seen && (data.heard || kept === null)) {
      storage.setItem(place, data.text);
      written[place] = { session: data.session, writes: data.writes };
      unkept[place] = false;
    } else if (data.shared || !data.heard) tell(kept);
  } catch {
    unkept[place] = data.shared && data.writes > seen;
  }
  window.addEventListener("storage", changed);
  return () => window.removeEventListener("storage", changed);
}"""

_storage = component("browser_storage", html="<span></span>", js=_SCRIPT)


def stored(
    key: str,
    place: str,
    text: str,
    writes: int,
    *,
    found: Callable[[str], None],
    of: Literal["browser", "tab"],
    heard: bool = True,
) -> None:
    """Keeps a text in this browser, and takes over what it keeps.

    Args:
        key: of the component.
        place: names the text among others.
        text: as the session has it.
        writes: how often the session has changed it; a text that it has not changed is not written.
        found: takes what the browser keeps, where that is another text. A callback.
        of: all tabs of a browser have the same text, and it asks before one is closed where it keeps nothing; or each
            tab has its own, which goes with it.
        heard: the session has taken over what was kept before it, and may write over that.
    """

    def told() -> None:
        kept = said(key, "found")
        if kept is not None:
            found(str(kept))

    _storage(
        key=key,
        data={
            "place": place,
            "text": text,
            "writes": writes,
            "session": st.session_state.setdefault(SESSION, token_hex(8)),
            "shared": of == "browser",
            "heard": heard,
        },
        on_found_change=told,
        height=1,
    )
