"""Documents that are ZIP archives of XML parts (Word, PowerPoint, OpenDocument, EPUB), opened with bounds.

Nothing is extracted to disk and no name inside an archive is used as a path. What an archive says it will unpack
to is added up before anything is unpacked, and ``zipfile`` never yields more of a part than that; entities aren't
expanded, nothing is fetched. The XML parser is lxml's.
"""

import io
import posixpath
import re
import zipfile
import zlib
from typing import Any
from urllib.parse import unquote

from lxml import etree

from searchidx.errors import ContentError, ReadError
from searchidx.messages import Message, message
from searchidx.readers.dates import normalised

LARGEST = 1 << 28
"""Bytes all parts of an archive may unpack to, and the ratio below which even more would be believed."""
_RATIO = 200
PAGE_NUMBER = re.compile(r"(?:[\W\d_]|[第共页頁张]|[Pp]age|of)*")
"""Text of a header or a footer that is only a page number."""
_MOST_PARTS = 20_000

_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_DATES = frozenset(("dcterms:issued", "dcterms:created", "dcterms:modified"))
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"


class Package:
    """An archive in memory, its parts by name."""

    def __init__(self, data: bytes) -> None:
        """Open an archive and check its directory.

        Raises:
            ReadError: It is damaged, protected or would unpack to too much.
        """
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise _not_a_package(data) from error
        entries = self._archive.infolist()
        size = sum(entry.file_size for entry in entries)
        if len(entries) > _MOST_PARTS or size > LARGEST or size > max(1 << 24, _RATIO * len(data)):
            raise ContentError(message("unpacked_size", size >> 20, len(entries)))
        self._parts = {entry.filename: entry for entry in entries}

    def names(self) -> list[str]:
        """Return the names of all parts, in the archive's order."""
        return list(self._parts)

    def part(self, name: str) -> bytes | None:
        """Return the bytes of a part, or None if there is none of that name."""
        entry = self._parts.get(name)
        if entry is None:
            return None
        if entry.flag_bits & 1:
            raise ContentError(Message("password"))
        try:
            return self._archive.read(entry)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
            ValueError,
        ) as error:
            raise ReadError(message("archive_part", name)) from error

    def xml(self, name: str) -> Any:
        """Return the root element of a part, or None if there is none of that name."""
        data = self.part(name)
        if data is None:
            return None
        try:
            return parse_xml(data, name)
        except ReadError as error:
            # OpenDocument and protected books encrypt their parts one by one, in an archive that is not.
            if b"encryption-data" in (self.part("META-INF/manifest.xml") or b""):
                raise ContentError(Message("password")) from error
            if "META-INF/encryption.xml" in self._parts:
                raise ContentError(Message("encrypted")) from error
            raise

    def targets(self, name: str, kind: str) -> list[str]:
        """Return the names of the parts that a part refers to by a relationship whose type ends in ``kind``, in order."""
        folder, _, base = name.rpartition("/")
        root = self.xml(f"{folder}/_rels/{base}.rels".lstrip("/"))
        if root is None:
            return []
        return [
            resolve(folder, relation.get("Target", ""))
            for relation in root.iter(_RELATIONSHIP)
            if relation.get("Type", "").endswith(f"/{kind}") and relation.get("TargetMode") != "External"
        ]


def resolve(folder: str, target: str) -> str:
    """Return the name of a part that another in ``folder`` refers to."""
    target = unquote(target.partition("#")[0])
    return posixpath.normpath(
        target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
    )


def parse_xml(data: bytes, name: str) -> Any:
    """Parse a part; entities stay unexpanded and nothing outside is read.

    Raises:
        ReadError: It is no XML, or nested or long beyond libxml2's limits.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(message("xml_part", name)) from error


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace; the empty string for what is no element."""
    tag: Any = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def properties(root: Any) -> tuple[str, str | None]:
    """Return the title and the date of a part of metadata in Dublin Core; the empty string and None if absent."""
    if root is None:
        return "", None
    title = next((element.text.strip() for element in root.iter(f"{_DUBLIN_CORE}title") if element.text), "")
    dates = [
        element.text
        for element in root.iter("{*}created", "{*}creation-date", "{*}date", "{*}modified", "{*}meta")
        if element.text and (not element.get("property") or element.get("property") in _DATES)
    ]
    return title, next((date for text in dates if (date := normalised(text))), None)


def _not_a_package(data: bytes) -> ReadError:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return ContentError(Message("password"))
        return ContentError(Message("old_office"))
    # An archive that is being written begins as one, or with zeros.
    kind = ReadError if data.startswith(b"PK") or not data.strip(b"\0") else ContentError
    return kind(Message("archive"))
