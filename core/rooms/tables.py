"""The tables of the rooms, and the database that holds them."""

import os
from importlib.util import find_spec
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
)

from core.files import cache_dir
from core.rooms.errors import RoomsUnreachableError

METADATA = MetaData()

ROOMS = Table(
    "rooms",
    METADATA,
    Column("code", String(8), primary_key=True),
    Column("key_hash", String(64), nullable=False),
    Column("opened", Float, nullable=False),
    Column("ends", Float, nullable=False),
    Column("lesson", Text, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)
"""A room: the hash of its key, its times, its lesson as a file holds it, and the present step."""

QUESTIONS = Table(
    "questions",
    METADATA,
    Column("room", String(8), ForeignKey("rooms.code", ondelete="CASCADE"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("uncovered", Boolean, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("axes", Text, nullable=False),
)
"""What became of the question of a step; a step without a row is covered, in its first round, its votes hidden."""

VOTES = Table(
    "votes",
    METADATA,
    Column("room", String(8), ForeignKey("rooms.code", ondelete="CASCADE"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("voter", String(64), primary_key=True),
    Column("answer", String(1000), nullable=False),
    Column("at", Float, nullable=False),
)
"""One vote of a visitor for each question and round: a second one takes its place."""

WRITES = "explorer_writes"
"""The option of an execution that changes something."""


_PATIENCE = {
    "connect_timeout": 2, "tcp_user_timeout": 3000, "keepalives": 1, "keepalives_idle": 2, "keepalives_interval": 1,
    "keepalives_count": 2, "options": "-c statement_timeout=4000 -c lock_timeout=4000",
}  # fmt: skip
"""How long PostgreSQL is waited for, in seconds; the other timeouts than that of a connection in milliseconds."""


def address() -> str:
    """Where the rooms are kept: `EXPLORER_ROOMS`, or a file in the cache folder."""
    named = os.environ.get("EXPLORER_ROOMS", "").strip()
    return named or f"sqlite:///{cache_dir() / 'rooms.sqlite'}"


def engine_at(place: str) -> Engine:
    """The connections to a database; none is made yet.

    Args:
        place: as SQLAlchemy writes it; "postgresql://" means psycopg.

    Raises:
        RoomsUnreachableError: a kind of database that is not tried here, or one whose driver is not installed.
    """
    kind = place.split(":", 1)[0]
    if kind == "sqlite":
        engine = create_engine(place, connect_args={"timeout": 5})
        _settle_sqlite(engine)
        return engine
    if kind not in ("postgresql", "postgresql+psycopg"):
        raise RoomsUnreachableError(f"EXPLORER_ROOMS names “{kind[:40]}”; sqlite and postgresql are allowed")
    if find_spec("psycopg") is None:
        raise RoomsUnreachableError("EXPLORER_ROOMS names PostgreSQL; install psycopg[binary]")
    place = place.replace("postgresql:", "postgresql+psycopg:", 1)
    # A server that is gone is found before something is asked of it, and one that is silent is not waited for.
    return create_engine(
        place, pool_pre_ping=True, connect_args=_PATIENCE, pool_size=5, max_overflow=10, pool_timeout=3
    )


def _settle_sqlite(engine: Engine) -> None:
    """Several processes on one file: readers beside a writer, and a writer that takes the lock at its beginning."""

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for setting in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {setting}")

    def begun(connection: Any) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
