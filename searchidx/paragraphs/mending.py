"""Mending: joins of paragraphs that the end of a column or a page broke.

On a page extracted as text, such a break looks like any other: a blank line, or none. The evidence is in the
text. *Certain*: the second part opens with what nothing opens with, or closes a bracket of the first, or the
first ends at a comma. *Likely*: the first is long, has stops inside and none at its end, and the second brings
one. Neither counts where the second opens as a paragraph does (an item, a time, a date line, a by-line) or the
first is whole without a stop (a by-line, a source, a salutation, a labelled line). The likely is believed only of
a document that looks extracted: people who write Markdown with links and code forget full stops, pages don't.

Where the evidence is thin the two stay apart: a search still finds the words of each, while two notices run
together would be wrong on every page. Joined are only neighbours of which the second is plain text.
"""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from searchidx.document import ASIDES, Paragraph
from searchidx.paragraphs import marks
from searchidx.paragraphs.glue import glue, width
from searchidx.paragraphs.marks import FINAL

_NARROWEST = 20
"""Columns: a line that breaks off at a comma was at least so wide; verses are narrower."""
_TITLE = 40
"""Columns: what ends without any stop and is narrower is a title, a name, a label."""
_NOTICE = 30
_LATIN_TITLE = 60
_QUOTE_MARK = ">"
_LONGEST_MENDED = 6_000
_LACKING_SHARE = 0.4
_FEW = 3
"""Where more of the long paragraphs than these lack a stop at their end, it is how the document is written."""


def mend(
    paragraphs: Sequence[Paragraph], beginnings: AbstractSet[int] = frozenset(), *, authored: bool = False
) -> list[Paragraph]:
    """Join what was broken; everything else comes back as it was, in order.

    Args:
        paragraphs: In reading order.
        beginnings: Lines that are known to open a paragraph, by their indentation for example.
        authored: The document was written in its format, not extracted from a page.
    """
    return _Mending(paragraphs, beginnings, authored=authored).result()


class _Mending:
    """One pass over a document; statistics that only broken-looking text needs are computed on demand."""

    def __init__(
        self, paragraphs: Sequence[Paragraph], beginnings: AbstractSet[int], *, authored: bool
    ) -> None:
        self.paragraphs = paragraphs
        self.beginnings = beginnings
        self.authored = authored
        self.gap: int | None = None
        self.extracted: bool | None = False if authored else None
        self.mended: list[Paragraph] = []

    def result(self) -> list[Paragraph]:
        mended = self.mended
        first = -1  # where in mended the paragraph stands that the next one may continue
        for index, paragraph in enumerate(self.paragraphs):
            kind = paragraph.kind
            if kind == "text" and first >= 0 and mended[first].text[-1] not in FINAL:
                if self.is_broken(first, index):
                    mended[first] = _joined(mended[first], paragraph)
                    continue
            elif kind in ASIDES:
                mended.append(paragraph)
                continue
            first = len(mended) if kind in ("text", "item") else -1
            mended.append(paragraph)
        return mended

    def is_broken(self, place: int, index: int) -> bool:
        """Return true if the paragraph at ``index`` continues the one at ``place`` among those mended."""
        first, second = self.mended[place], self.paragraphs[index]
        certain = is_certain(first.text, second.text, strict=self.authored)
        if not certain and self.extracted is False:
            return False  # as nearly always, and told by less than what follows
        if second.line in self.beginnings or not may_continue(first.text, second.text):
            return False
        if not certain:
            if not self.looks_extracted() or not self.is_likely(first, index):
                return False
            if place and _lacks_stop(self.mended[place - 1]):
                return False  # one of several lines that all end so
        return first.page != second.page or second.line - first.end_line <= self.usual_gap()

    def is_likely(self, first: Paragraph, index: int) -> bool:
        """Return true if the two are likely to be one, judged by the one after too if the second breaks off as well."""
        second = self.paragraphs[index]
        titled = bool(second.headings)
        if marks.is_finished(second.text):
            return is_likely(first.text, second.text, titled=titled)
        if index + 1 == len(self.paragraphs) or self.paragraphs[index + 1].kind != "text":
            return False
        third = self.paragraphs[index + 1].text
        return (
            third[-1] in FINAL
            and may_continue(second.text, third)
            and is_likely(second.text, third, titled=titled)
            and is_likely(first.text, second.text + third, titled=titled)
        )

    def usual_gap(self) -> int:
        """Return the most frequent distance in lines between two paragraphs of text; that of one blank line at least."""
        if self.gap is None:
            gaps = Counter(
                second.line - first.end_line
                for first, second in pairwise(self.paragraphs)
                if first.kind in ("text", "item") and second.kind == "text"
            )
            self.gap = max(2, max(gaps, key=lambda gap: (gaps[gap], gap), default=2))
        return self.gap

    def looks_extracted(self) -> bool:
        """Return true if stops are complete: few long paragraphs lack one that no following text has."""
        if self.extracted is None:
            long = lacking = 0
            for first, second in pairwise(self.paragraphs):
                if first.kind == "text" and width(first.text) >= _TITLE:
                    long += 1
                    lacking += _lacks_stop(first) and not is_likely(first.text, second.text)
            self.extracted = lacking <= max(_FEW, _LACKING_SHARE * long)
        return self.extracted


