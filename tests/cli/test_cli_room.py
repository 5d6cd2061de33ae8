"""Exit code 1 means that nothing was found and nothing else, however little memory and however few open files there are."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere address space has no limit")

STARTS_FROM = 20 << 20
"""Bytes of address space from which Python comes to itself; with less it ends before any code of ours."""


def within(size: int) -> Callable[[], None]:
    """Hold the process that is about to start to an address space of so many bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size))


@pytest.fixture(scope="module")
def small(tmp_path_factory, command_words, cache) -> str:
    """An index of one document, searched once: compiling the dictionary takes more memory than a search."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "a.txt").write_text("跑腿专员走过了三条街。\n", encoding="utf-8")
    directory = str(folder / "index")
    env = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    for words in (["index", str(folder / "a.txt")], ["search", "跑腿"]):
        subprocess.run([*command_words, *words, "--index", directory], env=env, check=True)
    return directory


@pytest.mark.parametrize("size", [STARTS_FROM, *range(40 << 20, 200 << 20, 10 << 20)])
@pytest.mark.parametrize("command", ["search", "explain", "terms", "status"])
def test_too_little_memory_is_never_nothing_found(home, small, command_words, size, command):
    words = [*command_words, command, *(["跑腿"] if command != "status" else []), "--index", small]
    done = subprocess.run(words, capture_output=True, preexec_fn=within(size), check=False)
    lines = done.stderr.decode("utf-8").splitlines()
    assert (done.returncode, bool(done.stdout), bool(lines)) in ((0, True, False), (2, False, True))
    assert "Traceback" not in lines
    if size < 100 << 20:
        assert lines == ["searchidx: out of memory; the index is unchanged"]
    if size > 150 << 20:
        assert done.returncode == 0


@pytest.mark.parametrize("size", range(100 << 20, 180 << 20, 10 << 20))
def test_nothing_found_says_so_or_is_an_error(home, small, command_words, size):
    done = subprocess.run(
        [*command_words, "search", "龘龘龘", "--index", small],
        capture_output=True,
        preexec_fn=within(size),
        check=False,
    )
    found_nothing = done.stderr.decode("utf-8").startswith("searchidx: no match")
    assert done.returncode == (1 if found_nothing else 2)


@pytest.mark.parametrize("threads", ["64", "nonsense"])
def test_threads_that_others_want_of_openblas_are_not_started_here(
    home, small, command_words, monkeypatch, threads
):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", threads)
    words = [*command_words, "search", "跑腿", "--index", small]
    done = subprocess.run(words, capture_output=True, preexec_fn=within(160 << 20), check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        ("MemoryError", "out of memory while starting"),
        ("ImportError('libx.so')", "can't start: ImportError: libx.so"),
        ("SyntaxError('a\\nb')", "can't start: SyntaxError: a b"),
        ("SystemError", "can't start: SystemError: "),
    ],
)
def test_a_part_that_can_not_be_loaded_is_an_error(error, line):
    """Of the program's own modules, the first of which is loaded with nobody but the entry to see to it."""
    script = (
        "import builtins, sys\n"
        "from searchidx.cli.main import main\n"
        "usual = builtins.__import__\n"
        "def failing(name, *rest):\n"
        "    if name == 'searchidx.cli.dispatch':\n"
        f"        raise {error}\n"
        "    return usual(name, *rest)\n"
        "builtins.__import__ = failing\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"searchidx: {line}\n")


def test_a_library_that_is_not_there_says_what_to_do():
    script = "import sys; sys.modules['numpy'] = None; from searchidx.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "search", "a"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("searchidx: a module can't be loaded: ")
    assert done.stderr.endswith("; reinstall searchidx\n")


@pytest.mark.parametrize("instruction", ["nonsense", "bash_nonsense"])
def test_a_completion_that_can_not_be_had_is_an_error(spawn, instruction):
    assert spawn("sea", env={"_SEARCHIDX_COMPLETE": instruction}).code == 2


@pytest.mark.parametrize("files", [5, 6, 8, 12, 16])
@pytest.mark.parametrize(
    "command",
    [["search", "跑腿"], ["search", "龘龘龘"], ["status"], ["index"], ["explain", "跑腿"], ["check"]],
)
def test_too_few_open_files_are_told_in_one_line(home, small, command_words, files, command):
    done = subprocess.run(
        [*command_words, *command, "--index", small],
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
        check=False,
    )
    line = "searchidx: the limit of open files is too low; raise the limit with: ulimit -n 256\n"
    assert (done.returncode, done.stdout, done.stderr.decode("utf-8")) == (2, b"", line)


@pytest.mark.parametrize("files", [20, 24, 32, 48, 64, 256])
def test_what_is_found_does_not_depend_on_how_many_files_may_be_open(home, small, command_words, files):
    for query, code in (("跑腿", 0), ("龘龘龘", 1)):
        done = subprocess.run(
            [*command_words, "search", query, "--index", small],
            capture_output=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
            check=False,
        )
        assert done.returncode == code


@pytest.mark.parametrize("error", [errno.EMFILE, errno.ENFILE])
def test_files_that_run_out_later_say_what_to_do(searchidx, index, monkeypatch, error):
    usual = os.open

    def failing(path, *rest, **options):
        if str(path).endswith(".seg"):
            raise OSError(error, os.strerror(error), path)
        return usual(path, *rest, **options)

    monkeypatch.setattr(os, "open", failing)
    told = searchidx("search", "公园", "--index", str(index)).mistake
    assert told.endswith(f"{os.strerror(error)}; raise the limit with: ulimit -n 256")
