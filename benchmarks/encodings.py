"""Detection of encodings: searchidx's answers beside those of charset-normalizer and chardet.

python benchmarks/encodings.py [--samples N] [--save]

An answer is right if the text it gives is the text. The detectors answer with a name only; where that names a subset
of what people write under it (GB2312 for GB18030, Big5 for CP950 or Big5-HKSCS) the second column of each reads it as
its superset, which is what a careful user of the detector would do. Nobody is told anything but the bytes.
"""

import csv
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import chardet
import charset_normalizer
from report import Table, arguments, parse, publish

from searchidx.errors import ReadError
from searchidx.readers.encodings import decode

FAMILIES = {
    "gb18030": ("gb18030",),
    "big5": ("cp950", "big5hkscs", "big5"),
    "utf-8": ("utf-8-sig",),
    "utf-16-le": ("utf-16-le",),
    "utf-16-be": ("utf-16-be",),
}
SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "big5": "cp950", "ascii": "utf-8"}
LENGTHS = (8, 20, 60, 300)
NOTE = """An answer is right if it gives the text. *As named*: decoded strictly by the name the detector gives; *superset*: by the
superset of it that people write under that name (GB18030 for GB2312, CP950 for Big5)."""
SEED = 20231

Answer = Callable[[bytes], str | None]
"""Bytes to text, or None where it can't be read."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Bytes and the encoding they are in."""

    data: bytes
    encoding: str

    def is_right(self, text: str | None) -> bool:
        """Return true if a text is what the bytes say; a byte order mark isn't text."""
        wanted = (self.data.decode(codec, "replace") for codec in FAMILIES[self.encoding])
        return text is not None and text.removeprefix("\ufeff") in (
            truth.removeprefix("\ufeff") for truth in wanted
        )


def ours(data: bytes) -> str | None:
    """Decode as searchidx does."""
    try:
        return decode(data).text
    except ReadError:
        return None


def normalizer_name(data: bytes) -> str | None:
    """Ask charset-normalizer."""
    best = charset_normalizer.from_bytes(data).best()
    return best.encoding if best else None


def chardet_name(data: bytes) -> str | None:
    """Ask chardet."""
    return chardet.detect(data)["encoding"]


def as_named(name_of: Callable[[bytes], str | None]) -> Answer:
    """Decode by the name a detector gives, strictly."""

    def answer(data: bytes) -> str | None:
        name = name_of(data)
        return _strictly(data, name) if name else None

    return answer


def as_superset(name_of: Callable[[bytes], str | None]) -> Answer:
    """Decode by the superset of what a detector names, damage allowed."""

    def answer(data: bytes) -> str | None:
        name = (name_of(data) or "").lower().replace("_", "-")
        try:
            return data.decode(SUPERSETS.get(name, name), "replace") if name else None
        except LookupError:
            return None

    return answer


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


ANSWERS: dict[str, Answer] = {
    "searchidx": ours,
    "charset-normalizer, as named": as_named(normalizer_name),
    "charset-normalizer, superset": as_superset(normalizer_name),
    "chardet, as named": as_named(chardet_name),
    "chardet, superset": as_superset(chardet_name),
}


def labelled(data: Path) -> list[Sample]:
    """Read the labelled pages by their manifest."""
    with (data / "encodings" / "manifest.tsv").open(encoding="utf-8") as manifest:
        return [
            Sample((data / "encodings" / row["path"]).read_bytes(), _family(row["true_encoding"]))
            for row in csv.DictReader(manifest, delimiter="\t")
        ]


def tree(data: Path) -> dict[str, list[Sample]]:
    """Read the tree of mixed encodings by its list."""
    root = data / "trees" / "mixed-encodings"
    gbk = set((data / "trees" / "mixed-encodings.gbk.txt").read_text("utf-8").splitlines())
    samples: dict[str, list[Sample]] = {"gb18030": [], "utf-8": []}
    for path in sorted(root.rglob("*.md")):
        encoding = "gb18030" if str(path.relative_to(root)) in gbk else "utf-8"
        samples[encoding].append(Sample(path.read_bytes(), encoding))
    return samples


