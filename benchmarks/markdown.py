"""Is what a reader sees of Markdown in the index, at its line? The rendering of markdown-it-py beside searchidx's reader.

python benchmarks/markdown.py [--files N] [--save]

Both read the same files. A *run* is a longest sequence of Han characters in the rendered text of one block. It counts as
found if a paragraph contains it that covers the very line of the source it stands in and doesn't reach beyond its block, and
if it is code there and here, or in neither. The other way round, each run of the index has to stand in the rendering or to be
something that a page doesn't show in its text, and of a kind that says so.
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from measuring import percentile
from report import Table, arguments, parse, publish

from searchidx.document import ASIDES, Paragraph
from searchidx.readers.encodings import Decoded, decode
from searchidx.readers.lines import split_lines
from searchidx.readers.markdown import read_markdown
from searchidx.readers.markdown.front_matter import read_front_matter

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
NO_HAN = re.compile(r"[^\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
QUOTED_FENCE = re.compile(r"^ {0,3}>[> ]*(?:```|~~~)", re.MULTILINE)
SPACE = re.compile(r"\s+")
SIZES = ("2", "3", "4 and more")
_BLOCK_LIST = """
    address article aside blockquote br center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 hr
    li ol p pre section summary table td th tr ul
"""
BLOCK_TAGS = frozenset(_BLOCK_LIST.split())
UNSEEN_TAGS = frozenset(("script", "style"))
BEFORE = {"median": 36, "p99": 542}
"""Characters of a paragraph of the default sample, as the reader of 2026-11-29 made them."""


@dataclass(frozen=True, slots=True)
class Run:
    """Han characters side by side in the rendering: the line they stand in, and their block."""

    text: str
    line: int
    block: "Block"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the rendering: pieces of its text with their lines, and its own lines in the source."""

    pieces: list[tuple[str, int]]
    first: int
    last: int
    is_code: bool
    is_html: bool


