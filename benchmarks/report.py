"""Tables: printed, and with ``--save`` kept in ``results/`` with the date, the machine and the versions."""

import argparse
import os
import platform
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).with_name("results")
PACKAGES = (
    "searchidx",
    "Whoosh",
    "jieba",
    "rjieba",
    "numpy",
    "tantivy",
    "charset-normalizer",
    "chardet",
    "markdown-it-py",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; a note below it says what a reader must know."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def markdown(self) -> str:
        """Return the table as Markdown, readable as plain text too."""
        lines = [
            f"## {self.title}",
            "",
            _row(self.columns),
            _row([":--", *["--:"] * (len(self.columns) - 1)]),
        ]
        lines += [_row(row) for row in self.rows]
        return "\n".join([*lines, *(["", self.note] if self.note else []), ""])


def arguments(purpose: str, *, corpus: str | None = None) -> argparse.ArgumentParser:
    """Return the options that every benchmark has."""
    parser = argparse.ArgumentParser(description=purpose)
    data = Path(__file__).resolve().parents[2] / "shared" / "data"
    parser.add_argument(
        "--data", type=Path, default=data, help="folder with the public sets (default: beside the project)"
    )
    if corpus is not None:
        parser.add_argument("--corpus", type=Path, help=f"folder to index (default: {corpus} of --data)")
        parser.set_defaults(default_corpus=corpus)
    parser.add_argument("--save", action="store_true", help="keep the result in benchmarks/results")
    return parser


def parse(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Read the command line; a corpus that is not there ends with one line."""
    options = parser.parse_args()
    if hasattr(options, "corpus"):
        options.corpus = (options.corpus or options.data / options.default_corpus).resolve()
        if not options.corpus.exists():
            sys.exit(f"{options.corpus}: not found: name a folder of Chinese text with --corpus")
    return options


def result_file(name: str) -> Path:
    """Return the path of a result of today."""
    RESULTS.mkdir(exist_ok=True)
    return RESULTS / f"{datetime.now(UTC).date().isoformat()}-{name}"


def publish(name: str, tables: Sequence[Table], *, save: bool) -> None:
    """Print the tables, and keep them when asked to."""
    text = "\n".join(table.markdown() for table in tables)
    print(text)
    if save:
        target = result_file(f"{name}.md")
        target.write_text(f"# {target.stem}\n\n{machine()}\n\n{text}", "utf-8")
        print(f"kept as benchmarks/results/{target.name}")


def machine() -> str:
    """Describe what this ran on; nothing that would tell whose machine it is."""
    packages = ", ".join(f"{package} {found}" for package in PACKAGES if (found := _version(package)))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}; load {os.getloadavg()[1]:.1f}"
    )


def milliseconds(value: float) -> str:
    """Show seconds as milliseconds, three digits or so."""
    value *= 1000
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 10 else f"{value:.2f} ms"


def times(value: float) -> str:
    """Show a ratio."""
    return f"{value:.0f} ×" if value >= 20 else f"{value:.1f} ×" if value >= 2 else f"{value:.2f} ×"


def mebibytes(value: int | None) -> str:
    """Show bytes as MiB."""
    return "–" if value is None else f"{value / 2**20:.0f} MiB"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
