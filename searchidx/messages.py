"""Messages about files: a code with details is stored and passed on, its sentence is made when it is shown.

Nothing reads a sentence back. An index of an earlier version contains sentences; they are shown as they are.
"""

import errno
import os
from collections.abc import Sequence
from typing import Any, NamedTuple

_CONVERSION = (
    "which is not read: save it as .{0} (soffice --headless --convert-to {0} *.{{}} does a whole folder)"
)

# By code, with a placeholder for each detail; two forms where the first detail is a number, of which the first is for 1.
_SENTENCES: dict[str, str | tuple[str, str]] = {
    "text": "{}",
    # Files that are skipped.
    "irregular": "it is not a regular file",
    "file_size": "it is larger than {} MiB",
    "empty": "it is empty",
    "text_size": "it contains more than {} MB of text, which file_text can raise",
    "paragraph_count": "it contains more than {} paragraphs",
    # Readings that failed.
    "processor_time": "reading it took longer than {} s of processor time, which file_seconds can raise",
    "wall_time": "reading it took longer than {} s, which file_wall_seconds can raise",
    "memory": "reading it took more than {} MB of memory, which file_memory can raise",
    "no_memory": "there was not enough memory to read it",
    "removed": "it was removed while the run was going on",
    "killed": "the system ended what was reading it, perhaps for want of memory",
    "crash": "its reader crashed ({})",
    "library": "{} files need {}: pip install 'searchidx[documents]'",
    "nesting": "it is nested deeper than any real document",
    "exception": "its reader failed ({}: {})",
    "reader": "{}",
    # Files without text.
    "control_characters": "not text: too many control characters",
    "nul_bytes": "not text: it contains NUL bytes",
    "password": "it is protected by a password",
    "encrypted": "it is encrypted",
    "not_pdf": "it is not a PDF",
    "unpacked_size": "it would unpack to {} MB in {} parts, which is too much",
    "old_office": "an old Office document, or one protected by a password: save it as .docx, .xlsx or .pptx",
    "old_docx": f"an old Word document, {_CONVERSION.format('docx')}",
    "old_xlsx": f"an old Excel workbook, {_CONVERSION.format('xlsx')}",
    "old_pptx": f"an old presentation, {_CONVERSION.format('pptx')}",
    "rich_text": f"a rich text document, {_CONVERSION.format('docx').format('rtf')}",
    "rich_text_named": f"a rich text document named .{{}}, {_CONVERSION.format('docx').format('rtf')}",
    # Kinds of data, for ``not_text``.
    "pdf": "a PDF document: it is read if its name ends in .pdf",
    "zip": "a ZIP archive",
    "office": "an old Office document: save it as .docx, .xlsx or .pptx",
    "rtf": "a rich text document: save it as .docx",
    "gzip": "gzip data",
    "bzip2": "bzip2 data",
    "xz": "xz data",
    "zstd": "zstd data",
    "7z": "a 7z archive",
    "rar": "a RAR archive",
    "program": "a program",
    "image": "an image",
    "media": "sound or video",
    "database": "a database",
    # Damaged files.
    "archive": "the archive is damaged or no archive",
    "archive_part": "the archive is damaged: {}",
    "xml_part": "a part is no XML: {}",
    "book": "the book has no table of its parts",
    "workbook": "the workbook is damaged",
    "pdf_damage": "the PDF is damaged",
    "mail_damage": "the message is damaged",
    "mail_nesting": "the message is nested too deeply",
    "encoding": "there is no encoding called {}",
    # Notes of documents.
    "flag_encoding": "read as {}, as told",
    "rule_encoding": "read as {}, as its rule says",
    "no_text": "no text in it",
    "images": "no text in it: its pages are images",
    "damaged_characters": ("{} damaged character", "{} damaged characters"),
    "damaged_headers": ("{} damaged character in headers", "{} damaged characters in headers"),
    "damaged_messages": ("{} message is damaged", "{} messages are damaged"),
    "damaged_pages": ("{} page is damaged", "{} pages are damaged"),
    "damaged_form": "its form is damaged",
    "damaged_base64": "the base64 of a part is damaged",
    "line_encoding": ("{} line read as {}", "{} lines read as {}"),
    "lines_not_json": ("{} line is no JSON", "{} lines are no JSON"),
    "csv_lines": "read as lines: {}",
    "html_nesting": "nested too deeply; read without its structure",
    "missing_chapter": "chapter {} is missing",
    "part_count": "only the first {} parts are read",
    "forwarded_nesting": "forwarded messages are nested too deeply",
}

# Messages about a part of a file: the last placeholder is for the message about the part.
_NESTED = {
    "not_text": "not text but {}",
    "chapter": "chapter {}: {}",
    "mailbox_message": "message {}: {}",
    "attachment": "{}: {}",
    "unread_attachment": "{} is not read: {}",
    "unread_unnamed": "an attachment is not read: {}",
    "unread_part": "a part is not read: {}",
    "unread_message": "an enclosed message is not read: {}",
}

_SYSTEM = "input"  # its detail is the name of an error number, for which the system has the sentence


class Message(NamedTuple):
    """A fact about a file.

    Attributes:
        code: Kind of the fact, for programs.
        details: Facts that the sentence contains.
    """

    code: str
    details: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Return the sentence for a person; a code of another version is shown as it is."""
        if self.code == _SYSTEM and len(self.details) == 1:
            return _system_message(self.details[0])
        try:
            return _worded(self.code, self.details)
        except (KeyError, IndexError):
            return " ".join(("a message of another version:", self.code, *self.details))


def message(code: str, *details: object) -> Message:
    """Build a message."""
    return Message(code, tuple(map(str, details)))


def nested(code: str, *details: object, part: Message) -> Message:
    """Build the message about a part of a file, of a message that is true of the part."""
    return Message(code, (*map(str, details), part.code, *part.details))


def of_text(sentence: str) -> Message:
    """Build the message of a sentence that has no code."""
    return Message("text", (sentence,))


def of_system(error: OSError) -> Message:
    """Build the message of an error number, by its name: that is the same on every system, unlike the number."""
    name = errno.errorcode.get(error.errno or 0)
    return of_text(error.strerror or str(error)) if name is None else Message(_SYSTEM, (name,))


def dump(value: Message) -> str | list[str]:
    """Return a message as JSON: its code and details, or a sentence that has no code."""
    return (
        value.details[0] if value.code == "text" and len(value.details) == 1 else [value.code, *value.details]
    )


def load(parsed: Any) -> Message:
    """Return the message that :func:`dump` made JSON of.

    Raises:
        ValueError: It is none.
    """
    if type(parsed) is str:
        return of_text(parsed)
    if type(parsed) is not list or not parsed or {*map(type, parsed)} != {str}:
        raise ValueError("a message is neither a sentence nor a code with details")
    return Message(parsed[0], tuple(parsed[1:]))


def _worded(code: str, details: Sequence[str]) -> str:
    if code in _NESTED:
        form = _NESTED[code]
        count = form.count("{}") - 1
        return form.format(*details[:count], Message(details[count], tuple(details[count + 1 :])).sentence)
    forms = _SENTENCES[code]
    form = forms if isinstance(forms, str) else forms[details[0] != "1"]
    return form.format(*details)


def _system_message(name: str) -> str:
    number = getattr(errno, name, None)
    return os.strerror(number) if name.startswith("E") and isinstance(number, int) else name
