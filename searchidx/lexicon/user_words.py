"""The user's dictionary: a text file in jieba's format, read line by line and written as a whole.

For the tokenizer, which lays them over jieba's dictionary, and for ``searchidx dict``, which keeps the file. A line is
a word, and after spaces how often it occurs and what kind it is, both of which may be missing::

    云原生 30 n
    visual studio code 1
    石墨烯

Frequency 0 says that it is no word. A byte order mark, line ends of Windows and empty lines are no harm; a line that
can't be a word is named by its number and left out.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from searchidx.errors import ConfigError

MAX_WORD_LENGTH = 60
"""Characters of a word. An index has no term of more than 255 bytes."""
MAX_FREQUENCY = 10**9
MAX_WORDS = 1_000_000
MAX_FILE_BYTES = 64 << 20
_TRIES = 20

_LINE = re.compile(r"(.+?)(?: +([0-9]+))?(?: +([a-z]+))?")
_KINDS = frozenset(  # jieba's
    [
        "a",
        "ad",
        "ag",
        "an",
        "b",
        "c",
        "d",
        "df",
        "dg",
        "e",
        "eng",
        "f",
        "g",
        "h",
        "i",
        "j",
        "k",
        "l",
        "m",
        "mg",
        "mq",
        "n",
        "ng",
        "nr",
        "nrfg",
        "nrt",
        "ns",
        "nt",
        "nz",
        "o",
        "p",
        "q",
        "r",
        "rg",
        "rr",
        "rz",
        "s",
        "t",
        "tg",
        "u",
        "ud",
        "ug",
        "uj",
        "ul",
        "un",
        "uv",
        "uz",
        "v",
        "vd",
        "vg",
        "vi",
        "vn",
        "vq",
        "x",
        "y",
        "z",
        "zg",
    ]
)
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t\u00a0\u3000]+")


class Entry(NamedTuple):
    """A word of the user's.

    Attributes:
        word: As it was written.
        frequency: How often it occurs, or None to have it worked out so that it is cut as a word.
        kind: Its part of speech, or the empty string; kept for other programs.
    """

    word: str
    frequency: int | None = None
    kind: str = ""


class BadLine(NamedTuple):
    """A line that is no word.

    Attributes:
        number: Counted from 1.
        why: Fit for a person.
        raw: Its bytes, or its text where the file was of no UTF-8; kept when the file is written again.
    """

    number: int
    why: str
    raw: bytes | str = b""


class UserWords(NamedTuple):
    """Content of a file of words; the last line of a word counts.

    Attributes:
        entries: By word, in the order of the file.
        bad: Lines that are no words.
    """

    entries: Mapping[str, Entry]
    bad: tuple[BadLine, ...]


def parse(content: bytes, encoding: str | None = None) -> UserWords:
    """Read the content of a file.

    Args:
        content: Its bytes.
        encoding: Of the text; by default UTF-8, or UTF-16 where a mark says so.

    Raises:
        ConfigError: It is larger than any dictionary.
    """
    if len(content) > MAX_FILE_BYTES:
        raise ConfigError(f"a dictionary has {MAX_FILE_BYTES >> 20} MB at most")
    entries: dict[str, Entry] = {}
    bad: list[BadLine] = []
    for number, line in enumerate(text_lines(content, encoding), 1):
        try:
            entry = read_line(line.decode(encoding or "utf-8") if isinstance(line, bytes) else line)
        except UnicodeDecodeError:
            bad.append(BadLine(number, f"not {encoding or 'UTF-8'}", line))
        except ValueError as error:
            bad.append(BadLine(number, str(error), line))
        else:
            if entry is not None:
                entries.pop(entry.word, None)
                entries[entry.word] = entry
    if len(entries) > MAX_WORDS:
        raise ConfigError(f"a dictionary has {MAX_WORDS:,} words at most, not {len(entries):,}")
    return UserWords(entries, tuple(bad))


def read_line(line: str) -> Entry | None:
    """Read a line, None where it is empty.

    Raises:
        ValueError: It is no word; says why.
    """
    text = _BLANKS.sub(" ", line.strip("\ufeff \t\r\n\u00a0\u3000"))
    match = _LINE.fullmatch(text)
    if match is None:
        if text:
            raise ValueError("it contains a control character")
        return None
    word, frequency, kind = match.groups()
    if kind and not frequency and (kind not in _KINDS or word[-1].isascii()):
        word, kind = text, ""  # "visual studio code" has no kind, it has three words
    if frequency and int(frequency[:12]) > MAX_FREQUENCY:
        raise ValueError(f"its frequency is above {MAX_FREQUENCY:,}")
    return checked(Entry(word, int(frequency) if frequency else None, kind or ""))


def checked(entry: Entry) -> Entry:
    """Return a valid entry.

    Raises:
        ValueError: It can't; says why.
    """
    word = entry.word
    if _CONTROL.search(word):
        raise ValueError("it contains a control character")
    if len(word) > MAX_WORD_LENGTH:
        raise ValueError(f"it has {len(word):,} characters, a word has {MAX_WORD_LENGTH} at most")
    if not any(map(str.isalnum, word)):
        raise ValueError("it has neither a letter nor a digit; signs are found as they are written")
    return entry


def lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the line of each entry."""
    for entry in entries:
        frequency = "" if entry.frequency is None else f" {entry.frequency}"
        line = f"{entry.word}{frequency}{' ' + entry.kind if entry.kind else ''}"
        yield line if read_line(line) == entry else f"{entry.word} {entry.frequency or 1}"


