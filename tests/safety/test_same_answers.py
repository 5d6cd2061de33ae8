"""Same in, same out: whatever is done in whatever order, an index holds and answers what its files say, and nothing else.

The measure is a dictionary of what each file says. Adding, changing, removing, merging, opening again and crashing come
in any order that hypothesis thinks of; at the end an index made of the same files in one go has to give the same hits
with the same scores.
"""

import os
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from searchidx.errors import NoIndexError
from searchidx.fold import fold
from searchidx.ingest import merging, update
from searchidx.ingest import run as running
from searchidx.local.commit import merge_policy
from searchidx.local.commit.check import check
from searchidx.local.commit.index_writer import IndexWriter
from searchidx.local.engine import LocalEngine
from searchidx.local.format import filesystem
from searchidx.local.segment import manifest
from searchidx.query import parse
from searchidx.request import SearchRequest
from tests.safety.held import SOAK, held, strays, times

CORPUS = Path(__file__).resolve().parents[2] / "fixtures" / "corpus"
OPERATIONS = ("write_file", "rename", "remove", "flush_folder")

NAMES = st.sampled_from(["a.txt", "b.txt", "c.md", "d.md", "e.txt", "下层/f.txt", "下层/g.md"])
WORDS = ("水库", "桥梁", "水库与桥梁", "隧道", "gcc-12", "的", "繁體", "2023-04-20")
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("，".join), max_size=4)
FILES = st.dictionaries(NAMES, TEXTS | st.none(), min_size=1)
Held = dict[str, tuple[str, ...]]


class Crash(BaseException):
    """What nobody catches: the process is gone."""


