"""The manifest: which segments make up the index at one commit.

One file a generation, ``_MAIN_7.toc`` (the name Whoosh gives it). Its first line is ``searchidx-toc FORMAT CRC SIZE``,
with the number of the format, the size of the JSON that follows and the CRC-32 of ``searchidx-toc FORMAT`` and of it. A commit is the rename of this file; nothing else makes it visible.

Generation 0 is written before the first segment and holds nothing: it stands for an index that was begun and has no
commit yet. Segments without any table are therefore the remains of a damaged index, and never a new one.
"""

import json
import os
import re
import zlib
from itertools import pairwise
from typing import Any, TypeGuard

from searchidx import messages
from searchidx._startup.dataclass import dataclass, field
from searchidx.errors import NoIndexError, StoreError
from searchidx.file_state import Fingerprint, Stamp
from searchidx.local.format import filesystem, versions
from searchidx.local.format.array_file import damaged, unreadable
from searchidx.local.segment.stamps import Stamps
from searchidx.local.segment.stored_paths import home_of, leaves_home, relativize, resolve
from searchidx.results import FailedRead, Skipped

NAME = "MAIN"
_UNNAMED_FORMAT = 1  # tables of this format do not name that of their segments
_FILE = re.compile(rf"_{NAME}_(0|[1-9][0-9]{{0,14}})\.toc")
SEGMENT_FILE = re.compile(rf"{NAME}_[0-9a-z]{{1,64}}\.seg")
# Each by itself says that an index was begun here.
_INDEX_FILE = re.compile(rf"{_FILE.pattern}(?:\.tmp)?|{SEGMENT_FILE.pattern}|{NAME}_WRITELOCK")
# What `searchidx init` and systems put into folders of their own accord.
_INDIFFERENT = frozenset(
    (
        ".gitignore",
        *(".DS_Store", ".localized", ".Spotlight-V100", ".Trashes", ".fseventsd"),
        *("Thumbs.db", "desktop.ini", "System Volume Information", "$RECYCLE.BIN"),
        *(".directory", "lost+found"),
    )
)
_HEAD = re.compile(rb"searchidx-toc ([0-9]{1,9}) ([0-9a-f]{8}) ([0-9]{1,12})\n")
_MOST_BYTES = 1 << 29
_TRIES = 100  # each for one commit in the moment of reading


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment as the manifest knows it.

    Attributes:
        name: File name.
        size: Bytes of the file.
        paragraphs: How many it holds, deleted ones too.
        documents: How many it holds, deleted ones too.
        text_bytes: UTF-8 bytes of its paragraphs, deleted ones too.
        deleted: Numbers of deleted documents, ascending.
        seal: Checksum of the whole file by its checksums; -1 until the segment is committed.
        renamed: Numbers of documents whose files were renamed, ascending, and their paths now, as they are stored.
        format: Number of the format it was written in.
        base: Where paths at or below the home folder were stored absolute: the home folder then; else empty.
    """

    name: str
    size: int
    paragraphs: int
    documents: int
    text_bytes: int
    deleted: tuple[int, ...] = ()
    seal: int = -1
    renamed: tuple[tuple[int, str], ...] = ()
    format: int = versions.CURRENT
    base: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The index at one commit.

    Attributes:
        generation: Number of the commit.
        committed: When, ISO 8601 with zone.
        fold: Identity of the fold table the segments were made with.
        lexicon: Identity of the dictionary the segments were made with.
        segments: In order.
        roots: Absolute paths that were indexed.
        skipped: Files that were not indexed.
        touched: New stamps of files whose content did not change, by path.
        refusals: Stamps and digests of skipped files, by path.
        rules: How each root is walked, as flags; a root that is not named here is walked as usual.
        unfinished: Absolute paths of runs that were not finished: what is below them may not be in the index yet.
        stale: Documents with old text: reading their files again failed.
        home: Home folder of the index, from which stored paths count (:mod:`searchidx.local.segment.stored_paths`), or the empty string.
        lists: Files that listed paths to index, and are no documents themselves.
    """

    generation: int = 0
    committed: str = ""
    fold: str = ""
    lexicon: str = ""
    segments: tuple[SegmentEntry, ...] = ()
    roots: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    touched: Stamps = field(default_factory=Stamps)
    refusals: Stamps = field(default_factory=Stamps)
    rules: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unfinished: tuple[str, ...] = ()
    stale: tuple[FailedRead, ...] = ()
    home: str = ""
    lists: tuple[str, ...] = ()


