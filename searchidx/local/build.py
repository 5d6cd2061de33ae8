"""Builds one segment from documents, in memory, and writes it.

A builder holds the texts of its paragraphs until :meth:`SegmentBuilder.write`; the caller keeps it small enough
(16 MB of text take about 250 MB while writing).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchidx.analyzer import word_terms
from searchidx.document import Document
from searchidx.fold import fold
from searchidx.local import container, fields, inversion, segment, stored
from searchidx.local.fields import Cut
from searchidx.local.inversion import Inverted
from searchidx.local.segment import Source


class SegmentBuilder:
    """Documents on their way into a segment.

    Attributes:
        documents: How many were added.
        text_bytes: UTF-8 bytes of their paragraphs.
    """

    def __init__(self, cut: Cut) -> None:
        """Start empty; ``cut`` is the tokenizer."""
        self._cut = cut
        self._texts: list[str] = []
        self._headings: list[tuple[str, ...]] = []
        self._paragraphs = stored.Writer()
        self._records = stored.Writer()
        self._first = [0]
        self.documents = 0
        self.text_bytes = 0

    @property
    def count(self) -> int:
        """How many paragraphs were added."""
        return len(self._texts)

    def add(self, document: Document, source: Source) -> None:
        """Add a document."""
        for paragraph in document.paragraphs:
            row = segment.paragraph_row(paragraph)
            self._paragraphs.add(row.facts, row.text)
            self._texts.append(paragraph.text)
            self._headings.append(paragraph.headings)
            self.text_bytes += len(row.text)
        row = segment.document_row(document, source)
        self._records.add(row.facts, row.text)
        self._first.append(len(self._texts))
        self.documents += 1

    def write(self, path: str) -> int:
        """Write the segment durably.

        Returns:
            Size of the file in bytes.
        """
        arrays: dict[str, NDArray[Any]] = {}
        totals: dict[str, int] = {}

        def keep(field: str, inverted: Inverted) -> None:
            arrays.update(inversion.layout(field, inverted))
            totals[field] = int(np.minimum(inverted.lengths, 0xFFFF).sum())

        arrays.update(segment.rows_of(self._paragraphs, self._records, self._first))
        folded = inversion.fold_all(self._texts)
        cjk = fields.cjk_table()
        keep(fields.CHARACTERS, inversion.characters(folded, cjk))
        keep(fields.BIGRAMS, inversion.bigrams(folded, cjk))
        words, forms = inversion.words(folded, self._cut)
        keep(fields.WORDS, words)
        keep(fields.FORMS, forms)
        keep(fields.HEADINGS, inversion.repeated(self._heading_terms(), len(self._texts)))
        facts = segment.facts_of(len(self._texts), self.documents, self.text_bytes, totals)
        return container.write(path, arrays, facts)

    def _heading_terms(self) -> list[list[str]]:
        known: dict[tuple[str, ...], list[str]] = {}
        rows = []
        for headings in self._headings:
            terms = known.get(headings)
            if terms is None:
                found = word_terms(fold("\n".join(headings)), self._cut)
                terms = known[headings] = [term for term in found if fields.fits(term)]
            rows.append(terms)
        return rows
