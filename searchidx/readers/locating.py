"""Line maps of a document that was read: where in its file each character of its paragraphs is.

Formats whose lines a reader numbers itself (office documents, PDF, mail) have none.
"""

from dataclasses import replace

from searchidx.document import SOURCE_LINE_TYPES, Document
from searchidx.paragraphs.alignment import Source, aligned
from searchidx.readers.encodings import decode
from searchidx.readers.lines import split_lines


def located(document: Document, data: bytes) -> Document:
    """Return a document with the line maps of its paragraphs.

    Args:
        document: As read.
        data: All of the file's bytes.
    """
    if document.type not in SOURCE_LINE_TYPES or document.encoding is None:
        return document
    text = decode(data, encoding=document.encoding).text
    source = Source(split_lines(text), document.type)
    return replace(document, paragraphs=aligned(document.paragraphs, source))