def file_name(generation: int) -> str:
    """Name of the table of a generation."""
    return f"_{NAME}_{generation}.toc"


def generation_of(name: str) -> int | None:
    """Generation of a manifest, or None for any other file name."""
    found = _FILE.fullmatch(name)
    return int(found[1]) if found else None


def latest(directory: str) -> int | None:
    """Generation of the last commit, or None where there is none.

    Raises:
        StorageError: The folder can't be read.
    """
    return max(_generations(_names(directory)), default=0) or None


def is_there(directory: str) -> bool:
    """Tell whether there is an index, sound or damaged; errors as in :func:`latest`."""
    names = _names(directory)
    generations = _generations(names)
    return any(generations) or (not generations and any(map(SEGMENT_FILE.fullmatch, names)))


def newest(directory: str) -> int | None:
    """Number of the newest table that has a name, whatever is in it; errors as in :func:`latest`."""
    return max(_generations(_names(directory)), default=None)


def is_begun(directory: str) -> bool:
    """Tell whether there is a manifest at all, be it of generation 0; errors as in :func:`latest`."""
    return bool(_generations(_names(directory)))


def foreign_entry(directory: str) -> str | None:
    """Return the first name of a folder that holds other things and no index, not even a begun or a damaged one.

    None where an index may be written; errors as in :func:`latest`.
    """
    names = _names(directory)
    if any(map(_INDEX_FILE.fullmatch, names)):
        return None
    return min((name for name in names if not _is_indifferent(name)), default=None)


def _is_indifferent(name: str) -> bool:
    return name in _INDIFFERENT or name.startswith("._")


