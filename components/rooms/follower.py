"""The part of a page that follows its room: it waits in the browser for news and calls the page when it has to change.

What needs no run of the page, votes above all, it hands on to the parts of the same window that draw them.
"""

import streamlit as st
from streamlit.components.v2 import component

from components.parts import said
from components.rooms.attending import Attending
from components.rooms.entering import again, has_left

# One question waits at a time, since a browser keeps six connections to a host for all its tabs. After an error it
# waits a moment at random: a hall that lost its server would otherwise come back all at once.
_FOLLOW = """export default function ({ data, setTriggerValue }) {
  let over = false, asking = null, seen = "";
  const parts = ["step", "round", "uncovered", "ended", "lost"], patience = 3000;
  const told = Object.fromEntries(parts.map(part => [part, data[part]]));
  const moved = news => ["step", "round", "uncovered"].some(part => news[part] !== told[part]);
  const later = () => new Promise(done => setTimeout(done, 500 + 1500 * Math.random()));
  const calls = news => news.ended !== told.ended
    || (data.follows && moved(news))
    || (data.leads && (news.lost !== told.lost || news.step !== told.step));
  // The lecturer's second window shows the votes while they come, whatever the projector shows.
  const notes = data.leads ? new BroadcastChannel("foundation-model-explorer-play") : null;
  const follow = async () => {
    while (!over && !told.ended) {
      asking = new AbortController();
      try {
        const headers = { "X-Room-Ticket": data.ticket, ...(data.key ? { "X-Room-Key": data.key } : {}) };
        const address = new URL(`room/${data.code}/news?seen=${seen}`, location.href);
        const answer = await fetch(address, { headers, signal: asking.signal, cache: "no-store" });
        if (over) return;
        if (answer.status === 404) { if (!told.ended) setTriggerValue("news", Date.now()); return; }
        if (!answer.ok) throw new Error(answer.status);
        const news = await answer.json();
        if (over) return;
        seen = news.seen;
        window.roomNews = { code: data.code, ...news };
        window.dispatchEvent(new CustomEvent("room-news"));
        notes?.postMessage({ votes: news.tally ?? null });
        if (calls(news)) {
          // A call draws this part anew with the room as it was, and the same news come once more before the answer.
          const called = JSON.stringify([data.code, ...parts.map(part => news[part])]), last = window.roomCalled;
          if (last?.called !== called || Date.now() - last.at > patience) {
            window.roomCalled = { called, at: Date.now() };
            for (const part of parts) told[part] = news[part];
            setTriggerValue("news", Date.now());
          }
        }
        if (news.ended) return;
      } catch { if (!over) await later(); }
    }
  };
  follow();
  return () => { over = true; asking?.abort(); notes?.close(); };
}"""

# Where the address names no room, and for who leads one that has ended: the tab knows in which room it was.
_BEFORE = """export default function ({ data, setTriggerValue }) {
  const rooms = "foundation-model-explorer-room";
  try {
    if (data.left) { sessionStorage.removeItem(rooms); return; }
    const code = data.code || sessionStorage.getItem(rooms);
    const key = code && sessionStorage.getItem(`foundation-model-explorer-key-${code}`) || "";
    // What is being answered is not asked again: the page is drawn anew meanwhile, and this part with it.
    const last = window.roomFound, patience = 3000;
    const asks = last?.code !== code || Date.now() - last.at > patience;
    if (asks && code && (key || !data.code)) {
      window.roomFound = { code, at: Date.now() };
      setTriggerValue("found", { code, key });
    }
  } catch {}
}"""

# What the browser calls itself lasts as long as its storage, for all its tabs; the key belongs to one tab, so that a
# lecturer may open a student's view in another. At each coming in both are told once. `crypto.randomUUID` is missing
# where a page comes without TLS.
_WHO = """export default function ({ data, setStateValue }) {
  const place = "foundation-model-explorer-voter", keys = `foundation-model-explorer-key-${data.code}`;
  const parts = crypto.getRandomValues(new Uint8Array(16));
  const made = [...parts].map(part => part.toString(16).padStart(2, "0")).join("");
  let voter = data.voter || made, key = "";
  try {
    const kept = localStorage.getItem(place) ?? "";
    if (!data.voter && /^[0-9a-f]{32}$/.test(kept)) voter = kept;
    localStorage.setItem(place, voter);
    if (data.key) sessionStorage.setItem(keys, data.key);
    sessionStorage.setItem("foundation-model-explorer-room", data.code);
    key = sessionStorage.getItem(keys) ?? "";
  } catch {}
  const who = { voter, key, entered: data.entered }, said = JSON.stringify(who);
  if ((data.voter !== voter || data.key !== key) && window.roomWho !== said) {
    window.roomWho = said;
    setStateValue("who", who);
  }
}"""

_follower = component("room_follower", html="<span></span>", js=_FOLLOW)
_before = component("room_before", html="<span></span>", js=_BEFORE)
_who = component("room_who", html="<span></span>", js=_WHO)


def follower(here: Attending) -> None:
    """Waits for news of the room; they make the page run again, which then looks itself."""
    room = here.room
    _follower(
        key="room_follower",
        data={
            "code": here.code,
            "ticket": room.ticket,
            "key": here.key,
            "step": room.step,
            "round": room.round,
            "uncovered": room.uncovered,
            "ended": here.ended,
            "lost": here.seen.lost,
            "follows": here.follows and not here.leads,
            "leads": here.leads,
        },
        on_news_change=_heard,
        height=1,
    )


def _heard() -> None:
    """The run that begins looks itself; nothing that a browser sends is taken over."""


def who(here: Attending) -> None:
    """Learns what the browser calls itself, and whether it has the key of the room from before a reload.

    In a seat it is a part of it, on a page one of its own. A part within a part would not do: where a seat is drawn
    twice in a row, Streamlit drops what it drew first, and still sends the inner part to a place that is not there.
    """

    def told() -> None:
        one = said("room_who", "who") or {}
        if one.get("entered") == here.entered:
            here.known(str(one.get("voter", ""))[:64], str(one.get("key", ""))[:100])

    _who(
        key="room_who",
        data={"code": here.code, "voter": here.voter, "key": here.key, "entered": here.entered},
        default={"who": None},
        on_who_change=told,
        height=1,
    )
    if here.came_back:
        here.came_back = False
        st.rerun(scope="app")


def before(code: str) -> None:
    """Brings a tab that was reloaded back into the room that it was in: who looks around, and who leads an ended one.

    Args:
        code: of the room that the address names and that only its lecturer gets into; empty for none.
    """

    def found() -> None:
        kept = said("room_before", "found")
        if kept is not None:
            again(str(kept.get("code", ""))[:10], str(kept.get("key", ""))[:100])

    _before(key="room_before", data={"code": code, "left": has_left()}, on_found_change=found, height=1)
