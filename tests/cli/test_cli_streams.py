"""What the streams do to the output: terminals, pipes that close, locales, arguments that are no text."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path

import pytest

from searchidx.snippets import display_width

_ESCAPES = re.compile("\x1b\\[[0-9;]*[mK]|\x1b\\]8;;[^\x1b]*\x1b\\\\")


@pytest.fixture
def on_terminal(home, corpus, command_words):
    """Run a command with a terminal for its output, and give all that was written to it."""

    def run(*words: str, columns: int = 80, term: str = "xterm-256color", env: dict[str, str] | None = None):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = subprocess.Popen(
            [*command_words, *words],
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            cwd=corpus,
            env={**os.environ, "TERM": term, **(env or {})},
        )
        os.close(theirs)
        written = _drain(ours)
        os.close(ours)
        return process.wait(timeout=30), written.decode("utf-8").replace("\r\n", "\n")

    return run


def _drain(descriptor: int) -> bytes:
    written = b""
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:  # Linux says so when the other end is closed
            return written
        if not chunk:
            return written
        written += chunk


# --- Terminals -------------------------------------------------------------------------------------------


def test_a_terminal_gets_colour_links_and_a_summary(on_terminal, index, corpus):
    code, shown = on_terminal("search", "跑腿专员", "--index", str(index))
    assert code == 0
    assert "\x1b[1;31m跑腿专员\x1b[0m" in shown
    host = os.uname().nodename
    assert f"\x1b]8;;file://{host}{corpus}/%E6%96%B0%E9%97%BB/%E5%B2%9A%E6%B1%9F.md\x1b\\" in shown
    bare = _ESCAPES.sub("", shown)
    assert bare.startswith("新闻/岚江.md\n  5  岚江日报 › 聘任仪式\n     昨日，岚江市")
    assert re.search(r"\n\n\d+ paragraphs? .*· .* ms\n$", bare)


@pytest.mark.parametrize(
    ("words", "term", "env"),
    [
        ([], "xterm", {"NO_COLOR": "1"}),
        (["--color", "never"], "xterm", {}),
        ([], "dumb", {}),
        ([], "xterm", {"SEARCHIDX_COLOR": "never"}),
    ],
)
def test_whoever_wants_no_colour_gets_no_escape_sequence_at_all(on_terminal, index, words, term, env):
    code, shown = on_terminal("search", "跑腿专员", "--index", str(index), *words, term=term, env=env)
    assert code == 0
    assert "\x1b" not in shown


@pytest.mark.parametrize("columns", [40, 57, 80, 200])
def test_the_layout_follows_the_width_of_the_terminal(on_terminal, index, columns):
    _, shown = on_terminal("search", "专员 公园 电话 参数", "--index", str(index), columns=columns)
    above_summary = _ESCAPES.sub("", shown).split("\n\n")[0].splitlines()
    assert max(map(display_width, above_summary)) <= columns
    _, asked = on_terminal(
        "search", "专员 公园 电话 参数", "--index", str(index), "--width", "30", columns=columns
    )
    assert max(map(display_width, _ESCAPES.sub("", asked).split("\n\n")[0].splitlines())) <= 30


# --- Pipes -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Path:
    """An index with more hits than a pipe holds."""
    from searchidx import api

    folder = tmp_path_factory.mktemp("many")
    text = "\n\n".join(
        f"第{number}段说的还是跑腿专员的故事，从头说起，一直说到这一行写满为止。" for number in range(4000)
    )
    (folder / "long.txt").write_text(text, encoding="utf-8")
    with api.open(folder / "index", create=True) as opened:
        opened.add([folder / "long.txt"])
    return folder / "index"


@pytest.fixture(params=[None, "1"], ids=["buffered", "unbuffered"])
def buffering(request) -> str | None:
    """What is not written yet when a write fails, Python tries again at its end; many a container has it not buffer."""
    return request.param


def at(index: Path, buffering: str | None) -> dict[str, str]:
    """The environment of a command that uses an index."""
    buffered = {} if buffering is None else {"PYTHONUNBUFFERED": buffering}
    return {**os.environ, "SEARCHIDX_INDEX": str(index), **buffered}


needs_dev_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_pipe_that_closes_ends_the_command_quietly_as_it_ends_grep(home, many, command_words, form):
    process = subprocess.Popen(
        [*command_words, "search", "-n0", "跑腿专员", "--index", str(many), *form],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=30), told) == (141, b"")


@pytest.mark.parametrize("words", [["search", "跑腿专员"], ["status"], ["--help"], ["search", "--help"]])
def test_a_pipe_that_nobody_ever_read_is_as_quiet(home, index, command_words, buffering, words):
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [*command_words, *words], stdout=writing, stderr=subprocess.PIPE, env=at(index, buffering)
    )
    os.close(writing)
    assert process.communicate(timeout=30)[1] == b""
    assert process.returncode == 141


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_that_the_caller_has_closed_is_no_trouble(home, index, command_words, closed):
    script = f'exec "$@" {closed}'
    for query, code in (("跑腿专员", 0), ("龘龘龘", 1)):
        words = [*command_words, "search", query, "--index", str(index)]
        done = subprocess.run(["sh", "-c", script, "sh", *words], capture_output=True, check=False)
        assert done.returncode == code
        assert b"Traceback" not in done.stderr


def test_a_closed_pipe_for_the_messages_is_no_trouble(home, many, command_words, buffering):
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [*command_words, "search", "龘龘龘"], stdout=subprocess.PIPE, stderr=writing, env=at(many, buffering)
    )
    os.close(writing)
    assert process.communicate(timeout=30)[0] == b""
    assert process.returncode == 1


def test_all_hits_reach_a_pipe_that_stays_open(spawn, many):
    done = spawn("search", "-n", "0", "跑腿专员", "--index", str(many))
    assert len(done.lines) == 4000
    assert done.err == ""


@needs_dev_full
@pytest.mark.parametrize(
    "words",
    [["search", "-n0", "跑腿专员"], ["search", "-n1", "跑腿专员"], ["status"], ["--help"], ["index", "-h"]],
)
def test_a_full_disk_under_the_output_is_told_in_one_line(home, many, command_words, buffering, words):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*command_words, *words],
            stdout=full,
            stderr=subprocess.PIPE,
            env=at(many, buffering),
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode("utf-8").splitlines() == [
        "searchidx: the results can't be written: No space left on device"
    ]


@needs_dev_full
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["index"], 0),
        (["search", "跑腿专员"], 0),
        (["search", "龘龘龘"], 1),
        (["search", "跑腿专员", "--index", "nowhere"], 2),
        (["index", "nowhere"], 2),
        (["--nonsense"], 2),
    ],
)
def test_a_full_disk_under_the_messages_leaves_the_exit_code(
    home, many, command_words, buffering, words, code
):
    """Nothing can be told then, and nothing else goes wrong by it."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*command_words, *words],
            stdout=subprocess.PIPE,
            stderr=full,
            env=at(many, buffering),
            check=False,
        )
    assert (done.returncode, bool(done.stdout)) == (code, words == ["search", "跑腿专员"])


