"""A lesson in an address: its file, compressed, in the letters that an address may hold."""

import base64
import binascii
import zlib
from collections.abc import Mapping

from core.lessons.document import from_json, to_json
from core.lessons.parameters import Parameters
from core.lessons.steps import MAX_BYTES, Lesson

MAX_LINK = 6_000
"""Characters. Servers in front of an app take 8,000 for the whole address as a rule."""


def to_link(lesson: Lesson) -> str:
    """The lesson in letters, digits, "-" and "_"; raises ValueError where these are more than MAX_LINK."""
    packed = base64.urlsafe_b64encode(zlib.compress(to_json(lesson).encode(), 9)).decode().rstrip("=")
    if len(packed) > MAX_LINK:
        raise ValueError(f"the lesson takes {len(packed):,} characters in a link; at most {MAX_LINK:,} are allowed")
    return packed


def from_link(packed: str, pages: Mapping[str, Parameters]) -> Lesson:
    """The lesson of a link.

    Args:
        packed: what `to_link` has made.
        pages: page -> its parameters.

    Raises:
        ValueError: the link was cut or changed, is longer than MAX_LINK, unpacks to more than MAX_BYTES, or holds no
            lesson of these pages.
    """
    if len(packed) > MAX_LINK:
        raise ValueError(f"the link has {len(packed):,} characters; at most {MAX_LINK:,} are allowed")
    unpacking = zlib.decompressobj()
    try:
        bits = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        # A few bytes may unpack to millions: no more is taken than a file may have.
        written = unpacking.decompress(bits, MAX_BYTES + 1)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise ValueError("the link was cut or changed on its way") from error
    if not unpacking.eof and len(written) <= MAX_BYTES:
        raise ValueError("the link was cut or changed on its way")
    return from_json(written, pages)
