"""searchidx beside the stock recipe, Whoosh + ChineseAnalyzer: complete, relevant, quick to start, quick to index.

python benchmarks/baseline.py [--questions N] [--substrings N] [--save]
"""

import shutil
import subprocess
import sys
from pathlib import Path

from building import build_peer, index_command, our_index, peer_index
from drawing import substrings
from extraction import extracted, megabytes, passages, work_folder
from measuring import cold_in_turns, run_watched, searchidx_command
from peers import Searcher, available, peer
from report import Table, arguments, milliseconds, parse, publish, times

from searchidx.evaluation import METRICS, read_judged_queries, score_query
from searchidx.fold import fold

SETS = ("cmrc2018", "dureader_checklist")
MINIMAL = Path(__file__).with_name("minimal")


def completeness(corpus: Path, paragraphs: int, draws: int) -> Table:
    """Count random substrings for which an engine does not find every paragraph that has them."""
    part = _part(corpus, paragraphs)
    extract = extracted(part)
    texts = [(passage.key, fold(passage.text)) for passage in passages(extract)]
    pieces = substrings(list(passages(extract)), draws)
    truth = {piece: {key for key, text in texts if fold(piece) in text} for piece in pieces}
    assert all(truth.values()), "every piece was drawn from a paragraph"
    from peers import ours

    searchidx, stock = ours.open_index(our_index(part)), peer("stock").open(peer_index("stock", extract))
    rows = []
    for name, find in {
        "stock recipe, as typed": stock.keys,
        "stock recipe, in quotes": lambda piece: stock.keys('"{}"'.format(piece.replace('"', " "))),
        "searchidx -F": searchidx.literal_keys,
    }.items():
        answers = {piece: find(piece) for piece in truth}
        missed = sum(1 for piece, found in answers.items() if truth[piece] - found)
        lost = sum(len(truth[piece] - found) for piece, found in answers.items())
        extra = sum(1 for piece, found in answers.items() if found - truth[piece])
        rows.append(
            (name, f"{missed} of {len(truth)}", f"{lost / sum(map(len, truth.values())):.1%}", f"{extra}")
        )
    return Table(
        "Complete: random substrings of 1–12 characters against a plain scan",
        ("", "substrings with a paragraph missed", "paragraphs missed", "substrings with a wrong hit"),
        rows,
        f"{len(texts):,} paragraphs of {corpus.name}. A wrong hit is a paragraph without the substring: the stock recipe looks for words.",
    )


def relevance(data: Path, most: int) -> Table:
    """Put people's whole questions to every engine."""
    names = ("stock", "tantivy", "fts5")
    rows = []
    for collection in SETS:
        folder = data / "retrieval" / collection
        judged = read_judged_queries(str(folder / "queries.jsonl"), str(folder / "qrels.tsv"))[: most or None]
        extract = extracted(folder / "corpus.jsonl")
        from peers import ours

        engines: dict[str, Searcher] = {"searchidx": ours.open_index(our_index(folder / "corpus.jsonl"))}
        for key, engine in available(names).items():
            engines[engine.name] = engine.open(peer_index(key, extract))
        for name, engine in engines.items():
            scores = [
                score_query(tuple(dict.fromkeys(hit.key for hit in engine.top(query.text, 100))), query.gains)
                for query in judged
            ]
            means = [sum(score[metric] for score in scores) / len(scores) for metric in METRICS]
            rows.append(
                (f"{collection} ({len(judged):,} questions): {name}", *(f"{mean:.3f}" for mean in means))
            )
    return Table("Relevant: whole questions as queries", ("", *METRICS), rows)


def cold_start(page: Path, query: str = "产业赋能大使") -> Table:
    """Start, answer one query on one newspaper page, end."""
    ours, stock = our_index(page), peer_index("stock", extracted(page))
    commands = {
        "stock recipe": [sys.executable, str(MINIMAL / "stock_whoosh.py"), str(stock), query],
        "searchidx": [*searchidx_command(), "search", "--index", str(ours), query],
    }
    assert "产业赋能大使" in subprocess.check_output(commands["searchidx"], text=True)
    measured = cold_in_turns(commands, 7)
    best = measured["searchidx"].seconds
    rows = [
        (name, milliseconds(cold.seconds), times(cold.seconds / best), f"{cold.peak / 2**20:.0f} MiB")
        for name, cold in measured.items()
    ]
    return Table(
        f"Cold start: {query} on one newspaper page", ("", "whole process", "ratio", "peak memory"), rows
    )


def indexing(corpus: Path, paragraphs: int) -> Table:
    """Index the same files with both."""
    part = _part(corpus, paragraphs)
    extract = extracted(part)
    size = megabytes(passages(extract))
    target = work_folder() / "baseline-index"
    stock = build_peer("stock", extract, 0, work_folder() / "baseline-stock").wall
    shutil.rmtree(target, ignore_errors=True)
    ours = run_watched(index_command(target, part)).wall
    rows = [
        ("stock recipe", f"{stock:.1f} s", f"{size / stock:.2f} MB/s", times(1)),
        (
            "searchidx, from files to committed index",
            f"{ours:.1f} s",
            f"{size / ours:.2f} MB/s",
            times(stock / ours),
        ),
    ]
    return Table(f"Indexing: {size:.1f} MB of {corpus.name}", ("", "time", "speed", "ratio"), rows)


def _part(corpus: Path, paragraphs: int) -> Path:
    """Copy the first files of a corpus that together have so many paragraphs."""
    from extraction import files_of, read_corpus

    target = work_folder() / f"{corpus.name}-{paragraphs}"
    if target.exists():
        return target
    partial, count = target.with_suffix(".part"), 0
    shutil.rmtree(partial, ignore_errors=True)
    for path in files_of(corpus):
        copy = partial / path.relative_to(corpus.resolve())
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        count += sum(1 for _ in read_corpus(path))
        if count >= paragraphs:
            break
    partial.rename(target)
    return target


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], corpus="trees/lctt")
    parser.add_argument("--questions", type=int, default=0, help="only the first N of each set")
    parser.add_argument("--substrings", type=int, default=1000, help="how many substrings to draw")
    parser.add_argument(
        "--paragraphs", type=int, default=8000, help="how much of the corpus the stock recipe is given"
    )
    options = parse(parser)
    tables = [
        completeness(options.corpus, options.paragraphs, options.substrings),
        relevance(options.data, options.questions),
        cold_start(options.data / "newspaper"),
        indexing(options.corpus, 5 * options.paragraphs),
    ]
    publish("baseline", tables, save=options.save)


if __name__ == "__main__":
    main()