def _lacks_stop(paragraph: Paragraph) -> bool:
    """Return true for a long paragraph that ends neither as a sentence nor as anything that needs no stop."""
    text = paragraph.text
    return (
        paragraph.kind == "text"
        and text[-1] not in FINAL
        and width(text) >= _TITLE
        and not marks.is_finished(text)
        and not marks.stands_alone(text)
    )


def _joined(first: Paragraph, second: Paragraph) -> Paragraph:
    return first._replace(text=glue(first.text, second.text), end_line=second.end_line)


def may_continue(first: str, second: str) -> bool:
    """Return true if nothing contradicts that ``second`` continues ``first``."""
    return (
        len(first) <= _LONGEST_MENDED
        and width(first) >= _NARROWEST
        and not marks.is_finished(first)
        and not marks.stands_alone(first)
        and not first.startswith(_QUOTE_MARK)
        and not second.startswith(_QUOTE_MARK)
        and (marks.is_stray(second) or not marks.opens_anew(second))
    )


def is_certain(first: str, second: str, *, strict: bool = False) -> bool:
    """Return true if ``first`` plainly breaks off and ``second`` plainly goes on.

    Args:
        first: A text that has to be one that :func:`may_continue`, or this means nothing.
        second: What follows it.
        strict: Ask of a text that breaks off at a comma that the rest is a sentence.
    """
    if marks.is_stray(second) or marks.leaves_bracket_open(first, second):
        return True
    if first[-1] in marks.PAUSING:
        return not strict or (
            not second[0].isascii() and marks.is_finished(second) and second[-1] not in "：:"
        )
    return _is_latin(first[-1]) and _is_latin_rest(second) and width(first) >= _LATIN_TITLE


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_latin_rest(text: str) -> bool:
    return text[0].isascii() and text[0].islower() and text[-1] in ".!?" and text.count(" ") > 2


def is_likely(first: str, second: str, *, titled: bool = False) -> bool:
    """Return true if a Chinese text that ends without any stop is likely to go on in ``second``.

    Args:
        first: A text that :func:`may_continue`.
        second: What follows it.
        titled: The document's titles are marked as such, so ``first`` isn't one.
    """
    last = first[-1]
    if not (last.isalnum() or last in marks.CLOSING) or not second[0].isalnum():
        return False
    if not marks.is_finished(second):
        return False
    if last in marks.HANGING:
        return True
    if marks.opens_with_date(second) and last not in "年月":
        return False
    columns = width(first)
    if marks.has_bullet(first):
        return columns >= _NOTICE
    if titled and columns >= _NOTICE and any(stop in first for stop in "。，,"):
        return True
    return columns >= _TITLE and _is_prose(first, 1 if titled or columns >= 2 * _TITLE else 2)


def _is_prose(text: str, stops: int) -> bool:
    """Return true for sentences, which have stops inside; titles and names seldom have two."""
    return "。" in text or sum(map(text.count, "，,、；;：:")) >= stops
