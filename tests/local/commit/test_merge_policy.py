"""Which segments are merged: few are left, none grows too large, and nothing is written again too often."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.local.commit import merge_policy
from searchidx.local.commit.merge_policy import MAX_SEGMENT_BYTES, plan
from searchidx.local.indexing.occurrences import MAX_PARAGRAPHS
from searchidx.local.segment.manifest import SegmentEntry

MEGABYTE = 1 << 20


def entry(text_bytes: int, paragraphs: int = 1000, documents: int = 100, deleted: int = 0) -> SegmentEntry:
    """A segment."""
    return SegmentEntry("MAIN_0.seg", text_bytes, paragraphs, documents, text_bytes, tuple(range(deleted)))


def merged(entries: list[SegmentEntry], workers: int = 1) -> tuple[list[SegmentEntry], int]:
    """Segments as they are after all merges, and the bytes that were written."""
    written = 0
    while groups := plan(entries, workers):
        taken = [position for group in groups for position in group]
        assert len(taken) == len(set(taken))
        made = [together([entries[position] for position in group]) for group in groups]
        written += sum(one.text_bytes for one in made)
        entries = [one for position, one in enumerate(entries) if position not in taken] + made
    return entries, written


def together(group: list[SegmentEntry]) -> SegmentEntry:
    alive = [(one.documents - len(one.deleted)) / one.documents for one in group]
    return entry(
        sum(int(one.text_bytes * share) for one, share in zip(group, alive, strict=True)),
        sum(int(one.paragraphs * share) for one, share in zip(group, alive, strict=True)),
        sum(one.documents - len(one.deleted) for one in group),
    )


def test_a_first_build_ends_in_two_segments_merged_at_the_same_time():
    groups = plan([entry(8 * MEGABYTE)] * 8, workers=2)
    assert [len(group) for group in groups] == [4, 4]


def test_with_one_hand_a_first_build_ends_in_one_segment():
    assert plan([entry(8 * MEGABYTE)] * 8) == [list(range(8))]


def test_a_first_build_of_any_size_ends_in_few_segments_none_too_large():
    for count in (1, 2, 5, 20, 50, 100, 400):
        left, _ = merged([entry(8 * MEGABYTE)] * count, workers=2)
        assert max(one.text_bytes for one in left) <= MAX_SEGMENT_BYTES
        assert len(left) <= 4 + 1.5 * count * 8 * MEGABYTE / MAX_SEGMENT_BYTES, count


def test_what_was_just_merged_is_not_written_again_in_the_same_commit():
    """Where the merge of one tier fills the next, both are one merge."""
    small, middle = [entry(6 * MEGABYTE)] * 4, [entry(10 * MEGABYTE)] * 3
    assert plan([*middle, *small]) == [list(range(7))]


def test_a_segment_of_which_much_is_deleted_is_written_anew():
    assert plan([entry(100 * MEGABYTE, deleted=39)]) == []
    assert plan([entry(100 * MEGABYTE, deleted=40)]) == [[0]]


def test_few_paragraphs_enough_fit_a_segment():
    groups = plan([entry(MEGABYTE, paragraphs=MAX_PARAGRAPHS // 3)] * 6)
    assert [len(group) for group in groups] == [3, 3]


sizes = st.integers(0, 3 * MAX_SEGMENT_BYTES // MEGABYTE).map(lambda size: size * MEGABYTE) | st.integers(
    0, 5000
)
segments = st.builds(entry, sizes, st.integers(0, 3 * MAX_PARAGRAPHS // 2), st.just(100), st.integers(0, 100))


@settings(deadline=None)
@given(st.lists(segments, max_size=30), st.integers(1, 16))
def test_whatever_there_is_is_merged_within_the_limits_to_few(entries, workers):
    entries = [one if len(one.deleted) < one.documents else replace(one, deleted=()) for one in entries]
    left, _ = merged(entries, workers)
    largest = max([MAX_SEGMENT_BYTES, *(one.text_bytes for one in entries)])
    assert all(one.text_bytes <= largest for one in left)
    small = [
        one
        for one in left
        if one.text_bytes <= MAX_SEGMENT_BYTES // 2 and one.paragraphs <= MAX_PARAGRAPHS // 2
    ]
    assert len(small) < 3 * merge_policy.MAX_TIER_SEGMENTS


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 20 * MEGABYTE), st.integers(1, 300))
def test_many_commits_of_one_size_are_written_again_a_few_times_and_leave_few_segments(size, commits):
    left: list[SegmentEntry] = []
    written = 0
    for _ in range(commits):
        left, more = merged([*left, entry(size, 10, 10)])
        written += more
        large = [
            one for one in left if one.text_bytes >= merge_policy.MIN_TIER_BYTES * merge_policy.TIER_FACTOR
        ]
        assert len(left) - len(large) < 2 * merge_policy.MAX_TIER_SEGMENTS - 1
        assert len(large) < merge_policy.MAX_TIER_SEGMENTS + sum(one.text_bytes for one in large) / (
            MAX_SEGMENT_BYTES / 2
        )
    rounds = (
        max(commits - 1, 0) // 3 * min(size * commits, merge_policy.MIN_TIER_BYTES)
    )  # the lowest tier is small
    assert written <= 5 * commits * size + rounds


def test_segments_of_another_analysis_are_never_merged():
    small = SegmentEntry("MAIN_0.seg", 9, 1, 1, 9)
    older = replace(small, analysis="an older one")
    entries = [older, small] * 20
    groups = plan(entries)
    assert {entries[position].analysis for group in groups for position in group} == {small.analysis}
    assert plan([older] * 20) == []
