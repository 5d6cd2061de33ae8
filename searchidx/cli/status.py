"""``searchidx status``: contents and freshness of an index."""

from __future__ import annotations  # the annotations are for Typer

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

from searchidx.cli import absent, flags
from searchidx.cli.flags import option
from searchidx.cli.opening import configured_files, find_index, limits, load_settings, open_index
from searchidx.cli.streams import working_directory, write
from searchidx.errors import FOUND
from searchidx.ingest import Stale
from searchidx.ingest.causes import as_objects, cause_of
from searchidx.render.look import count, relative, size
from searchidx.render.safe import visible
from searchidx.render.wrap import table
from searchidx.results import Status

_MAX_REPEATED = 20

_STALE_ANALYSIS = "of an older version: `searchidx index --rebuild` renews the index"


def command(
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """Show the contents of the index: counts, size, encodings, and skipped files with their reasons.

    Files that were changed, added or deleted since the last run are counted;
    searchidx index updates the index.

    Examples:
      searchidx status
      searchidx status --json | jq -r '.stale.changed[]'
      searchidx status --json | jq -r '.skipped[].path'
    """
    settings = load_settings(index=index)
    with open_index(find_index(settings)) as opened:
        status = opened.status()
        apart = configured_files(settings, status.roots)
        stale = opened.stale(encodings=settings.encodings, limits=limits(settings), apart=apart)
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
            *((("analysis", _STALE_ANALYSIS),) if status.stale_analysis else ()),
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
        f"{count(len(old), 'document')} with old text, because reading the file again failed:", old, folder
    )
    yield from _listed(f"{count(len(status.skipped), 'file')} skipped:", status.skipped, folder)


def _listed(title: str, reasons: tuple[tuple[str, str], ...], folder: str) -> Iterator[str]:
    """Yield paths with their reasons; a reason of many paths is listed once with its count."""
    if not reasons:
        return
    times = Counter(reason for _, reason in reasons)
    frequent = {reason: number for reason, number in times.items() if number > _MAX_REPEATED}
    rows = [(f"{number:,} files", visible(reason)) for reason, number in frequent.items()]
    rows += [
        (visible(relative(path, folder)), visible(reason))
        for path, reason in reasons
        if reason not in frequent
    ]
    yield ""
    yield title
    yield from ("  " + line for line in table(rows))


def _marked(roots: Iterable[str]) -> Iterator[tuple[bool, str]]:
    return ((place == 0, root) for place, root in enumerate(roots))


def _root(status: Status, root: str) -> str:
    """Return a root with its walk options."""
    import shlex

    words = status.rules.get(root, ())
    return visible("  ".join((root, shlex.join(words)) if words else (root,)))


def _unfinished(path: str) -> str:
    return f"the run over {visible(path)} was interrupted; searchidx index continues it"


def _staleness(stale: Stale) -> str:
    if not stale:
        return "yes"
    counted = (
        (stale.changed, "changed"),
        (stale.new, "new"),
        (stale.gone, "deleted"),
        (stale.outdated, "read by an older version"),
    )
    return "no: " + ", ".join(f"{len(paths):,} {state}" for paths, state in counted if paths)


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
            "outdated": list(stale.outdated),
        },
        "stale_documents": as_objects(status.stale),
        "unfinished": list(status.unfinished),
        "absent_roots": absent.as_objects(stale.absent),
        "encodings": dict(status.encodings),
        "types": dict(status.types),
        "skipped": [{"path": path, "reason": reason} for path, reason in status.skipped],
        "notes": [{"path": path, "note": note} for path, note in status.notes],
        "stale_analysis": status.stale_analysis,
        "details": dict(status.details),
    }
