"""`python -m components.lessons` writes `docs/lessons.md` from the lessons of the pages and the plan of the course."""

from components.lessons.document import DOCUMENT, written

DOCUMENT.write_text(written(), encoding="utf-8")
