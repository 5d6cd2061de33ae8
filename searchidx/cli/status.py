"""``searchidx status``: what is indexed."""

from __future__ import annotations  # the annotations are for Typer

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

from searchidx.cli import absent, flags
from searchidx.cli.flags import option
from searchidx.cli.opening import configured_files, limits, open_index, place, settings
from searchidx.cli.streams import working_directory, write
from searchidx.errors import FOUND
from searchidx.ingest import Stale
from searchidx.ingest.causes import as_objects, cause_of
from searchidx.render.look import count, relative, size
from searchidx.render.safe import visible
from searchidx.render.wrap import table
from searchidx.results import Status

_OFTEN = 20


def command(
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """Show what is indexed: how much, how big, which encodings, what was damaged or skipped and why.

    Files that have changed, come or gone since are counted; searchidx index
    brings the index up to date with them.

    Examples:
      searchidx status
      searchidx status --json | jq -r '.stale.changed[]'
      searchidx status --json | jq -r '.skipped[].path'
    """
    chosen = settings(index=index)
    with open_index(place(chosen)) as opened:
        status = opened.status()
        apart = configured_files(chosen, status.roots)
        stale = opened.stale(encodings=chosen.encodings, limits=limits(chosen), apart=apart)
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump(_as_object(status, stale))])
    else:
        write(_lines(status, stale, working_directory()))
    return FOUND


def _lines(status: Status, stale: Stale, folder: str) -> Iterator[str]:
    yield from table(
        [
            ("index", visible(status.directory)),
            (
                "committed",
                f"{visible(status.committed)} (commit {status.generation:,})"
                if status.committed
                else "never",
            ),
            ("documents", f"{status.documents:,}"),
            ("paragraphs", f"{status.paragraphs:,}"),
            ("size", _sizes(status)),
            ("formats", _counts(status.types)),
            ("encodings", _counts(status.encodings)),
            *(
                ("indexed from" if first else "", _root(status, root))
                for first, root in _marked(status.roots)
            ),
            ("up to date", _staleness(stale)),
            *(
                ("unfinished" if first else "", line)
                for first, line in _marked(map(_unfinished, status.unfinished))
            ),
            *(
                ("absent" if first else "", line)
                for first, line in _marked(map(absent.sentence, stale.absent))
            ),
        ]
    )
    noted = len({path for path, _ in status.notes})
    yield from _listed(f"{count(noted, 'document')} with a note:", status.notes, folder)
    old = tuple((failure.path, cause_of(failure).sentence) for failure in status.stale)
    yield from _listed(
        f"{count(len(old), 'document')} with old text, for reading the file again failed:", old, folder
    )
    yield from _listed(f"{count(len(status.skipped), 'file')} skipped:", status.skipped, folder)


def _listed(title: str, said: tuple[tuple[str, str], ...], folder: str) -> Iterator[str]:
    """Name paths and what is said of each; what is said of many is said once."""
    if not said:
        return
    times = Counter(what for _, what in said)
    often = {what: number for what, number in times.items() if number > _OFTEN}
    rows = [(f"{number:,} files", visible(what)) for what, number in often.items()]
    rows += [(visible(relative(path, folder)), visible(what)) for path, what in said if what not in often]
    yield ""
    yield title
    yield from ("  " + line for line in table(rows))


def _marked(roots: Iterable[str]) -> Iterator[tuple[bool, str]]:
    return ((place == 0, root) for place, root in enumerate(roots))


def _root(status: Status, root: str) -> str:
    """A root, and the flags it is walked with."""
    import shlex

    words = status.rules.get(root, ())
    return visible("  ".join((root, shlex.join(words)) if words else (root,)))


def _unfinished(path: str) -> str:
    return f"a run over {visible(path)} has not come to its end; searchidx index goes on from there"


def _staleness(stale: Stale) -> str:
    if not stale:
        return "yes"
    counted = ((stale.changed, "changed"), (stale.new, "new"), (stale.gone, "gone"))
    return "no: " + ", ".join(f"{len(paths):,} {what}" for paths, what in counted if paths)


def _sizes(status: Status) -> str:
    segments = count(status.segments, "segment")
    ratio = f", {status.index_bytes / status.text_bytes:.2f} times the text" if status.text_bytes else ""
    return f"{size(status.index_bytes)} in {segments}, for {size(status.text_bytes)} of text{ratio}"


def _counts(numbers: Mapping[str, int]) -> str:
    ordered = sorted(numbers.items(), key=lambda entry: (-entry[1], entry[0]))
    return ", ".join(f"{visible(name)} {number:,}" for name, number in ordered) or "none"


def _as_object(status: Status, stale: Stale) -> dict[str, object]:
    return {
        "directory": status.directory,
        "generation": status.generation,
        "committed": status.committed,
        "documents": status.documents,
        "paragraphs": status.paragraphs,
        "text_bytes": status.text_bytes,
        "index_bytes": status.index_bytes,
        "segments": status.segments,
        "roots": list(status.roots),
        "rules": {root: list(words) for root, words in status.rules.items()},
        "stale": {
            "changed": list(stale.changed),
            "new": list(stale.new),
            "gone": list(stale.gone),
        },
        "stale_documents": as_objects(status.stale),
        "unfinished": list(status.unfinished),
        "absent_roots": absent.as_objects(stale.absent),
        "encodings": dict(status.encodings),
        "types": dict(status.types),
        "skipped": [{"path": path, "reason": reason} for path, reason in status.skipped],
        "notes": [{"path": path, "note": note} for path, note in status.notes],
        "details": dict(status.details),
    }