@dataclass(slots=True)
class Tally:
    """The sums over all files."""

    runs: Counter[str] = field(default_factory=Counter)
    misses: Counter[str] = field(default_factory=Counter)
    reasons: list[tuple[str, Run, str]] = field(default_factory=list)
    indexed: Counter[str] = field(default_factory=Counter)
    unseen: Counter[str] = field(default_factory=Counter)
    unseen_places: list[tuple[str, int, str]] = field(default_factory=list)
    asides: Counter[str] = field(default_factory=Counter)
    repeated: list[tuple[str, str]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    our_seconds: float = 0.0
    their_seconds: float = 0.0


class _Shown(HTMLParser):
    """The text that a block of HTML shows, with the line of each piece."""

    def __init__(self, first: int) -> None:
        super().__init__(convert_charrefs=True)
        self.first = first
        self.pieces: list[tuple[str, int]] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  # as the parser calls it
        self.unseen += tag in UNSEEN_TAGS
        self.part(tag)

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in UNSEEN_TAGS))
        self.part(tag)

    def part(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.pieces.append(("\n", self.getpos()[0] + self.first - 1))

    def handle_data(self, data: str) -> None:
        for number, text in enumerate(data.split("\n")):
            if not self.unseen:
                self.pieces.append(
                    (text if not number else f"\n{text}", self.getpos()[0] + self.first - 1 + number)
                )


def rendered(source: str, parser: MarkdownIt) -> Iterator[Block]:
    """Yield the blocks of a page that have text."""
    spans: list[tuple[int, int]] = []
    for token in parser.parse(source):
        if token.nesting == 1:
            spans.append(tuple(token.map) if token.map else spans[-1])
        elif token.nesting == -1:
            spans.pop()
        elif token.content:
            start, end = spans[-1] if token.type == "inline" else token.map or spans[-1]
            is_code = token.type in ("fence", "code_block")
            yield Block(pieces(token, start + 1), start + 1, end, is_code, token.type == "html_block")


def numbered(blocks: list[Block], numbers: list[int]) -> list[Block]:
    """Return blocks with the lines of the file, in which a lone carriage return ends none."""
    return [
        replace(
            block,
            pieces=[(text, numbers[line - 1]) for text, line in block.pieces],
            first=numbers[block.first - 1],
            last=numbers[block.last - 1],
        )
        for block in blocks
    ]


def pieces(token: Token, first: int) -> list[tuple[str, int]]:
    """Return the text of a block in pieces with their lines; a line's end is a piece of its own."""
    if token.type == "inline":
        return list(inline_pieces(token.children or [], first))
    if token.type == "html_block":
        shown = _Shown(first)
        shown.feed(token.content)
        shown.close()
        return shown.pieces
    start = first + (token.type == "fence")
    return [(f"{line}\n", number) for number, line in enumerate(token.content.split("\n"), start)]


def inline_pieces(tokens: Sequence[Token], line: int) -> Iterator[tuple[str, int]]:
    """Yield the text of a paragraph, alternative texts where their pictures stand."""
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield "\n", line
            line += 1
        elif token.type == "image":
            for text, place in inline_pieces(token.children or [], line):
                yield text, place
                line = place
        elif token.type == "html_inline":
            line += token.content.count("\n")
        else:
            yield token.content, line


def runs_of(block: Block) -> Iterator[Run]:
    """Yield the runs of two and more in a block."""
    text = "".join(piece for piece, _ in block.pieces)
    starts: list[tuple[int, int]] = []
    position = 0
    for piece, line in block.pieces:
        starts.append((position, line))
        position += len(piece)
    place = 0
    for match in HAN.finditer(text):
        while place + 1 < len(starts) and starts[place + 1][0] <= match.start():
            place += 1
        if len(match[0]) > 1:
            yield Run(match[0], starts[place][1], block)


def size_of(run: str) -> str:
    return SIZES[min(len(run), 4) - 2]


def compare(path: str, decoded: Decoded, parser: MarkdownIt, tally: Tally) -> None:
    """Add one file to the sums."""
    began = time.process_time()
    paragraphs = read_markdown(path, decoded).paragraphs
    tally.our_seconds += time.process_time() - began
    lines = split_lines(decoded.text)
    front = len(read_front_matter(lines).lines)
    body = [paragraph for paragraph in paragraphs if paragraph.line > front]
    source = "\n".join([*[""] * front, *lines[front:]]).replace("\r", "\n") + "\n"
    began = time.process_time()
    blocks = list(rendered(source, parser))
    if any("\r" in line for line in lines):
        blocks = numbered(blocks, [number for number, line in enumerate(lines, 1) for _ in line.split("\r")])
    tally.their_seconds += time.process_time() - began
    look_forward(path, blocks, body, tally)
    look_back(path, blocks, body, tally)
    look_for_repeats(path, "\n".join(lines[front:]), body, tally)
    tally.lengths += [len(paragraph.text) for paragraph in paragraphs if paragraph.kind not in ASIDES]


def look_forward(path: str, blocks: list[Block], paragraphs: list[Paragraph], tally: Tally) -> None:
    """Look for what the rendering shows in the paragraphs at its line."""
    covering: dict[int, list[Paragraph]] = {}
    for paragraph in paragraphs:
        for line in range(paragraph.line, paragraph.end_line + 1):
            covering.setdefault(line, []).append(paragraph)
    for block in blocks:
        for run in runs_of(block):
            size = size_of(run.text)
            tally.runs[size] += 1
            if reason := reason_of(run, covering.get(run.line, ()), paragraphs):
                tally.misses[size] += 1
                tally.reasons.append((path, run, reason))


def reason_of(run: Run, covering: Sequence[Paragraph], paragraphs: list[Paragraph]) -> str:
    """Return why a run doesn't count as found, as far as that can be seen; nothing if it does."""
    matches = [paragraph for paragraph in covering if run.text in paragraph.text]
    inside = [each for each in matches if each.line >= run.block.first and each.end_line <= run.block.last]
    if any((each.kind == "code") == run.block.is_code or run.block.is_html for each in inside):
        return ""
    if inside:
        return "code only here or only there"
    if matches:
        return "in a paragraph joined with the next, a sentence broken by a blank line"
    block = [each for each in paragraphs if each.line <= run.block.last and each.end_line >= run.block.first]
    if any(run.text in each.text for each in block):
        return "at another line of its block"
    if run.text in "".join(NO_HAN.sub("", each.text) for each in block):
        return "with a mark between: a tag that HTML doesn't have, or a backquote alone"
    return "elsewhere" if any(run.text in each.text for each in paragraphs) else "not in the index"


def look_back(path: str, blocks: list[Block], paragraphs: list[Paragraph], tally: Tally) -> None:
    """Look for what the index contains in the rendering."""
    page = "\n".join(SPACE.sub("", "".join(piece for piece, _ in block.pieces)) for block in blocks)
    for paragraph in paragraphs:
        for run in HAN.findall(paragraph.text):
            if len(run) < 2:
                continue
            size = size_of(run)
            tally.indexed[size] += 1
            if paragraph.kind in ASIDES:
                tally.asides[paragraph.kind] += 1
            elif run not in page:
                tally.unseen[size] += 1
                tally.unseen_places.append((path, paragraph.line, run))


def look_for_repeats(path: str, source: str, paragraphs: list[Paragraph], tally: Tally) -> None:
    """Look for runs that the index contains more often than the source does."""
    text = NO_HAN.sub("", source)
    counts = Counter(run for paragraph in paragraphs for run in HAN.findall(paragraph.text) if len(run) > 3)
    tally.repeated += [(path, run) for run, count in counts.items() if count > text.count(run)]


def sample(folder: Path, files: int) -> list[Path]:
    """Return files taken evenly from a tree, and all in which a listing stands in a quote."""
    paths = sorted(folder.rglob("*.md"))
    even = paths[:: max(1, len(paths) // files)]
    quoted = [path for path in paths if QUOTED_FENCE.search(path.read_text("utf-8", "replace"))]
    return sorted({*even, *quoted})


def share(part: int, whole: int) -> str:
    return f"{part / whole:.4%}" if whole else "–"


def tables(tally: Tally, files: int, quoted: int) -> Iterator[Table]:
    """Yield the result."""
    yield Table(
        "Runs of the rendering that are found at their line",
        ("Han characters", "runs", "not found", "share"),
        shares(tally.runs, tally.misses),
        f"{files} files, {quoted} of them with listings in quotes.",
    )
    long = Counter(reason for _, run, reason in tally.reasons if len(run.text) > 3)
    rows = [(reason, f"{count:,}") for reason, count in long.most_common()]
    yield Table("Runs of four and more that are not", ("reason", "runs"), rows)
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in tally.asides.most_common())
    yield Table(
        "Runs of the index that stand in the rendering or are of a kind of their own",
        ("Han characters", "runs", "neither", "share"),
        shares(tally.indexed, tally.unseen),
        f"Of a kind of their own: {kinds}. More often than in the source: {len(tally.repeated):,} runs.",
    )
    yield lengths(tally)
    yield Table(
        "Processor time to read all",
        ("", "seconds"),
        [
            ("searchidx, paragraphs", f"{tally.our_seconds:.2f}"),
            ("markdown-it-py, tokens", f"{tally.their_seconds:.2f}"),
        ],
    )
    yield places(tally)


def shares(runs: Counter[str], misses: Counter[str]) -> list[tuple[str, ...]]:
    return [
        (size, f"{runs[size]:,}", f"{misses[size]:,}", share(runs[size] - misses[size], runs[size]))
        for size in SIZES
    ]


def lengths(tally: Tally) -> Table:
    sizes = tally.lengths
    return Table(
        "Characters of a paragraph",
        ("", "median", "99th percentile", "paragraphs"),
        [
            ("now", f"{percentile(sizes, 0.5):,}", f"{percentile(sizes, 0.99):,}", f"{len(sizes):,}"),
            ("reader of 2026-11-29", f"{BEFORE['median']:,}", f"{BEFORE['p99']:,}", ""),
        ],
    )


def places(tally: Tally) -> Table:
    """List the places of what is not found or not shown, runs of four and more."""
    rows = Counter((path, run.line, reason) for path, run, reason in tally.reasons if len(run.text) > 3)
    rows.update(
        (path, line, "not in the rendering") for path, line, run in tally.unseen_places if len(run) > 3
    )
    return Table(
        "Each of them",
        ("place", "reason", "runs"),
        [(f"{Path(path).name}:{line}", reason, f"{count}") for (path, line, reason), count in rows.items()],
        "Not in the rendering are the texts of links to a definition that is missing, and emphasis next to Han characters.",
    )


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], corpus="trees/lctt")
    parser.add_argument("--files", type=int, default=1_200, help="files taken evenly from the corpus")
    options = parse(parser)
    paths = sample(options.corpus, options.files)
    if not paths:
        sys.exit(f"{options.corpus}: no Markdown there: name a folder with --corpus")
    tally, quoted = Tally(), 0
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for path in paths:
        decoded = decode(path.read_bytes())
        quoted += QUOTED_FENCE.search(decoded.text) is not None
        compare(str(path), decoded, markdown, tally)
    publish("markdown", list(tables(tally, len(paths), quoted)), save=options.save)


if __name__ == "__main__":
    main()
