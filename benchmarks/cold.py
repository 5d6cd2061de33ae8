"""Cold queries: a fresh process, one query, ten hits, the end. searchidx beside a minimal tantivy + rjieba script.

python benchmarks/cold.py [--corpus DIR] [--repeats N] [--save]
"""

import subprocess
import sys
from collections import Counter
from pathlib import Path

from building import our_index, peer_index
from drawing import very_common_word
from extraction import extracted, passages
from measuring import cold_in_turns, searchidx_command
from peers import Passage
from peers.words import words
from report import Table, arguments, mebibytes, milliseconds, parse, publish, times

from searchidx.fold import fold

MINIMAL = Path(__file__).with_name("minimal") / "tantivy_rjieba.py"


def queries_for(texts: list[Passage]) -> dict[str, str]:
    """Choose one query of each kind that the corpus can answer."""
    counts = Counter(word for passage in texts[:20_000] for word in set(words(passage.text)))
    rare = min(
        word
        for word, count in counts.items()
        if count == 1 and len(word) >= 3 and word.isalpha() and word > "一"
    )
    return {
        "two words in one": "防火墙规则",
        "a rare word": rare,
        "a very common word": very_common_word(texts),
        "two words": "文件 权限",
        "a phrase": '"操作系统"',
    }


def check(command: list[str], query: str, texts: list[Passage]) -> None:
    """Hold the answer to a plain scan: what is there is found, and its text shown."""
    wanted = fold(query.strip('"'))
    there = any(all(word in fold(passage.text) for word in wanted.split()) for passage in texts)
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    assert run.returncode == (0 if there else 1) or run.stdout, (query, run.returncode)
    if there:
        first = fold(run.stdout.splitlines()[0])
        assert any(word in first for word in wanted.split()), (query, first)


def compare(corpus: Path, repeats: int) -> Table:
    """Time every query with both."""
    extract = extracted(corpus)
    texts = list(passages(extract))
    ours, tantivy = our_index(corpus), peer_index("tantivy", extract)
    rows = []
    for kind, query in queries_for(texts).items():
        commands = {
            "ours": [*searchidx_command(), "search", "--index", str(ours), query],
            "tantivy": [sys.executable, str(MINIMAL), str(tantivy), query],
        }
        check(commands["ours"], query, texts)
        cold = cold_in_turns(commands, repeats)
        rows.append(
            (
                f"{kind}: {query}",
                milliseconds(cold["ours"].seconds),
                milliseconds(cold["tantivy"].seconds),
                times(cold["ours"].seconds / cold["tantivy"].seconds),
                mebibytes(cold["ours"].peak),
                mebibytes(cold["tantivy"].peak),
            )
        )
    columns = (
        "query",
        "searchidx",
        "tantivy + rjieba",
        "ratio",
        "searchidx, peak memory",
        "tantivy, peak memory",
    )
    return Table(
        f"Cold query on {corpus.name}: {len(texts):,} paragraphs",
        columns,
        rows,
        f"Medians of {repeats} runs in turns.",
    )


def growth(small: Path, large: Path, repeats: int, query: str = "系统 公司") -> Table:
    """Time one query on a small and on a large index."""
    commands = {
        place.name: [*searchidx_command(), "search", "--index", str(our_index(place)), query]
        for place in (small, large)
    }
    for command in commands.values():
        assert subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0
    bare = {"python -c pass": [sys.executable, "-c", "pass"]}
    cold = cold_in_turns(commands | bare, repeats)
    base = cold[small.name].seconds
    rows = [
        (name, milliseconds(run.seconds), times(run.seconds / base), mebibytes(run.peak))
        for name, run in cold.items()
    ]
    return Table(
        f"Does a cold query grow with the index? ({query})", ("", "time", "ratio", "peak memory"), rows
    )


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], corpus="trees/lctt")
    parser.add_argument("--repeats", type=int, default=15)
    options = parse(parser)
    tables = [compare(options.corpus, options.repeats)]
    small = options.data / "newspaper"
    if small.exists():
        tables.append(growth(small, options.corpus, options.repeats))
    publish("cold", tables, save=options.save)


if __name__ == "__main__":
    main()
