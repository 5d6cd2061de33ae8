"""Messages and JSON objects of absent roots."""

from collections.abc import Iterable

from searchidx.ingest import AbsentRoot
from searchidx.render.look import count
from searchidx.render.safe import visible

_STATES = {
    "missing": "does not exist",
    "unreadable": "can't be read",
    "empty": "is empty (an unmounted disk?)",
    "unmounted": "is missing a disk that was mounted below it",
}


def sentence(root: AbsentRoot) -> str:
    """Return the state of an absent root as one line, safe for a terminal."""
    documents = count(root.documents, "document")
    return f"{visible(root.path)} {_STATES[root.reason]}; {documents} below it {_are(root.documents)} kept"


def warning(root: AbsentRoot) -> str:
    """Return the warning about an absent root, with its remedy."""
    return f"{sentence(root)}; searchidx index --drop-absent removes {_them(root.documents)}"


def as_objects(roots: Iterable[AbsentRoot]) -> list[dict[str, object]]:
    """Return absent roots as JSON objects."""
    return [root._asdict() for root in roots]


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"
