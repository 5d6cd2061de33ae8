"""Format numbers of an index, and the three states a number can be in.

Every file of an index begins with the number of the format it was written in: each segment, and the manifest of
each commit. A number is readable, older than any this version reads, or newer. None of these is damage: a header whose
checksum does not match is damaged whatever its number.

Formats:
    1: The first.
    2: The manifest names the format of each segment. A document has the change time, inode and device of its file;
        those of skipped files, and of files whose stamp changed without their content, are in the manifest.
        Paths below the folder that contains a ``.searchidx`` are relative to it. Paragraphs have line maps. The
        manifest names the roots of unfinished runs, and the documents whose text is stale because reading their files
        again failed, each with the cause as a code. Notes and reasons are codes with details. A document and a skipped
        file have the revision of their reader; a segment has the identity of its analysis.

Whoever changes the layout of an index adds a number here and a golden index in ``tests/golden``; the identity of the analysis
(:mod:`searchidx.local.segment.analysis`) and the revisions of readers number what the layout contains.
"""

from searchidx.errors import NewerFormatError, OlderFormatError

CURRENT = 2
OLDEST_READABLE = 1
LINE_MAPS = 2
"""First format whose paragraphs have line maps."""


def check_readable(path: str, number: int) -> None:
    """Raise an error unless a file of this format number can be read.

    Raises:
        NewerFormatError: A later version wrote the file.
        OlderFormatError: The format is no longer supported.
    """
    if number > CURRENT:
        raise NewerFormatError(
            f"{path} has format {number}, this searchidx reads up to {CURRENT}: upgrade searchidx"
        )
    if number < OLDEST_READABLE:
        raise OlderFormatError(
            f"{path} has format {number}, made by an older searchidx; this one reads {OLDEST_READABLE} and later: "
            "rebuild the index with `searchidx index --rebuild`"
        )