# --- Bytes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["C", "POSIX", "zh_CN.GBK", "en_US.ISO-8859-1", "nonsense"])
def test_output_is_utf_8_whatever_the_locale(spawn, index, locale):
    env = {"LC_ALL": locale, "LANG": locale, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": None}
    done = spawn("search", "023—49301888", "--index", str(index), env=env)
    assert done.code == 0
    assert "电话：023—49301888，联系人张奖山。" in done.out


@pytest.mark.parametrize("word", ["跑腿".encode("gbk"), b"--nonsense\xff", b"-\xff\x1b[31m"])
def test_arguments_that_are_not_utf_8_are_shown_safely_and_break_nothing(spawn, index, word):
    for line in (
        [b"search", b"--index", os.fsencode(index), word],
        [word],
        [b"index", word],
        [b"tokens", b"--", word],
    ):
        done = spawn(*line)
        assert done.code in (0, 1, 2)
        assert "internal error" not in done.err
        assert "\x1b" not in done.out + done.err


def test_a_path_that_is_not_utf_8_is_indexed_and_shown_safely(spawn, tmp_path):
    folder = tmp_path / "odd"
    folder.mkdir()
    name = os.fsencode(folder) + b"/\xc3\xfb\n\x1b[31m.txt"
    with open(name, "w", encoding="utf-8") as file:
        file.write("跑腿专员在此。\n")
    assert spawn("index", str(folder)).code == 0
    done = spawn("search", "跑腿专员")
    assert done.lines == [f"{folder}/\\xc3\\xfb␊␛[31m.txt:1:跑腿专员在此。"]
    hit = json.loads(spawn("search", "--json", "跑腿专员").lines[0])
    assert os.fsencode(hit["path"]) == name


def test_a_working_directory_that_is_gone_is_no_trouble(home, index, command_words, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", str(gone), *command_words, "search", "跑腿专员", "--index", str(index)],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "words", [["index", "."], ["search", "跑腿专员", "--index", "mine"], ["remove", "a.txt", "--index"]]
)
def test_a_path_from_a_working_directory_that_is_gone_is_refused(home, index, command_words, tmp_path, words):
    """It must never be read as one from the root."""
    words = [*words, str(index)] if words[-1] == "--index" else words
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", str(gone), *command_words, *words], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert (
        b"the working directory no longer exists; cd to another one or use an absolute path\n" in done.stderr
    )
    assert done.stderr.count(b"\n") == 1


# --- Ctrl-C ----------------------------------------------------------------------------------------------


def test_ctrl_c_while_indexing_is_one_line_and_leaves_an_index_that_opens(
    home, tmp_path, command_words, spawn
):
    folder = tmp_path / "big"
    folder.mkdir()
    text = "".join(f"第{number}段，跑腿专员走过了三条街，数过了每一盏灯。\n\n" for number in range(2_500))
    for number in range(100):
        (folder / f"{number}.txt").write_text(f"{number}\n\n{text}", encoding="utf-8")
    process = subprocess.Popen(
        [*command_words, "index", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    _wait_for_work(process, home / "data" / "searchidx" / "index")
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    lines = err.decode("utf-8").splitlines()
    assert lines[-1] == "searchidx: interrupted"
    assert all(line.startswith("searchidx: ") for line in lines)
    assert spawn("index", str(folder)).code == 0
    assert spawn("search", "-c", "跑腿专员").lines == [str(100 * 2_500)]


def _wait_for_work(process: subprocess.Popen[bytes], directory: Path) -> None:
    """Wait until a run has begun to write its index, and a little more."""
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        if directory.is_dir() and any(directory.iterdir()):
            select.select([], [], [], 0.7)
            return
        select.select([], [], [], 0.02)
    raise AssertionError("the run ended before it could be interrupted")
