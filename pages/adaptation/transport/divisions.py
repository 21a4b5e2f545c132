"""Fields divided among shops, shared between visitors: keyed by names and numbers, and by a picture's bytes."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from components.numbers import table, table_as_text
from components.results import shared
from core.checks import Check
from core.pictures import read_picture
from core.transport import (
    FIELDS,
    Moment,
    Territories,
    brightness,
    field,
    owners_along,
    territories,
    territory_identities,
    tied,
)

YOUR_PICTURE = "your picture"

PLACES = (*FIELDS, YOUR_PICTURE)

LEAST, MOST = 3, 20
"""Shops on the page."""

SIZE = 200
"""Rows and columns of a field."""

SEEN = 100
"""Rows and columns of a field as it is drawn."""

ALIKE, DOUBLE = "as many as any other", "twice as many"
DEMANDS = (ALIKE, DOUBLE)
"""What the chosen shop is to have."""


@lru_cache(maxsize=8)
def density_of(name: str, content: bytes) -> np.ndarray:
    """A field by name, or of a visitor's picture. Raises ValueError in words for a picture that cannot be one."""
    density = brightness(read_picture(content), SIZE) if name == YOUR_PICTURE else field(name, SIZE)
    density.flags.writeable = False
    return density


def read_shops(text: str) -> np.ndarray:
    """Places [shop 2] of a text, "0.2 0.3 / 0.7 0.5", down and across; none of an empty one.

    Raises:
        ValueError: for what is no number, not two numbers for a shop, or a place beyond the field.
    """
    if not text.strip():
        return np.empty((0, 2))
    places = table(text, "shops")
    if places.shape[1] != 2:
        raise ValueError(f"shops: {places.shape[1]} numbers for each; there must be 2, as in “0.2 0.3 / 0.7 0.5”")
    beyond = np.flatnonzero(~((places >= 0) & (places <= 1)).all(axis=1))
    if len(beyond):
        down, across = places[beyond[0]]
        where = "is no place in" if np.isnan([down, across]).any() else "lies beyond"
        raise ValueError(f"shop {beyond[0] + 1}: {down:g} {across:g} {where} the field, which goes from 0 to 1")
    return places


@dataclass(frozen=True)
class Shops:
    """Shops on a field: as many as asked for, the first of them where a text says, the others drawn by the seed."""

    place: str
    count: int
    seed: int
    text: str = ""
    doubled: int | None = None
    """The shop that is to have twice as many customers as any other."""
    content: bytes = b""

    def sites(self) -> np.ndarray:
        """[shop 2], down and across. Raises ValueError for a text that cannot be read."""
        sites = np.round(np.random.default_rng(self.seed).uniform(0.04, 0.96, (self.count, 2)), 3)
        own = read_shops(self.text)[: self.count]
        sites[: len(own)] = own
        return sites

    def targets(self) -> np.ndarray:
        """[shop], the share that each is to have."""
        weights = np.ones(self.count)
        if self.doubled is not None:
            weights[self.doubled] = 2.0
        return np.asarray(weights / weights.sum())

    def moved(self, shop: int, place: tuple[float, float]) -> str:
        """All places as a text, one shop moved."""
        sites = self.sites()
        sites[shop] = place
        return table_as_text(sites)


def _bytes(found: Territories) -> int:
    return found.density.nbytes + found.assignment.nbytes + found.path.nbytes + 1000


@shared(megabytes=20, size=_bytes)
def divided(shops: Shops) -> Territories:
    """The shops' prices. Raises ValueError in words for shops or a picture that cannot be used."""
    return territories(shops.sites(), density_of(shops.place, shops.content), masses=shops.targets())


@shared(megabytes=10, size=lambda moments: sum(moment.assignment.nbytes for moment in moments))
def moments_of(shops: Shops) -> tuple[Moment, ...]:
    """The division after each step, with the shops of the cells that are drawn."""
    found = divided(shops)
    owners = owners_along(found.sites, (SEEN, SEEN), found.path)
    return tuple(
        Moment(prices, owner.astype(np.int16), masses, float(way))
        for prices, owner, masses, way in zip(found.path, owners, found.reached, found.ways, strict=True)
    )


@shared(megabytes=1, size=lambda share: 100)
def whole_cells(shops: Shops) -> float:
    """The largest gap that cells explain at the last prices: the heaviest, and those that change hands as one."""
    found = divided(shops)
    return float(found.density.max()) + tied(found, int(np.abs(found.gap).argmax()))


@shared(megabytes=1, size=lambda checks: 2000)
def checks_of(shops: Shops) -> tuple[Check, ...]:
    """The identities of the division at its last prices."""
    return territory_identities(divided(shops))
