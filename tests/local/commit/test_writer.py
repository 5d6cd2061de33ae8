"""The local writer hands its merges to a runner as jobs."""

from searchidx.engines import backend
from tests.contract.places import InlineMerges, commit, document


def test_segments_of_a_tier_are_merged_by_the_runner_as_one_job(tmp_path):
    place = str(tmp_path / "index")
    runner = InlineMerges(place)
    with backend(place).write() as writer:
        for number in range(8):
            commit(writer, document(f"/{number}.txt", "小河" * 10), merging=runner)
    assert [job.text_bytes for job in runner.jobs] == [4 * 60, 7 * 60]
    assert backend(place).open(seconds=0).status().segments == 2
