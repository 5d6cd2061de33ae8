"""Builds one segment from documents, in memory, and writes it.

A builder holds the texts of its paragraphs until :meth:`SegmentBuilder.write`; the caller keeps it small enough
(10 MB of text take about 200 MB while writing).
"""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np

from searchidx.analyzer import word_terms
from searchidx.array_types import NDArray
from searchidx.document import Document
from searchidx.fold import fold
from searchidx.local import container, fields, inversion, mentions, segment
from searchidx.local.container import Pieces
from searchidx.local.fields import Cut
from searchidx.local.inversion import Inverted
from searchidx.local.segment import Rows, Source


class SegmentBuilder:
    """Documents on their way into a segment.

    Attributes:
        documents: How many were added.
        text_bytes: UTF-8 bytes of their paragraphs.
    """

    def __init__(self, cut: Cut, own_words: Iterable[str] = ()) -> None:
        """Start empty.

        Args:
            cut: The tokenizer.
            own_words: Words of the user's that it cuts with.
        """
        self._cut = cut
        self._own_words = own_words
        self._texts: list[str] = []
        self._dates: list[str | None] = []
        self._links: list[bool] = []
        self._headings: list[tuple[str, ...]] = []
        self._rows = Rows()
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
            self._rows.paragraphs.add(*row)
            self._enter(paragraph.headings)
            self._texts.append(paragraph.text)
            self._dates.append(paragraph.date or document.date)
            self._links.append(paragraph.kind == "link")
            self.text_bytes += len(row.text)
        self._rows.documents.add(*segment.document_row(document, source))
        self._rows.first.append(len(self._texts))
        self.documents += 1

    def _enter(self, headings: tuple[str, ...]) -> None:
        """Begin a section where the headings change."""
        if not self._headings or self._headings[-1] != headings:
            if self._texts:
                self._rows.first_of_sections.append(len(self._texts))
            self._headings.append(headings)
            self._rows.sections.add(list(headings), b"")

    def write(self, path: str) -> int:
        """Write the segment durably.

        Returns:
            Size of the file in bytes.
        """
        arrays: dict[str, NDArray[Any] | Pieces] = {}
        totals: dict[str, int] = {}
        sizes = np.diff(np.array([*self._rows.first_of_sections, len(self._texts)]))[: len(self._headings)]

        def keep(field: str, inverted: Inverted) -> None:
            laid_out = inversion.layout(field, inverted)
            arrays.update(laid_out)
            lengths = laid_out[f"{field}.length"].astype(np.int64)
            totals[field] = int((lengths * sizes).sum() if field == fields.HEADINGS else lengths.sum())

        if self._texts:
            self._rows.first_of_sections.append(len(self._texts))
        arrays.update(self._rows.arrays())
        folded = inversion.fold_all(self._texts)
        cjk = fields.cjk_table()
        # First, while there is little else in memory: it makes many small objects.
        mentioned = mentions.arrays(self._texts, folded, cjk, self._dates)
        keep(fields.CHARACTERS, inversion.characters(folded, cjk))
        keep(fields.BIGRAMS, inversion.bigrams(folded, cjk))
        words, forms = inversion.words(folded, self._cut)
        keep(fields.WORDS, words)
        keep(fields.FORMS, forms)
        keep(fields.HEADINGS, inversion.given(self._heading_terms()))
        arrays.update(segment.own_words_array(self._own_words))
        arrays.update(segment.links_array(np.array(self._links, bool)))
        arrays.update(mentioned)
        facts = segment.facts_of(len(self._texts), self.documents, self.text_bytes, totals)
        return container.write(path, arrays, facts)

    def _heading_terms(self) -> list[list[str]]:
        """Terms of the headings of each section; a heading stands above many sections and is read once."""
        known: dict[str, list[str]] = {}
        for heading in chain.from_iterable(self._headings):
            if heading not in known:
                known[heading] = [term for term in word_terms(fold(heading), self._cut) if fields.fits(term)]
        return [[term for heading in headings for term in known[heading]] for headings in self._headings]
