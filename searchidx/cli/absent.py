"""Absent roots as people and programs read of them: the state, and the number of documents that are kept."""

from collections.abc import Iterable

from searchidx.ingest import AbsentRoot
from searchidx.render.look import count
from searchidx.render.safe import visible

_STATES = {
    "missing": "does not exist",
    "unreadable": "can't be read",
    "empty": "is empty: a disk may not be mounted there",
    "unmounted": "has no disk mounted below it where there was one",
}


def sentence(root: AbsentRoot) -> str:
    """Return one line about an absent root, safe to show."""
    kept = count(root.documents, "document")
    return f"{visible(root.path)} {_STATES[root.reason]}; {kept} below it {_are(root.documents)} kept"


def warning(root: AbsentRoot) -> str:
    """Return the line that warns of an absent root and names the remedy."""
    return f"{sentence(root)}; searchidx index --drop-absent removes {_them(root.documents)}"


def as_objects(roots: Iterable[AbsentRoot]) -> list[dict[str, object]]:
    """Return absent roots as JSON objects."""
    return [root._asdict() for root in roots]


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"
