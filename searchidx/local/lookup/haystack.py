"""Folded texts of many paragraphs as one string, to be searched at once."""

from typing import NamedTuple

import numpy as np

from searchidx.fold.bulk import codes_of, fold_codes, text_of
from searchidx.local.lookup import read_forms
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Numbers, Snapshot

_MAX_CACHED = 64  # paragraphs whose decompressed blocks are cached


class Haystack(NamedTuple):
    """Folded texts of paragraphs, and behind them the reading forms of those that have one of their own.

    Attributes:
        text: All texts with a line feed between. Folded text has none: it keeps a match from running over.
        starts: Where each text begins, with one more at the end.
        owners: For each text, the position of its paragraph.
    """

    text: str
    starts: Numbers
    owners: Numbers

    @property
    def size(self) -> int:
        """Number of paragraphs."""
        return int(self.owners.max(initial=-1)) + 1

    def parts(self) -> list[str]:
        """Return the texts, one by one."""
        return self.text.split("\n")

    def texts_at(self, offsets: Numbers) -> Numbers:
        """Return the number of the text that contains each offset."""
        numbers: Numbers = np.searchsorted(self.starts, offsets, side="right") - 1
        return numbers

    def per_paragraph(self, counts: Numbers) -> Numbers:
        """Return the count of each paragraph out of those of all texts; its reading form counts if its text has none."""
        merged = counts[: self.size].copy()
        read = self.owners[self.size :]
        merged[read] = np.where(merged[read] > 0, merged[read], counts[self.size :])
        return merged


def folded_texts(snapshot: Snapshot, paragraphs: Numbers) -> Haystack:
    """Return the folded texts of paragraphs; the numbers ascend."""
    if len(paragraphs) <= _MAX_CACHED:  # few may be read again
        texts = snapshot.texts(paragraphs)
        text, lengths = "\n".join(texts), np.fromiter(map(len, texts), np.int64, len(texts))
    else:
        text, lengths = _joined(snapshot, paragraphs)
    forms = read_forms.forms(snapshot, paragraphs)
    if forms:
        read = [form.text for form in forms.values()]
        text = "\n".join([text, *read])
        lengths = np.concatenate([lengths, np.fromiter(map(len, read), np.int64, len(read))])
    codes = fold_codes(codes_of(text))
    starts = np.concatenate([[0], np.cumsum(lengths + 1)])
    codes[starts[1:-1] - 1] = schema.BREAK
    return Haystack(text_of(codes), starts, np.array([*range(len(paragraphs)), *forms], np.int64))


def _joined(snapshot: Snapshot, paragraphs: Numbers) -> tuple[str, Numbers]:
    """Return the texts of many paragraphs joined by line feeds, decoded at once, and the length of each."""
    raw = snapshot.raw_texts(paragraphs)
    joined = b"\n".join(raw)
    try:
        text = joined.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        snapshot.texts(paragraphs)  # it raises the error that names the damaged file
        raise
    # The length of a text in characters is its number of bytes that begin one.
    begins = (np.frombuffer(joined + b"\n", np.uint8) & 0xC0) != 0x80
    sizes = np.fromiter(map(len, raw), np.int64, len(raw)) + 1
    return text, np.add.reduceat(begins, np.cumsum(sizes) - sizes, dtype=np.int64) - 1
