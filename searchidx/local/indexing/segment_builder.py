"""Builder of one segment from documents, in memory.

A builder contains the texts of its paragraphs until :meth:`SegmentBuilder.write`; the caller bounds its size (10 MB of text
take about 200 MB while the segment is written).
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.document import ASIDES, Document
from searchidx.engine import Tokenize
from searchidx.file_state import Source
from searchidx.local.format import array_file
from searchidx.local.format.array_file import Pieces
from searchidx.local.indexing import annotations, inverter
from searchidx.local.indexing.occurrences import InvertedField
from searchidx.local.segment import schema, segment
from searchidx.local.segment.analysis import ANALYSIS
from searchidx.local.segment.segment import SegmentRows
from searchidx.paragraphs import LONGEST, overlap


class SegmentBuilder:
    """Builder of a segment.

    Attributes:
        documents: Number of documents.
        text_bytes: UTF-8 bytes of their paragraphs.
    """

    def __init__(self, tokenize: Tokenize, user_words: Iterable[str] = ()) -> None:
        """Create an empty builder.

        Args:
            tokenize: Tokenizer of folded text.
            user_words: Words of the user that the tokenizer knows.
        """
        self._tokenize = tokenize
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
        """Number of paragraphs."""
        return len(self._texts)

    def add(self, document: Document, source: Source) -> None:
        """Add a document."""
        if document.paragraphs:
            texts, _, _, kinds, headings, _, ids, dates, _ = zip(*document.paragraphs, strict=True)
            raw = [text.encode("utf-8", "surrogatepass") for text in texts]
            self._rows.paragraphs.extend(list(map(segment.paragraph_facts, document.paragraphs)), raw)
            self.text_bytes += sum(map(len, raw))
            self._add_sections(headings)
            self._overlapping += [len(self._texts) + number for number in _overlapping(texts)]
            self._texts += texts
            self._dates += [date or document.date for date in dates]
            self._ids += ids
            self._kinds += kinds
        self._rows.documents.add(*segment.document_row(document, source))
        self._rows.document_starts.append(len(self._texts))
        self.documents += 1

    def _add_sections(self, headings: Iterable[tuple[str, ...]]) -> None:
        """Add a section wherever the headings of the next paragraphs change."""
        current = self._headings[-1] if self._headings else None
        for number, paragraph_headings in enumerate(headings, len(self._texts)):
            if paragraph_headings != current:
                current = paragraph_headings
                if number:
                    self._rows.section_starts.append(number)
                self._headings.append(paragraph_headings)
                self._rows.sections.add(list(paragraph_headings), b"")

    def write(self, path: str) -> int:
        """Write the segment durably.

        Returns:
            Size of the file in bytes.
        """
        arrays: dict[str, NDArray[Any] | Pieces] = {}
        totals: dict[str, int] = {}
        sizes = np.diff(np.array([*self._rows.section_starts, len(self._texts)]))[: len(self._headings)]

        def add_field(field: str, inverted: InvertedField) -> None:
            field_arrays = inverter.field_arrays(field, inverted)
            arrays.update(field_arrays)
            lengths = field_arrays[f"{field}.length"].astype(np.int64)
            totals[field] = int((lengths * sizes).sum() if field == schema.HEADINGS else lengths.sum())

        if self._texts:
            self._rows.section_starts.append(len(self._texts))
        folded = inverter.fold_batch(self._texts)
        # First, while memory is mostly free: reading forms are many small objects.
        readings = inverter.fold_reading_forms(self._texts, self._kinds)
        self._rows.add_readings(readings.owners, readings.edits)
        mentions = annotations.mention_arrays(folded, readings, self._dates, self._ids, self._overlapping)
        add_field(schema.CHARACTERS, inverter.invert_characters(folded, readings))
        add_field(schema.BIGRAMS, inverter.invert_bigrams(folded, readings))
        words, forms = inverter.invert_words(
            folded, readings, self._tokenize, has_user_words=bool(self._user_words)
        )
        add_field(schema.WORDS, words)
        add_field(schema.FORMS, forms)
        add_field(
            schema.HEADINGS,
            inverter.invert_groups(self._headings, self._tokenize, has_user_words=bool(self._user_words)),
        )
        arrays.update(self._rows.arrays())
        arrays.update(segment.user_words_array(self._user_words))
        arrays.update(segment.links_array(np.array([kind in ASIDES for kind in self._kinds], bool)))
        arrays.update(mentions)
        facts = segment.segment_facts(len(self._texts), self.documents, self.text_bytes, totals, ANALYSIS)
        return array_file.write(path, arrays, facts)


def _overlapping(texts: Sequence[str]) -> Iterator[int]:
    """Yield the positions of the texts of a document that begin with the end of the previous one."""
    if max(map(len, texts)) > LONGEST // 4:  # shorter paragraphs were not split
        for number, (before, text) in enumerate(pairwise(texts), 1):
            if overlap(before, text):
                yield number