def cut(data: Path, samples: int) -> Iterator[tuple[str, list[Sample]]]:
    """Cut pieces of several lengths out of real text and write them in every encoding that has their characters."""
    chance = random.Random(SEED)
    simplified = _text(sorted((data / "trees" / "lctt").rglob("*.md"))[:400])
    traditional = "\n".join(
        sample.data.decode("cp950", "replace") for sample in labelled(data) if sample.encoding == "big5"
    )
    for encoding, text in (
        ("gb18030", simplified),
        ("big5", traditional),
        ("gb18030", traditional),
        ("utf-16-le", simplified),
        ("utf-16-be", simplified),
    ):
        script = "traditional" if text is traditional else "simplified"
        for length in LENGTHS:
            pieces = list(_pieces(text, length, encoding, samples, chance))
            yield f"{length} characters, {script}, {encoding}", pieces


def _text(paths: Sequence[Path]) -> str:
    return "\n".join(path.read_text("utf-8", "ignore") for path in paths)


def _pieces(text: str, length: int, encoding: str, samples: int, chance: random.Random) -> Iterator[Sample]:
    """Pieces of which at least half are Han characters, as a file of Chinese text is."""
    codec = FAMILIES[encoding][0]
    found = tries = 0
    while found < samples and tries < 400 * samples:
        tries += 1
        start = chance.randrange(len(text) - length)
        piece = text[start : start + length]
        if "\ufffd" in piece or 2 * sum("\u4e00" <= c <= "\u9fff" for c in piece) < length:
            continue
        try:
            data = piece.encode(codec)
        except UnicodeEncodeError:
            continue
        found += 1
        yield Sample(data, encoding)


def _family(name: str) -> str:
    return "gb18030" if name == "gb2312" else name


def accuracy(title: str, sets: Sequence[tuple[str, list[Sample]]], note: str = "") -> Table:
    """Count right answers of everybody over every set."""
    rows = []
    for name, samples in sets:
        if not samples:
            continue
        right = [
            sum(sample.is_right(answer(sample.data)) for sample in samples) for answer in ANSWERS.values()
        ]
        rows.append((f"{name} ({len(samples)})", *(f"{count / len(samples):.1%}" for count in right)))
    return Table(title, ("", *ANSWERS), rows, note)


def speed(samples: Sequence[Sample]) -> Table:
    """Time everybody over the same files, by the processor's clock."""
    size = sum(len(sample.data) for sample in samples) / 1e6
    rows = []
    for name in ("searchidx", "charset-normalizer, superset", "chardet, superset"):
        start = time.process_time()
        for sample in samples:
            ANSWERS[name](sample.data)
        taken = time.process_time() - start
        rows.append(
            (name.partition(",")[0], f"{taken / len(samples) * 1000:.2f} ms", f"{size / taken:.1f} MB/s")
        )
    return Table(
        "Time to detect and decode", ("", "a file", "speed"), rows, f"{len(samples)} files, {size:.1f} MB."
    )


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=100, help="pieces of each length and encoding")
    options = parse(parser)
    if not (options.data / "encodings").exists():
        sys.exit(f"{options.data}: no labelled pages there: name the folder with --data")
    pages = labelled(options.data)
    by_label = {label: [page for page in pages if page.encoding == label] for label in ("gb18030", "big5")}
    mixed = tree(options.data)
    files = [
        *((f"labelled pages, {label}", samples) for label, samples in by_label.items()),
        *((f"tree of mixed encodings, {label}", samples) for label, samples in mixed.items()),
    ]
    publish(
        "encodings",
        [
            accuracy("Right text, real files", files, NOTE),
            accuracy("Right text, pieces of real text", list(cut(options.data, options.samples))),
            speed([*pages, *mixed["gb18030"], *mixed["utf-8"][:100]]),
        ],
        save=options.save,
    )


if __name__ == "__main__":
    main()
