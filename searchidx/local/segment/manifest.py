"""Manifest of an index: its segments and the other facts of one commit.

Each generation has a file of its own, ``_MAIN_7.toc`` (named as in Whoosh). Its first line is
``searchidx-toc FORMAT CRC SIZE``, with the format number, the size of the JSON that follows, and the CRC-32 of
``searchidx-toc FORMAT`` and that JSON. A commit becomes visible by the rename of this file and by nothing else.

Generation 0 is written before the first segment and is empty: it marks an index that has no commit yet. Segments without
any manifest are therefore always the remains of a damaged index.
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
from searchidx.local.segment.analysis import ANALYSIS, UNKNOWN
from searchidx.local.segment.stamps import Stamps
from searchidx.local.segment.stored_paths import home_of, leaves_home, relativize, resolve
from searchidx.results import FailedRead, Skipped

NAME = "MAIN"
_FORMAT_WITHOUT_SEGMENT_FORMATS = 1  # manifests of this format do not name that of their segments
_FACTS_OF_FORMAT_1 = ("fold", "lexicon")  # rewritten by every commit, whatever its segments were made with
_FILE = re.compile(rf"_{NAME}_(0|[1-9][0-9]{{0,14}})\.toc")
SEGMENT_FILE = re.compile(rf"{NAME}_[0-9a-z]{{1,64}}\.seg")
# Any one of these names shows that the folder is an index.
_INDEX_FILE = re.compile(rf"{_FILE.pattern}(?:\.tmp)?|{SEGMENT_FILE.pattern}|{NAME}_WRITELOCK")
# Names that `searchidx init` or the operating system create in a folder.
_IGNORED_NAMES = frozenset(
    (
        ".gitignore",
        *(".DS_Store", ".localized", ".Spotlight-V100", ".Trashes", ".fseventsd"),
        *("Thumbs.db", "desktop.ini", "System Volume Information", "$RECYCLE.BIN"),
        *(".directory", "lost+found"),
    )
)
_HEADER = re.compile(rb"searchidx-toc ([0-9]{1,9}) ([0-9a-f]{8}) ([0-9]{1,12})\n")
_MAX_BYTES = 1 << 29
_MAX_ATTEMPTS = 100  # each fails only if another commit is made meanwhile


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """Entry of a segment in a manifest.

    Attributes:
        name: File name.
        size: Bytes of the file.
        paragraphs: Number of paragraphs, deleted ones included.
        documents: Number of documents, deleted ones included.
        text_bytes: UTF-8 bytes of the paragraphs, deleted ones included.
        deleted: Numbers of deleted documents, ascending.
        seal: Checksum of the whole file, from its checksums; -1 until the segment is committed.
        renamed: Numbers of documents whose files were renamed, ascending, each with its new stored path.
        format: Number of the format of the file.
        base: Home folder at the time when the paths below it were stored as absolute; else empty.
        analysis: Identity of the analysis that it was made with.
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
    analysis: str = ANALYSIS


@dataclass(frozen=True, slots=True)
class Manifest:
    """Segments and facts of one commit.

    Attributes:
        generation: Number of the commit.
        committed: Time of the commit, ISO 8601 with zone.
        segments: Segments in the order of their paragraphs.
        roots: Absolute paths that were indexed.
        skipped: Files that were not indexed.
        touched: New stamps of files whose content did not change, by path.
        refusals: Stamps and digests of skipped files, by path.
        rules: Walk options of roots, as flags; roots without an entry have the default options.
        unfinished: Absolute paths of unfinished runs; files below them may be missing from the index.
        stale: Documents whose text is stale because reading their files again failed.
        home: Home folder, to which stored paths are relative (:mod:`searchidx.local.segment.stored_paths`), or the empty string.
        lists: Files that list paths to index, and are not documents themselves.
    """

    generation: int = 0
    committed: str = ""
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
    """Return the file name of the manifest of a generation."""
    return f"_{NAME}_{generation}.toc"


def generation_of(name: str) -> int | None:
    """Return the generation of a manifest, or None for any other file name."""
    match = _FILE.fullmatch(name)
    return int(match[1]) if match else None


def latest(directory: str) -> int | None:
    """Return the generation of the last commit, or None if there is none.

    Raises:
        StorageError: The folder can't be read.
    """
    return max(_generations(_names(directory)), default=0) or None


def is_there(directory: str) -> bool:
    """Return True if there is an index, sound or damaged; errors as in :func:`latest`."""
    names = _names(directory)
    generations = _generations(names)
    return any(generations) or (not generations and any(map(SEGMENT_FILE.fullmatch, names)))


def newest(directory: str) -> int | None:
    """Return the highest generation of a manifest by file names alone; errors as in :func:`latest`."""
    return max(_generations(_names(directory)), default=None)


def is_begun(directory: str) -> bool:
    """Return True if there is a manifest, even of generation 0; errors as in :func:`latest`."""
    return bool(_generations(_names(directory)))


def foreign_entry(directory: str) -> str | None:
    """Return the first name in a folder that contains other files and no index, not even an empty or a damaged one.

    None if an index may be written here; errors as in :func:`latest`.
    """
    names = _names(directory)
    if any(map(_INDEX_FILE.fullmatch, names)):
        return None
    return min((name for name in names if not _is_ignored(name)), default=None)


