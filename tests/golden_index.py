"""The documents of the golden index, and how it was made.

``python -m tests.golden_index`` writes ``tests/golden/format-N`` for the format of today. A folder that was part of
a release is never written again: a new format gets a new number and a new folder, and the old one stays and is read.
"""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from searchidx.document import Document, Paragraph
from searchidx.file_state import Fingerprint, Source, Stamp
from searchidx.line_map import Position, Run, encode, starting_at
from searchidx.local.commit import write_lock
from searchidx.local.commit.index_writer import IndexWriter
from searchidx.local.format import versions
from searchidx.local.indexing.segment_builder import SegmentBuilder
from searchidx.local.segment import schema
from searchidx.local.segment.analysis import ANALYSIS
from searchidx.local.segment.segment import Segment
from searchidx.messages import message
from searchidx.results import FailedRead, Skipped
from searchidx.tokenizer import bulk_tokenizer
from tests.written_index import WrittenIndex

GOLDEN = Path(__file__).resolve().parent / "golden"
ANALYSES = GOLDEN / "analysis.txt"
"""Lines of the identity of an analysis, a tab, and the digest of the terms that the golden documents have by it."""

BROKEN = "渡口改造工程昨日动工，预计明年汛期前完工。"
LOST = "遗失执照正本一份，编号L500057910，声明作废。"
NEWS = Document(
    "/文稿/岚江晚报.md",
    "markdown",
    "utf-8",
    "岚江晚报",
    "2023-04-20",
    (
        Paragraph("岚江晚报", 1, 1, "heading"),
        Paragraph(
            BROKEN, 3, 4, headings=("岚江晚报", "要闻"), line_map=encode(BROKEN, [Run(11, Position(1, 0))])
        ),
        Paragraph("联系电话：023—49301888，2023年4月20日前有效。", 6, 6, headings=("岚江晚报", "便民")),
        Paragraph(LOST, 8, 8, "item", headings=("岚江晚报", "便民"), line_map=starting_at(2)),
    ),
    (message("line_encoding", 1, "gb18030"),),
)
NOTES = Document(
    "/文稿/笔记.txt",
    "text",
    "gb18030",
    paragraphs=(
        Paragraph("在Linux上編譯內核要用gcc-12，見C++手冊；iPhone15不行。", 1, 1),
        Paragraph("𠮷野家與䶮字，〇年〇月。Naïve café 😀", 2, 2),
        Paragraph("密钥 " + "abcdefghij" * 40 + " 到此为止", 4, 4, "code", page=2),
        Paragraph("渡口", 5, 5),
        Paragraph("第 一 季 度 航 运 收 入（单位：\u200b㎡）", 7, 7),
    ),
)
RECORDS = Document(
    "/文稿/来信.jsonl",
    "jsonl",
    "utf-8",
    paragraphs=tuple(
        Paragraph(
            f"第{number}封来信问渡口何时通航，写于{number}月。",
            number,
            number,
            "record",
            id=f"L{number}",
            date=f"2022-{number:02}",
        )
        for number in range(1, 13)
    ),
)
REMOVED = Document("/文稿/旧闻.txt", "text", "utf-8", paragraphs=(Paragraph("渡口的旧闻，早已撤下。", 1, 1),))
EMPTY = Document("/文稿/空.txt", "text", "utf-8")
DOCUMENTS = (NEWS, NOTES, RECORDS, EMPTY)


def documents(number: int) -> tuple[Document, ...]:
    """The documents in the golden index of a format; the reading form of the last of the notes came with format 2."""
    notes = NOTES if number > 1 else replace(NOTES, paragraphs=NOTES.paragraphs[:-1])
    return tuple(notes if document is NOTES else document for document in DOCUMENTS)


STALE = FailedRead("/文稿/岚江晚报.md", "processor_time", ("120",), 2345, 6789)
UNFINISHED = "/文稿/新稿"
SENTENCES = {"format-1": ("one line was not UTF-8", "it is not text")}
"""The note and the reason of the index, as a format stored them that had sentences."""
SKIPPED = Skipped("/文稿/照片.jpg", message("not_text", "image"), 1234, 5678)


def build(directory: Path) -> None:
    """Write the index: three segments; a document that was deleted, one that was touched, one that was renamed; a file
    that was skipped, one whose text is old, a folder that is walked in another way than usual, and a run that was not
    finished."""
    index = WrittenIndex(directory)
    index.commit([NEWS, REMOVED, EMPTY])
    index.commit([NOTES])
    index.commit([replace(RECORDS, path="/文稿/旧名.jsonl")], gone=[REMOVED.path])
    with IndexWriter(str(directory)) as writer:
        writer.commit(
            roots=["/文稿"],
            skipped=[SKIPPED],
            touched={NOTES.path: Fingerprint(Stamp(77, 78, 79, 80))},
            refusals={SKIPPED.path: Fingerprint(Stamp(5678, 5679, 5680, 5681), "5682")},
            renamed={writer.manifest.segments[-1].name: {0: RECORDS.path}},
            rules={"/文稿": ["--hidden"]},
            unfinished=[UNFINISHED],
            stale=[STALE],
            committed="2023-04-20T08:00:00+08:00",
        )
    (directory / write_lock.FILE).unlink()


def terms_digest(folder: Path) -> str:
    """Return a digest of all terms and postings of the golden documents; a folder for their segment is needed."""
    builder = SegmentBuilder(bulk_tokenizer(0))
    for number, document in enumerate(DOCUMENTS):
        builder.add(document, Source(number, number, ""))
    path = str(folder / "MAIN_1.seg")
    builder.write(path)
    segment = Segment(path)
    summed = hashlib.sha256()
    for field in (*schema.FIELDS, schema.MENTIONS):
        table = segment.table(field)
        for position in range(len(table)):
            postings = table.postings(position)
            row = (field, table.term(position), postings.paragraphs.tolist(), postings.frequencies.tolist())
            summed.update(repr(row).encode())
    return summed.hexdigest()[:32]


def recorded_digests() -> dict[str, str]:
    """Return the recorded digests by the identity of the analysis."""
    return dict(line.split("\t") for line in ANALYSES.read_text(encoding="utf-8").splitlines())


def record_analysis(folder: Path) -> None:
    """Record the digest of a new identity; one that is recorded must have the digest that it had."""
    digest = terms_digest(folder)
    if recorded_digests().setdefault(ANALYSIS, digest) != digest:
        raise SystemExit("paragraphs have other terms: raise a number in searchidx/local/segment/analysis.py")
    lines = {**recorded_digests(), ANALYSIS: digest}
    ANALYSES.write_text("".join(f"{key}\t{value}\n" for key, value in lines.items()), encoding="utf-8")


if __name__ == "__main__":
    folder = GOLDEN / f"format-{versions.CURRENT}"
    shutil.rmtree(folder, ignore_errors=True)
    build(folder)
    with TemporaryDirectory() as temporary:
        record_analysis(Path(temporary))
