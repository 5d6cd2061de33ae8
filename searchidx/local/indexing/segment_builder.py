"""Builds one segment from documents, in memory, and writes it.

A builder holds the texts of its paragraphs until :meth:`SegmentBuilder.write`; the caller keeps it small enough
(10 MB of text take about 200 MB while writing).
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.document import ASIDES, Document
from searchidx.file_state import Source
from searchidx.local.format import array_file
from searchidx.local.format.array_file import Pieces
from searchidx.local.indexing import annotations, inverter
from searchidx.local.indexing.occurrences import Inverted
from searchidx.local.segment import schema, segment
from searchidx.local.segment.schema import Cut
from searchidx.local.segment.segment import SegmentRows
from searchidx.paragraphs import LONGEST, overlap


class SegmentBuilder:
    """Documents on their way into a segment.

    Attributes:
        documents: How many were added.
        text_bytes: UTF-8 bytes of their paragraphs.
    """

    def __init__(self, cut: Cut, user_words: Iterable[str] = ()) -> None:
        """Start empty.

        Args:
            cut: The tokenizer.
            user_words: Words of the user's that it cuts with.
        """
        self._cut = cut
        self._user_words = user_words
        self._texts: list[str] = []
        self._dates: list[str | None] = []
        self._ids: list[str | None] = []
        self._overlapping: list[int] = []
        self._kinds: list[str] = []
        self._headings: list[tuple[str, ...]] = []
        self._rows = SegmentRows()
        self.documents = 0
        self.text_bytes = 0

    @property
    def count(self) -> int:
        """How many paragraphs were added."""
        return len(self._texts)

    def add(self, document: Document, source: Source) -> None:
        """Add a document."""
        if document.paragraphs:
            texts, _, _, kinds, headings, _, ids, dates, _ = zip(*document.paragraphs, strict=True)
            raw = [text.encode("utf-8", "surrogatepass") for text in texts]
            self._rows.paragraphs.extend(list(map(segment.paragraph_facts, document.paragraphs)), raw)
            self.text_bytes += sum(map(len, raw))
            self._enter_sections(headings)
            self._overlapping += [len(self._texts) + number for number in _overlapping(texts)]
            self._texts += texts
            self._dates += [date or document.date for date in dates]
            self._ids += ids
            self._kinds += kinds
        self._rows.documents.add(*segment.document_row(document, source))
        self._rows.document_starts.append(len(self._texts))
        self.documents += 1

    def _enter_sections(self, headings: Iterable[tuple[str, ...]]) -> None:
        """Begin a section wherever the headings of paragraphs about to be added change."""
        current = self._headings[-1] if self._headings else None
        for number, above in enumerate(headings, len(self._texts)):
            if above != current:
                current = above
                if number:
                    self._rows.section_starts.append(number)
                self._headings.append(above)
                self._rows.sections.add(list(above), b"")

    def write(self, path: str) -> int:
        """Write the segment durably.

        Returns:
            Size of the file in bytes.
        """
        arrays: dict[str, NDArray[Any] | Pieces] = {}
        totals: dict[str, int] = {}
        sizes = np.diff(np.array([*self._rows.section_starts, len(self._texts)]))[: len(self._headings)]

        def keep(field: str, inverted: Inverted) -> None:
            laid_out = inverter.layout(field, inverted)
            arrays.update(laid_out)
            lengths = laid_out[f"{field}.length"].astype(np.int64)
            totals[field] = int((lengths * sizes).sum() if field == schema.HEADINGS else lengths.sum())

        if self._texts:
            self._rows.section_starts.append(len(self._texts))
        folded = inverter.fold_all(self._texts)
        # First, while there is little else in memory: it makes many small objects.
        readings = inverter.read_all(self._texts, self._kinds)
        self._rows.add_readings(readings.owners, readings.edits)
        mentioned = annotations.arrays(folded, readings, self._dates, self._ids, self._overlapping)
        keep(schema.CHARACTERS, inverter.characters(folded, readings))
        keep(schema.BIGRAMS, inverter.bigrams(folded, readings))
        words, forms = inverter.words(folded, readings, self._cut, own=bool(self._user_words))
        keep(schema.WORDS, words)
        keep(schema.FORMS, forms)
        keep(schema.HEADINGS, inverter.all_words(self._headings, self._cut, own=bool(self._user_words)))
        arrays.update(self._rows.arrays())
        arrays.update(segment.user_words_array(self._user_words))
        arrays.update(segment.links_array(np.array([kind in ASIDES for kind in self._kinds], bool)))
        arrays.update(mentioned)
        facts = segment.segment_facts(len(self._texts), self.documents, self.text_bytes, totals)
        return array_file.write(path, arrays, facts)


def _overlapping(texts: Sequence[str]) -> Iterator[int]:
    """Yield the positions of the texts of a document that begin with the end of the one before."""
    if max(map(len, texts)) > LONGEST // 4:  # else nothing was cut
        for number, (before, text) in enumerate(pairwise(texts), 1):
            if overlap(before, text):
                yield number