class Index(RuleBasedStateMachine):
    """An index beside a dictionary; files change in between, and are known to the index once it is brought up to date."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Path(tempfile.mkdtemp(prefix="searchidx-model-"))
        self.source = self.top / "source"
        (self.source / "下层").mkdir(parents=True)
        self.index = str(self.top / "index")
        self.files: Held = {}
        self.indexed: Held | None = None  # None: no index yet
        self.refreshes = False  # whether a bare update knows the source
        self.kept: tuple[LocalEngine, Held] | None = None
        self.clock = 10**18
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(os, "fsync", lambda _: None)  # power cuts are the business of another test

    def teardown(self) -> None:
        try:
            if self.indexed is not None:
                self.bring_up_to_date()
                self.assert_answers_as_if_made_in_one_go()
                assert strays(self.index) == []
                assert check(self.index) == ((), (), ())
        finally:
            self.patch.undo()
            shutil.rmtree(self.top)

    # --- What happens to the files -----------------------------------------------------------------------------------

    @initialize(files=FILES, width=st.sampled_from([2, 3, 8]), stale=st.sampled_from([0.2, 0.4, 2.0]))
    def begin(self, files: dict[str, list[str] | None], width: int, stale: float) -> None:
        """Segments are merged when there are so many, or so much of one is deleted."""
        self.patch.setattr(merge_policy, "MAX_TIER_SEGMENTS", width)
        self.patch.setattr(merge_policy, "_MAX_DELETED_SHARE", stale)
        self.edit(files)
        self.bring_up_to_date()

    @rule(files=FILES)
    def edit(self, files: dict[str, list[str] | None]) -> None:
        """New files, new content in old ones, and None for a file that goes."""
        for name, lines in files.items():
            path = self.source / name
            if lines is None:
                path.unlink(missing_ok=True)
                self.files.pop(str(path), None)
                continue
            path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
            self.clock += 10**9
            os.utime(path, ns=(self.clock, self.clock))
            self.files[str(path)] = tuple(lines)

    @rule(files=FILES)
    def edit_and_bring_up_to_date(self, files: dict[str, list[str] | None]) -> None:
        self.edit(files)
        self.bring_up_to_date()

    # --- What happens to the index -----------------------------------------------------------------------------------

    @rule()
    def bring_up_to_date(self) -> None:
        update.update(self.index, [str(self.source)])
        self.indexed = dict(self.files)
        self.refreshes = True

    @precondition(lambda self: self.refreshes)
    @rule()
    def refresh(self) -> None:
        update.update(self.index)
        self.indexed = dict(self.files)

    @rule(name=NAMES)
    def take_in_one(self, name: str) -> None:
        """One path alone; what is not there leaves the index."""
        path = str(self.source / name)
        update.update(self.index, [path])
        self.indexed = self.with_one(path)

    @precondition(lambda self: self.indexed is not None)
    @rule(name=NAMES | st.sampled_from(["下层", "."]))
    def remove(self, name: str) -> None:
        """From the index and not from the disk; a root that is taken out is not refreshed any more."""
        top = os.path.normpath(self.source / name)
        update.remove(self.index, [top])
        self.indexed = self.without(top)
        self.refreshes &= name != "."

    @precondition(lambda self: self.indexed is not None)
    @rule()
    def merge_all(self) -> None:
        """All segments become one, whatever they are like."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                merge_policy, "plan", lambda entries, _: [list(range(len(entries)))][: len(entries) // 2]
            )
            with IndexWriter(self.index) as writer:
                writer.commit()
        assert len(manifest.read(self.index).segments) <= 1

    @rule(
        operation=st.integers(1, 14),
        half=st.booleans(),
        what=st.sampled_from(["update", "remove"]),
        name=NAMES,
    )
    def crash(self, operation: int, half: bool, what: str, name: str) -> None:
        """In the midst of a run: all of it is there, or nothing."""
        path = str(self.source / name)
        with pytest.MonkeyPatch.context() as patch:
            crash_at(patch, operation, half=half)
            try:
                if what == "update" or self.indexed is None:
                    after: Held = dict(self.files)
                    update.update(self.index, [str(self.source)])
                else:
                    after = self.without(path)
                    update.remove(self.index, [path])
            except Crash:
                pass
        now = self.found()
        assert now in (self.indexed, after)
        if now == after:
            self.indexed = after
            self.refreshes |= what == "update"
        if (
            self.refreshes and now is not None
        ):  # whether the roots were committed too is seen by doing it again
            self.bring_up_to_date()

    @precondition(lambda self: self.indexed is not None)
    @rule()
    def open_again(self) -> None:
        """A reader that stays open while the index goes on."""
        assert self.indexed is not None
        self.kept = LocalEngine(self.index), dict(self.indexed)

    # --- What must be true at any time -------------------------------------------------------------------------------

    @invariant()
    def it_holds_what_was_committed(self) -> None:
        assert self.found() == self.indexed

    @invariant()
    def it_finds_what_it_holds(self) -> None:
        if self.indexed is not None:
            self.assert_finds(LocalEngine(self.index), self.indexed)

    @precondition(lambda self: self.kept is not None)
    @invariant()
    def an_open_reader_sees_the_commit_it_was_opened_at(self) -> None:
        assert self.kept is not None
        self.assert_finds(*self.kept)

    def assert_finds(self, reader: LocalEngine, model: Held) -> None:
        word = WORDS[self.clock // 10**9 % len(WORDS)]
        expected = sorted(
            (path, text) for path, texts in model.items() for text in texts if fold(word) in fold(text)
        )
        page = reader.search(SearchRequest(parse(word, literal=True), limit=0))
        assert sorted((hit.path, hit.text) for hit in page.hits) == expected
        assert reader.count(SearchRequest(parse(word, literal=True))) == page.total == len(expected)
        assert {hit.path for hit in page.hits} == {
            entry.path for entry in reader.files(SearchRequest(parse(word, literal=True)))
        }

    def assert_answers_as_if_made_in_one_go(self) -> None:
        fresh = str(self.top / "fresh")
        update.update(fresh, [str(self.source)])
        assert answers(LocalEngine(self.index), WORDS) == answers(LocalEngine(fresh), WORDS)

    def found(self) -> Held | None:
        try:
            return held(self.index)
        except NoIndexError:
            return None

    def with_one(self, path: str) -> Held:
        here = {path: self.files[path]} if path in self.files else {}
        return {known: texts for known, texts in (self.indexed or {}).items() if known != path} | here

    def without(self, top: str) -> Held:
        return {
            path: texts
            for path, texts in (self.indexed or {}).items()
            if path != top and not path.startswith(top + os.sep)
        }


def crash_at(patch: pytest.MonkeyPatch, operation: int, *, half: bool) -> None:
    """From one operation on the disk on, none happens any more; that one may happen by half."""
    left = operation

    def counted(name: str, usual: Any) -> Any:
        def call(*given: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0 and half and name == "write_file":
                Path(given[0]).write_bytes(b"".join(map(bytes, given[1]))[::2])
            if left <= 0:
                raise Crash
            return usual(*given)

        return call

    for name in OPERATIONS:
        patch.setattr(filesystem, name, counted(name, getattr(filesystem, name)))


def answers(reader: LocalEngine, queries: Any) -> list[Any]:
    """All that can be seen of the hits, scores to the last bit included."""
    return [
        [
            (page.total, page.tiers, page.hits)
            for page in [reader.search(SearchRequest(parse(query), limit=0))]
        ]
        for query in queries
    ]


@pytest.mark.parametrize("part", range(times(1, 50)))
def test_any_order_of_whatever_happens(part):
    """Two hundred sequences; in a soak fifty times as many, which hypothesis is quicker with in parts."""
    every = settings(
        max_examples=200,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Index, settings=settings(every, derandomize=False) if SOAK else every)


# --- However the work was shared out ---------------------------------------------------------------------------------


def test_any_number_of_processes_and_any_order_of_batches_give_the_same_answers(tmp_path, monkeypatch):
    queries = [
        *WORDS,
        "跑腿专员",
        "开户许可证",
        "旧仓库 桥",
        '"招了招手"',
        "打桩 AND (噪音 OR 施工)",
        "举报 -奖励",
        "的 了",
        "a",
    ]
    files = sorted(str(path) for path in CORPUS.rglob("*") if path.is_file())
    update.update(str(tmp_path / "one go"), [str(CORPUS)], processes=1)
    expected = answers(LocalEngine(str(tmp_path / "one go")), queries)
    assert sum(entry[0][0] for entry in expected) > 300
    chance = random.Random(9)
    usual = running._batches
    monkeypatch.setattr("searchidx.ingest.run._batches", lambda *given: shuffled(list(usual(*given)), chance))
    for number in range(times(3, 60)):
        monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)
        monkeypatch.setattr(merging, "ALONE_BYTES", chance.choice((0, 8 << 20)))
        monkeypatch.setattr("searchidx.ingest.run.BATCH_BYTES", chance.choice((2_000, 20_000, 9 << 20)))
        monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", chance.choice((2, 3, 8)))
        index = str(tmp_path / str(number))
        chosen = shuffled(files, chance)
        cuts = sorted(chance.sample(range(1, len(files)), number % 2))
        for start, end in zip([0, *cuts], [*cuts, len(files)], strict=True):
            update.update(index, chosen[start:end], processes=number % 4 + 1)
        assert answers(LocalEngine(index), queries) == expected, f"index {number}"
        assert strays(index) == []


def shuffled(given: list[Any], chance: random.Random) -> list[Any]:
    return chance.sample(given, len(given))
