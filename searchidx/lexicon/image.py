r"""The compiled dictionary: one block of bytes that answers look-ups in place.

Layout, numbers in the byte order of the machine that made it and will read it::

    header    see _HEADER; its own checksum first
    sums      crc32 of each 4096 bytes of the body
    body      firsts   for each code point of the plane 0, and one more:
                       where its row of seconds starts, frequency as a word of one character
              pairs    for each pair of first characters, in order, and one more:
                       frequency as a word of two characters, where its longer words start
              longer   for each pair that has longer words: how many keys, a frequency for each, the keys joined
                       by "\n" in UTF-8; a key is what follows the two characters
              ascii    the words in ASCII, joined by "\n"
              seconds  second character of each pair, 2 bytes, ascending in a row

A block of the body is checked when it is first touched: opening stays cheap, and no damaged entry is ever used.
Words with characters beyond plane 0 are left out: jieba never looks for them.
"""

import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from mmap import mmap
from zlib import crc32

FORMAT = 1

_MAGIC = b"SIDXLEX\n"
_ORDER = sys.byteorder.encode()
# After the checksum of all that follows up to the body: magic, byte order, format, block count, digest of the source,
# total, sizes in bytes of the five parts of the body.
_HEADER = struct.Struct("=I8s8sII16sQ5I")
_FIRST = struct.Struct("=III")  # where a row starts, frequency of the character, where the row ends
_PAIR = struct.Struct(
    "=IIII"
)  # frequency of the pair, where its entry starts, a frequency not wanted, where it ends
_BLOCK = 4096
_PLANE = 0x10000


class DamagedError(Exception):
    """The compiled dictionary is not what was written."""


