"""numpy without its documentation is numpy, in the version that is installed; versions that were not tested are left alone."""

import subprocess
import sys

import numpy as np

from searchidx._startup import bare_numpy

INSTALLED = np.__version__.rpartition(".")[0]

LOAD = f"""
import sys
from searchidx._startup import bare_numpy

bare_numpy.TESTED += ({INSTALLED!r},)
bare_numpy.load()
import numpy as np

assert not np.ndarray.__doc__, "the stubs were not used"
"""


def run(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr


def test_the_installed_numpy_is_a_tested_one():
    assert INSTALLED in bare_numpy.TESTED, (
        f"numpy {INSTALLED} is new: if the other tests of this file pass, add it to bare_numpy.TESTED"
    )


def test_numpy_is_complete_after_a_bare_import():
    run(
        LOAD
        + """
assert {*sys.modules}.isdisjoint(bare_numpy.STUBBED), "a stub is left"
import ast, ctypes, inspect, io, pickle, platform, textwrap
from numpy.typing import NDArray

assert "int64" in repr(NDArray[np.int64])
numbers = np.arange(5)
assert pickle.loads(pickle.dumps(numbers)).tolist() == [0, 1, 2, 3, 4]
assert numbers.ctypes.data_as(ctypes.POINTER(ctypes.c_int64)).contents.value == 0
assert np.dtype("3i4,2f8").names == ("f0", "f1")
assert np.linalg.inv(np.eye(2)).tolist() == [[1, 0], [0, 1]]
file = io.BytesIO()
np.save(file, numbers)
file.seek(0)
assert np.load(file).tolist() == numbers.tolist()
np.show_runtime()
np.info(np.unique, output=io.StringIO())
assert str(inspect.signature(np.diff)).startswith("(a, n=1, axis=-1")
"""
    )


def test_every_public_name_is_that_of_an_ordinary_import():
    names = "print(*sorted(name for name in dir(np) if not name.startswith('_')))"
    bare, ordinary = (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        for script in (f"{LOAD}\n{names}", f"import numpy as np\n{names}")
    )
    assert set(ordinary.split()) - set(bare.split()) == set()


def test_results_and_errors_are_those_of_an_ordinary_import():
    program = """
rows = np.array([[3, 1, 2], [9, 7, 8]], np.int32)
print(np.sort(rows, axis=1).tolist(), np.unique(rows % 3).tolist(), np.searchsorted([1, 5, 9], rows).tolist())
print(rows.view("V4").dtype, np.frombuffer(rows.tobytes(), "<u2")[:4], np.add.reduceat(rows.ravel(), [0, 2]))
print(np.random.default_rng(7).integers(0, 100, 5).tolist(), np.ma.array([1, 2], mask=[0, 1]).sum())
for attempt in (lambda: rows.reshape(4, 4), lambda: rows + np.arange(2), lambda: np.dtype("nonsense")):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__, error)
"""
    bare, ordinary = (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        for script in (LOAD + program, "import numpy as np\n" + program)
    )
    assert bare == ordinary
    assert ordinary.count("Error") == 3


def test_a_version_that_is_not_tested_is_imported_as_usual():
    run("""
from searchidx._startup import bare_numpy

bare_numpy.TESTED = ()
bare_numpy.load()
import numpy, sys

assert "numpy._typing._array_like" in sys.modules
assert numpy.ndarray.__doc__
""")