def encode(manifest: Manifest) -> bytes:
    """The bytes of a manifest."""
    from dataclasses import asdict, replace

    home = manifest.home
    packed = {"touched": manifest.touched.pack(home), "refusals": manifest.refusals.pack(home)}
    plain = replace(
        manifest,
        roots=tuple(relativize(root, home) for root in manifest.roots),
        rules={relativize(root, home): words for root, words in manifest.rules.items()},
        lists=tuple(relativize(file, home) for file in manifest.lists),
        unfinished=tuple(relativize(path, home) for path in manifest.unfinished),
        stale=tuple(failure._replace(path=relativize(failure.path, home)) for failure in manifest.stale),
        skipped=(),
        touched=Stamps(),
        refusals=Stamps(),
    )
    described = {**asdict(plain), **packed, "skipped": _columns(manifest.skipped, home)}
    body = json.dumps(described, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return (
        b"searchidx-toc %d %08x %d\n" % (versions.CURRENT, _checksum(versions.CURRENT, body), len(body))
        + body
    )


def read(directory: str) -> Manifest:
    """Read the table of the last commit.

    Raises:
        NoIndexError: There is no commit.
        CorruptIndexError: The table is damaged or missing.
        NewerFormatError: The table was written by a later version.
        OlderFormatError: The table was written in a format given up since.
        StorageError: The folder or the table can't be read.
        FileNotFoundError: A later commit took the file away in this moment: read again.
    """
    names = _names(directory)
    generations = _generations(names)
    if not generations and any(map(SEGMENT_FILE.fullmatch, names)):
        raise damaged(directory, "its manifest is missing")
    if not any(generations):
        raise NoIndexError(f"no index in {directory}: run `searchidx index PATH` first")
    path = os.path.join(directory, file_name(max(generations)))
    manifest = decode(_bytes_of(path), path)
    if manifest.generation != max(generations):
        raise damaged(path, f"it is the manifest of commit {manifest.generation}")
    return manifest


def read_last(directory: str) -> Manifest:
    """Read the manifest of the last commit, again if a later commit takes it away in that moment; errors as in :func:`read`."""
    for _ in range(_TRIES):
        try:
            return read(directory)
        except FileNotFoundError:
            continue
    raise damaged(directory, "its manifest is missing")


def read_unchecked(directory: str) -> Manifest | None:
    """Read what can be read of the newest table that is damaged, for repair; None where it makes no sense."""
    from dataclasses import replace

    for generation in sorted(_generations(_names(directory)), reverse=True):
        try:
            raw = _bytes_of(os.path.join(directory, file_name(generation)))
            manifest = parse(raw[raw.index(b"\n") + 1 :], os.path.join(directory, file_name(generation)))
            return replace(manifest, touched=_sound(manifest.touched), refusals=_sound(manifest.refusals))
        except (OSError, StoreError, ValueError):
            continue
    return None


def decode(raw: bytes, path: str) -> Manifest:
    """Read the bytes of a manifest; errors as in :func:`read`."""
    head = _HEAD.match(raw)
    if head is None:
        raise damaged(path, "it is not a manifest")
    number, crc, size = int(head[1]), int(head[2], 16), int(head[3])
    body = raw[head.end() :]
    if len(body) != size or _checksum(number, body) != crc:
        raise damaged(path, "its checksum does not fit")
    versions.check_readable(path, number)
    try:
        return parse(body, path)
    except ValueError as error:
        raise damaged(path, "its manifest is malformed") from error


def parse(body: bytes, path: str = "") -> Manifest:
    """Read the JSON of a manifest, which is that of the file ``path``.

    Raises:
        ValueError: It is not one.
    """
    try:
        return _contents(json.loads(body), path)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _checksum(number: int, body: bytes) -> int:
    return zlib.crc32(body, zlib.crc32(b"searchidx-toc %d" % number))


def _names(directory: str) -> list[str]:
    try:
        return os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise unreadable(directory, error) from error


def _generations(names: list[str]) -> list[int]:
    return [number for name in names if (number := generation_of(name)) is not None]


def _bytes_of(path: str) -> bytes:
    try:
        fd = filesystem.open_file(path)
        try:
            size = os.fstat(fd).st_size
            if size > _MOST_BYTES:
                raise damaged(path, "it is larger than any manifest")
            with open(fd, "rb", closefd=False) as file:
                return file.read(size)
        finally:
            filesystem.close(fd)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(path, error) from error


def _contents(parsed: dict[str, Any], path: str) -> Manifest:
    """Build the value, every part of it of the type and in the range it must be: a stranger may have written it."""
    noted = parsed.get("home", "")
    home = (home_of(os.path.dirname(path)) or noted) if noted else ""
    manifest = Manifest(
        **{
            **parsed,
            "segments": tuple(map(_segment, parsed["segments"])),
            "skipped": _all_skipped(parsed["skipped"], home),
            "roots": tuple(resolve(root, home) for root in parsed["roots"]),
            "touched": _stamps(parsed["touched"], path, home),
            "refusals": _stamps(parsed.get("refusals", ""), path, home),
            "rules": {resolve(root, home): tuple(words) for root, words in parsed.get("rules", {}).items()},
            "unfinished": tuple(resolve(root, home) for root in parsed.get("unfinished", ())),
            "stale": tuple(_failure(row, home) for row in parsed.get("stale", ())),
            "lists": tuple(resolve(file, home) for file in parsed.get("lists", ())),
            "home": home,
        }
    )
    if any(map(leaves_home, (*parsed["roots"], *parsed.get("lists", ()), *parsed.get("unfinished", ())))):
        raise ValueError("a path is outside the folder that it counts from")
    texts = (manifest.committed, manifest.fold, manifest.lexicon, manifest.home, *manifest.roots)
    texts += (*manifest.lists, *manifest.unfinished, *manifest.rules)
    texts += tuple(word for words in manifest.rules.values() for word in words)
    if not (_is_count(manifest.generation) and all(isinstance(text, str) for text in texts)):
        raise ValueError("a fact of the commit is none")
    if len({entry.name for entry in manifest.segments}) != len(manifest.segments):
        raise ValueError("a segment is named twice")
    return manifest


def _failure(row: Any, home: str) -> FailedRead:
    path, code, details, size, mtime_ns = row
    if not all(isinstance(text, str) for text in (path, code, *details)) or isinstance(details, str):
        raise ValueError("a cause why a file could not be read is none")
    if not (_is_time(size) and _is_time(mtime_ns)):
        raise ValueError("a file that could not be read has a size or time that none can have")
    return FailedRead(resolve(path, home), code, tuple(details), size, mtime_ns)


def _stamps(parsed: Any, path: str, home: str) -> Stamps:
    """Return stamps as they are stored: packed, or in format 1 a modification time by path."""
    if isinstance(parsed, str):
        return Stamps(packed=parsed, origin=path, home=home)
    if not all(isinstance(name, str) and _is_time(time) for name, time in parsed.items()):
        raise ValueError("a file has a time that none can have")
    return Stamps({name: Fingerprint(Stamp(time)) for name, time in parsed.items()})


def _sound(stamps: Stamps) -> Stamps:
    """Return stamps, or none if they are damaged: without them a file is hashed and no more."""
    try:
        return Stamps(dict(stamps))
    except StoreError:
        return Stamps()


def _segment(parsed: dict[str, Any]) -> SegmentEntry:
    renamed = tuple((number, path) for number, path in parsed.get("renamed", ()))
    entry = SegmentEntry(
        **{"format": _UNNAMED_FORMAT, **parsed, "deleted": tuple(parsed["deleted"]), "renamed": renamed}
    )
    counts = (getattr(entry, name) for name, kind in SegmentEntry.__annotations__.items() if kind is int)
    if type(entry.base) is not str:
        raise ValueError("a segment has a base that none can have")
    if not SEGMENT_FILE.fullmatch(entry.name) or not all(map(_is_count, (*counts, *entry.deleted))):
        raise ValueError("a segment is described as none can be")
    if not _ascend(entry.deleted) or (entry.deleted and entry.deleted[-1] >= entry.documents):
        raise ValueError("documents are deleted that a segment does not have")
    numbers = tuple(number for number, _ in renamed)
    if not all(_is_count(number) and isinstance(path, str) for number, path in renamed):
        raise ValueError("a document is renamed as none can be")
    if not _ascend(numbers) or (numbers and numbers[-1] >= entry.documents):
        raise ValueError("documents are renamed that a segment does not have")
    return entry


def _columns(skipped: tuple[Skipped, ...], home: str) -> list[list[Any]]:
    """Return skipped files by columns: reasons, then of each file the path, the number of its reason, size and time.

    There may be tens of thousands, and every search reads the table.
    """
    if not skipped:
        return []
    paths, causes, sizes, times = map(list, zip(*skipped, strict=True))
    reasons = {reason: number for number, reason in enumerate(sorted(set(causes)))}
    return [
        list(map(messages.dump, reasons)),
        [relativize(path, home) for path in paths],
        [reasons[reason] for reason in causes],
        sizes,
        times,
    ]


def _all_skipped(parsed: Any, home: str) -> tuple[Skipped, ...]:
    if not parsed:
        return ()
    described, paths, causes, sizes, times = parsed
    reasons = list(map(messages.load, described))
    texts, numbers = {*map(type, paths)}, {*map(type, [*causes, *sizes, *times])}
    if texts != {str} or numbers != {int} or not 0 <= min(causes) <= max(causes) < len(reasons):
        raise ValueError("a skipped file is described as none can be")
    if not (_is_range(sizes) and _is_range(times) and len(paths) == len(causes) == len(sizes) == len(times)):
        raise ValueError("a skipped file is described as none can be")
    if home:
        paths = [resolve(path, home) for path in paths]
    return tuple(map(Skipped, paths, map(reasons.__getitem__, causes), sizes, times))


def _is_range(numbers: list[int]) -> bool:
    return min(numbers) >= -(1 << 63) and max(numbers) < 1 << 63


def _is_count(value: Any) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < 1 << 53


def _is_time(value: Any) -> bool:
    return type(value) is int and -(1 << 63) <= value < 1 << 63


def _ascend(numbers: tuple[int, ...]) -> bool:
    return all(a < b for a, b in pairwise(numbers))