class Image:
    """Look-ups in a compiled dictionary."""

    def __init__(self, content: bytes | mmap, digest: str) -> None:
        """Take the bytes and check their header.

        Args:
            content: The whole file.
            digest: Of the source it has to be made from.

        Raises:
            DamagedError: The header is not one, is of another format or source, or the size is wrong.
        """
        self.digest = digest
        self._view = memoryview(content)
        if len(content) < _HEADER.size:
            raise DamagedError
        checksum, magic, order, version, blocks, source, total, *sizes = _HEADER.unpack_from(content)
        body = _HEADER.size + 4 * blocks
        if (magic, order.rstrip(b"\0"), version, source) != (_MAGIC, _ORDER, FORMAT, digest.encode()):
            raise DamagedError
        if crc32(self._view[4:body]) != checksum or len(content) != body + sum(sizes):
            raise DamagedError
        self.total: int = total
        self._sums = self._view[_HEADER.size : body].cast("I")
        self._checked = bytearray(blocks)
        self._body = self._view[body:]
        self._parts = [0, *accumulate(sizes)]
        self._seconds = self._body[self._parts[4] :].cast("H")

    def single(self, char: str) -> int:
        """Return the frequency of a word of one character, 0 if it is none."""
        code = ord(char)
        return _FIRST.unpack(self._read(8 * code, 12))[1] if code < _PLANE else 0

    def begins(self, char: str) -> bool:
        """Return true if a word begins with a character, or is it."""
        code = ord(char)
        if code >= _PLANE:
            return False
        start, frequency, end = _FIRST.unpack(self._read(8 * code, 12))
        return bool(frequency) or start < end

    def seconds(self, char: str) -> str:
        """The characters that come after a first one at the beginning of words, ascending."""
        code = ord(char)
        if code >= _PLANE:
            return ""
        start, _, end = _FIRST.unpack(self._read(8 * code, 12))
        if start == end:
            return ""
        self._read(self._parts[4] + 2 * start, 2 * (end - start))
        return (
            self._seconds[start:end]
            .tobytes()
            .decode("utf-16-le" if sys.byteorder == "little" else "utf-16-be")
        )

    def pair(self, two: str) -> tuple[int, dict[str, int]] | None:
        """Frequency of two characters as a word and of what continues them, or None when nothing begins so."""
        first, second = ord(two[0]), ord(two[1])
        if first >= _PLANE or second >= _PLANE:
            return None
        start, _, end = _FIRST.unpack(self._read(8 * first, 12))
        if start == end:
            return None
        self._read(self._parts[4] + 2 * start, 2 * (end - start))
        place = bisect_left(self._seconds, second, start, end)
        if place == end or self._seconds[place] != second:
            return None
        frequency, start, _, end = _PAIR.unpack(self._read(self._parts[1] + 8 * place, 16))
        return frequency, self._longer(start, end) if start < end else {}

    def ascii_words(self) -> tuple[str, ...]:
        """All words of two characters or more that are written in ASCII."""
        start, end = self._parts[3:5]
        return tuple(str(self._read(start, end - start), "ascii").split())

    def _longer(self, start: int, end: int) -> dict[str, int]:
        entry = self._read(self._parts[2] + start, end - start)
        keys = 4 + 4 * int.from_bytes(entry[:4], sys.byteorder)
        return dict(
            zip(str(entry[keys:], "utf-8").split("\n"), array("I", bytes(entry[4:keys])), strict=True)
        )

    def _read(self, start: int, size: int) -> memoryview:
        """Return a part of the body, verified by its checksums."""
        checked = self._checked
        for block in range(start // _BLOCK, (start + size - 1) // _BLOCK + 1):
            if not checked[block]:
                if crc32(self._body[block * _BLOCK : (block + 1) * _BLOCK]) != self._sums[block]:
                    raise DamagedError
                checked[block] = 1
        return self._body[start : start + size]


def build(words: Iterable[tuple[str, int]], digest: str) -> bytes:
    """Compile words and frequencies; of a word given twice the last frequency holds, both count in the total."""
    gathered = _Gathered(words)
    parts = [bytes(part) for part in _parts(gathered)]
    body = b"".join(parts)
    sums = array("I", [crc32(body[start : start + _BLOCK]) for start in range(0, len(body), _BLOCK)])
    header = _HEADER.pack(
        0, _MAGIC, _ORDER, FORMAT, len(sums), digest.encode(), gathered.total, *map(len, parts)
    )  # fmt: skip
    checked = header[4:] + sums.tobytes()
    return struct.pack("=I", crc32(checked)) + checked + body


class _Gathered:
    """Words sorted into singles, pairs and what continues a pair."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        self.total = 0
        self.singles: dict[str, int] = {}
        self.pairs: dict[str, int] = {}
        self.longer: dict[str, dict[str, int]] = {}
        for word, frequency in words:
            self.total += frequency
            if len(word) == 1:
                self.singles[word] = frequency
            elif len(word) == 2:
                self.pairs[word] = frequency
            else:
                self._continue(word[:2], word[2:], frequency)
        self.ascii_words = [two for two, frequency in self.pairs.items() if frequency and two.isascii()]
        self.ascii_words += [
            two + suffix for two in self.longer if two.isascii() for suffix in self._words(two)
        ]

    def _continue(self, two: str, suffix: str, frequency: int) -> None:
        self.pairs.setdefault(two, 0)
        longer = self.longer.setdefault(two, {})
        longer[suffix] = frequency
        for end in range(1, len(suffix)):
            longer.setdefault(suffix[:end], 0)

    def _words(self, two: str) -> list[str]:
        return [suffix for suffix, frequency in self.longer[two].items() if frequency and suffix.isascii()]


def _parts(gathered: _Gathered) -> list[bytes]:
    pairs = sorted(two for two in gathered.pairs if max(two) < "\U00010000")
    counts = [0] * (_PLANE + 1)
    records = array("I")
    longer = bytearray()
    for two in pairs:
        counts[ord(two[0]) + 1] += 1
        records.extend((gathered.pairs[two], len(longer)))
        if two in gathered.longer:
            longer += _entry(gathered.longer[two])
    records.extend((0, len(longer)))
    firsts = array("I", bytes(8 * (_PLANE + 1)))
    firsts[::2] = array("I", accumulate(counts))
    for char, frequency in gathered.singles.items():
        if char < "\U00010000":
            firsts[2 * ord(char) + 1] = frequency
    listed = "\n".join(gathered.ascii_words).encode()
    seconds = array("H", [ord(two[1]) for two in pairs])
    return [firsts.tobytes(), records.tobytes(), bytes(longer), listed, seconds.tobytes()]


def _entry(longer: dict[str, int]) -> bytes:
    return array("I", [len(longer), *longer.values()]).tobytes() + "\n".join(longer).encode()
