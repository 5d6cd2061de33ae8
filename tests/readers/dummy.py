"""A reader to start from: the invented format MEMO, whose first line is a title and whose other lines are entries.

Copy it to ``searchidx/readers/``, move the row to ``searchidx/readers/formats.py`` and the sample to
``tests/readers/samples.py``: ``tests/readers/test_conformance.py`` then checks what every reader promises.
"""

from searchidx.document import Document, Paragraph
from searchidx.errors import ReadError
from searchidx.paragraphs import bounded
from searchidx.readers.encodings import Decoded
from searchidx.readers.formats import Format
from searchidx.readers.lines import split_lines

ROW = Format(
    "memo",
    "memos",
    (".memo",),
    "memo",
    "read_memo",
    takes_text=True,
    is_decoded=True,
    is_safe_in_parent=True,
)


def read_memo(path: str, decoded: Decoded) -> Document:
    """Read a memo.

    Raises:
        ReadError: It has no title.
    """
    title, *entries = split_lines(decoded.text)
    if not title.strip():
        raise ReadError("the memo has no title in its first line")
    title = title.strip()
    paragraphs = [Paragraph(title, 1, 1, "heading")]
    for number, entry in enumerate(entries, 2):
        if entry.strip():
            paragraphs.append(Paragraph(entry.strip(), number, number, headings=(title,)))
    return Document(
        path, "memo", decoded.encoding, title, paragraphs=tuple(bounded(paragraphs)), notes=decoded.notes
    )
