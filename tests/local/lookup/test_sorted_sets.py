"""Sets as ascending arrays are those of Python's own sets."""

import subprocess
import sys

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.local.lookup import sorted_sets

quick = settings(deadline=None, max_examples=100)
numbers = st.sets(st.integers(0, 40), max_size=20)


def array(values) -> np.ndarray:
    return np.array(sorted(values), np.int64)


@quick
@given(numbers, numbers)
def test_they_are_those_of_sets(one, other):
    first, second = array(one), array(other)
    assert sorted_sets.union(first, second).tolist() == sorted(one | other)
    assert sorted_sets.common(first, second).tolist() == sorted(one & other)
    assert sorted_sets.without(first, second).tolist() == sorted(one - other)
    assert sorted_sets.are_in(first, second).tolist() == [value in other for value in sorted(one)]


@quick
@given(st.lists(st.integers(0, 40), max_size=20))
def test_distinct_values_come_once_and_ascend(values):
    assert sorted_sets.distinct(np.array(values, np.int64)).tolist() == sorted(set(values))


def test_masked_arrays_are_not_imported_for_a_query(tmp_path):
    """They take as long to import as everything else of a query together."""
    (tmp_path / "a.txt").write_text("水库与桥梁 https://example.com/a\n", encoding="utf-8")
    program = (
        "import sys, searchidx; index = searchidx.open(sys.argv[1]);"
        "[index.search(query) for query in ('水库', '桥', 'example', '水庫', 'https com', '\"库与\"')];"
        "sys.exit('numpy.ma' in sys.modules)"
    )
    index = tmp_path / "index"
    subprocess.run(
        [sys.executable, "-m", "searchidx", "index", "--index", index, tmp_path / "a.txt"], check=True
    )
    subprocess.run([sys.executable, "-c", program, index], check=True)