def read(path: str) -> UserWords:
    """Read a file; one that is not there holds nothing.

    Raises:
        ConfigError: It can't be read.
    """
    try:
        with open(path, "rb") as file:
            return parse(file.read(MAX_FILE_BYTES + 1))
    except FileNotFoundError:
        return UserWords({}, ())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def add(path: str, entries: Iterable[Entry]) -> tuple[Mapping[str, Entry], Mapping[str, Entry]]:
    """Add words to a file, or give them another frequency and kind: what it held before, and what it holds now.

    Raises:
        ConfigError: It can't be read or written; it is as it was.
    """
    added = {entry.word: entry for entry in entries}
    return _change(path, lambda entries_before: {**entries_before, **added})


def remove(path: str, words: Iterable[str]) -> tuple[Mapping[str, Entry], Mapping[str, Entry]]:
    """Remove words from a file; all else as in :func:`add`."""
    gone = frozenset(words)
    return _change(
        path,
        lambda entries_before: {word: entry for word, entry in entries_before.items() if word not in gone},
    )


def _change(
    path: str, change: Callable[[Mapping[str, Entry]], Mapping[str, Entry]]
) -> tuple[Mapping[str, Entry], Mapping[str, Entry]]:
    for _ in range(_TRIES):
        state = _state(path)
        listed = read(path)
        after = change(listed.entries)
        if after == listed.entries:
            return listed.entries, after
        if _state(path) == state:  # else somebody else has just changed it
            write(path, after.values(), [line.raw for line in listed.bad])
            return listed.entries, after
    raise ConfigError(f"{path}: it is being changed all the time by others")


def _state(path: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def write(path: str, entries: Iterable[Entry], bad_lines: Iterable[bytes | str] = ()) -> None:
    """Write a file, whole or not at all.

    Args:
        path: Where.
        entries: The words.
        bad_lines: Invalid lines, written behind the words for the user to correct.

    Raises:
        ConfigError: It can't be written; it is as it was.
    """
    path = os.path.realpath(path)  # a link stays a link
    written = [f"{line}\n".encode() for line in lines(entries)]
    written += [
        (line if isinstance(line, bytes) else line.encode("utf-8", "replace")) + b"\n" for line in bad_lines
    ]
    unfinished = f"{path}.{os.getpid()}~"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(unfinished, "wb") as file:
            file.writelines(written)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(unfinished)
        raise ConfigError(f"{path}: {error.strerror or error}; the dictionary is as it was") from error


def text_lines(content: bytes, encoding: str | None = None) -> Iterator[bytes | str]:
    """Lines by what ends them in any system, decoded only where a byte of a line end may be half a character."""
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff") and encoding is None
    wide = "utf-16" if utf16 else encoding
    if wide is not None:
        yield from re.split(r"\r\n|\r|\n", content.decode(wide, "replace"))
        return
    yield from re.split(rb"\r\n|\r|\n", content.removeprefix(b"\xef\xbb\xbf"))