def _is_ignored(name: str) -> bool:
    return name in _IGNORED_NAMES or name.startswith("._")


def encode(manifest: Manifest) -> bytes:
    """Return the bytes of a manifest."""
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
    described = {**asdict(plain), **packed, "skipped": _skipped_columns(manifest.skipped, home)}
    body = json.dumps(described, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return (
        b"searchidx-toc %d %08x %d\n" % (versions.CURRENT, _checksum(versions.CURRENT, body), len(body))
        + body
    )


def read(directory: str) -> Manifest:
    """Read the manifest of the last commit.

    Raises:
        NoIndexError: There is no commit.
        CorruptIndexError: The manifest is damaged or missing.
        NewerFormatError: The manifest was written by a later version.
        OlderFormatError: The format of the manifest is no longer supported.
        StorageError: The folder or the manifest can't be read.
        FileNotFoundError: A later commit removed the file meanwhile; read again.
    """
    names = _names(directory)
    generations = _generations(names)
    if not generations and any(map(SEGMENT_FILE.fullmatch, names)):
        raise damaged(directory, "its manifest is missing")
    if not any(generations):
        raise NoIndexError(f"no index in {directory}: run `searchidx index PATH` first")
    path = os.path.join(directory, file_name(max(generations)))
    manifest = decode(_read_file(path), path)
    if manifest.generation != max(generations):
        raise damaged(path, f"it is the manifest of commit {manifest.generation}")
    return manifest


def read_last(directory: str) -> Manifest:
    """Read the manifest of the last commit, retrying if a later commit removes it meanwhile; errors as in :func:`read`."""
    for _ in range(_MAX_ATTEMPTS):
        try:
            return read(directory)
        except FileNotFoundError:
            continue
    raise damaged(directory, "its manifest is missing")


def read_unchecked(directory: str) -> Manifest | None:
    """Parse the newest manifest without its checksum, for repair; None if no manifest can be parsed."""
    from dataclasses import replace

    for generation in sorted(_generations(_names(directory)), reverse=True):
        try:
            raw = _read_file(os.path.join(directory, file_name(generation)))
            manifest = parse(raw[raw.index(b"\n") + 1 :], os.path.join(directory, file_name(generation)))
            return replace(
                manifest,
                touched=_readable_stamps(manifest.touched),
                refusals=_readable_stamps(manifest.refusals),
            )
        except (OSError, StoreError, ValueError):
            continue
    return None


def decode(raw: bytes, path: str) -> Manifest:
    """Return the manifest of its bytes; errors as in :func:`read`."""
    header = _HEADER.match(raw)
    if header is None:
        raise damaged(path, "it is not a manifest")
    number, crc, size = int(header[1]), int(header[2], 16), int(header[3])
    body = raw[header.end() :]
    if len(body) != size or _checksum(number, body) != crc:
        raise damaged(path, "its checksum does not match")
    versions.check_readable(path, number)
    try:
        return parse(body, path)
    except ValueError as error:
        raise damaged(path, "its manifest is malformed") from error


def parse(body: bytes, path: str = "") -> Manifest:
    """Return the manifest of the JSON in the file ``path``.

    Raises:
        ValueError: The JSON is not a manifest.
    """
    try:
        return _manifest(json.loads(body), path)
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


def _read_file(path: str) -> bytes:
    try:
        fd = filesystem.open_file(path)
        try:
            size = os.fstat(fd).st_size
            if size > _MAX_BYTES:
                raise damaged(path, "it is too large for a manifest")
            with open(fd, "rb", closefd=False) as file:
                return file.read(size)
        finally:
            filesystem.close(fd)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(path, error) from error


def _manifest(parsed: dict[str, Any], path: str) -> Manifest:
    """Return a manifest of checked types and ranges; the file may be a crafted one."""
    stored_home = parsed.get("home", "")
    home = (home_of(os.path.dirname(path)) or stored_home) if stored_home else ""
    manifest = Manifest(
        **{
            **{name: value for name, value in parsed.items() if name not in _FACTS_OF_FORMAT_1},
            "segments": tuple(map(_segment, parsed["segments"])),
            "skipped": _skipped(parsed["skipped"], home),
            "roots": tuple(resolve(root, home) for root in parsed["roots"]),
            "touched": _stamps(parsed["touched"], path, home),
            "refusals": _stamps(parsed.get("refusals", ""), path, home),
            "rules": {resolve(root, home): tuple(words) for root, words in parsed.get("rules", {}).items()},
            "unfinished": tuple(resolve(root, home) for root in parsed.get("unfinished", ())),
            "stale": tuple(_failed_read(row, home) for row in parsed.get("stale", ())),
            "lists": tuple(resolve(file, home) for file in parsed.get("lists", ())),
            "home": home,
        }
    )
    if any(map(leaves_home, (*parsed["roots"], *parsed.get("lists", ()), *parsed.get("unfinished", ())))):
        raise ValueError("a path leads outside the folder that it is relative to")
    texts = (manifest.committed, manifest.home, *manifest.roots)
    texts += (*manifest.lists, *manifest.unfinished, *manifest.rules)
    texts += tuple(word for words in manifest.rules.values() for word in words)
    if not (_is_count(manifest.generation) and all(isinstance(text, str) for text in texts)):
        raise ValueError("a fact of the commit has a wrong type")
    if len({entry.name for entry in manifest.segments}) != len(manifest.segments):
        raise ValueError("a segment is listed twice")
    return manifest


def _failed_read(row: Any, home: str) -> FailedRead:
    path, code, details, size, mtime_ns = row
    if not all(isinstance(text, str) for text in (path, code, *details)) or isinstance(details, str):
        raise ValueError("the cause of a failed read has a wrong type")
    if not (_is_time(size) and _is_time(mtime_ns)):
        raise ValueError("the size or time of a failed read is out of range")
    return FailedRead(resolve(path, home), code, tuple(details), size, mtime_ns)


def _stamps(parsed: Any, path: str, home: str) -> Stamps:
    """Return stored stamps: a packed text, or in format 1 a modification time by path."""
    if isinstance(parsed, str):
        return Stamps(packed=parsed, origin=path, home=home)
    if not all(isinstance(name, str) and _is_time(time) for name, time in parsed.items()):
        raise ValueError("the time of a file is out of range")
    return Stamps({name: Fingerprint(Stamp(time)) for name, time in parsed.items()})


def _readable_stamps(stamps: Stamps) -> Stamps:
    """Return stamps, or none if they are damaged; files without a stamp are hashed again."""
    try:
        return Stamps(dict(stamps))
    except StoreError:
        return Stamps()


def _segment(parsed: dict[str, Any]) -> SegmentEntry:
    renamed = tuple((number, path) for number, path in parsed.get("renamed", ()))
    entry = SegmentEntry(
        **{
            "format": _FORMAT_WITHOUT_SEGMENT_FORMATS,
            "analysis": UNKNOWN,
            **parsed,
            "deleted": tuple(parsed["deleted"]),
            "renamed": renamed,
        }
    )
    counts = (getattr(entry, name) for name, kind in SegmentEntry.__annotations__.items() if kind is int)
    if not type(entry.base) is type(entry.analysis) is str:
        raise ValueError("the base or the analysis of a segment has a wrong type")
    if not SEGMENT_FILE.fullmatch(entry.name) or not all(map(_is_count, (*counts, *entry.deleted))):
        raise ValueError("the entry of a segment is malformed")
    if not _ascend(entry.deleted) or (entry.deleted and entry.deleted[-1] >= entry.documents):
        raise ValueError("the deleted documents of a segment are not ascending, or beyond its last")
    numbers = tuple(number for number, _ in renamed)
    if not all(_is_count(number) and isinstance(path, str) for number, path in renamed):
        raise ValueError("the entry of a renamed document is malformed")
    if not _ascend(numbers) or (numbers and numbers[-1] >= entry.documents):
        raise ValueError("the renamed documents of a segment are not ascending, or beyond its last")
    return entry


def _skipped_columns(skipped: tuple[Skipped, ...], home: str) -> list[list[Any]]:
    """Return skipped files by columns: reasons, paths, numbers of reasons, sizes, times and revisions.

    There may be tens of thousands, and every search reads the manifest.
    """
    if not skipped:
        return []
    paths, causes, sizes, times, revisions = map(list, zip(*skipped, strict=True))
    reasons = {reason: number for number, reason in enumerate(sorted(set(causes)))}
    return [
        list(map(messages.dump, reasons)),
        [relativize(path, home) for path in paths],
        [reasons[reason] for reason in causes],
        sizes,
        times,
        revisions,
    ]


def _skipped(parsed: Any, home: str) -> tuple[Skipped, ...]:
    if not parsed:
        return ()
    described, paths, causes, sizes, times, *optional = parsed
    revisions = optional[0] if optional else [0] * len(paths)  # format 1 has none
    reasons = list(map(messages.load, described))
    texts, numbers = {*map(type, paths)}, {*map(type, [*causes, *sizes, *times, *revisions])}
    if texts != {str} or numbers != {int} or not 0 <= min(causes) <= max(causes) < len(reasons):
        raise ValueError("the entry of a skipped file is malformed")
    columns = (paths, causes, sizes, times, revisions)
    if not all(map(_are_in_range, columns[2:])) or {*map(len, columns)} != {len(paths)}:
        raise ValueError("the entry of a skipped file is malformed")
    if home:
        paths = [resolve(path, home) for path in paths]
    return tuple(map(Skipped, paths, map(reasons.__getitem__, causes), sizes, times, revisions))


def _are_in_range(numbers: list[int]) -> bool:
    return min(numbers) >= -(1 << 63) and max(numbers) < 1 << 63


def _is_count(value: Any) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < 1 << 53


def _is_time(value: Any) -> bool:
    return type(value) is int and -(1 << 63) <= value < 1 << 63


def _ascend(numbers: tuple[int, ...]) -> bool:
    return all(a < b for a, b in pairwise(numbers))
