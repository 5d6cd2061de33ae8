"""What to index can be said in every way people are used to, is remembered, and a mistake is one line."""

import json
import os
import signal
import subprocess
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests import documents


@pytest.fixture
def notes(home) -> Path:
    """A folder in the working directory, with hidden and ignored files in it."""
    folder = home / "work" / "笔记"
    (folder / "草稿").mkdir(parents=True)
    for name, text in (
        ("a.md", "灯塔"),
        ("b.txt", "灯塔"),
        (".h.md", "灯塔"),
        ("草稿/c.md", "灯塔"),
        (".searchidxignore", "b.txt"),
    ):
        (folder / name).write_text(f"{name} 说{text}。\n", encoding="utf-8")
    (folder / ".searchidxignore").write_text("b.txt\n", encoding="utf-8")
    return folder


@pytest.fixture
def files(searchidx):
    """The files that are found."""

    def found() -> list[str]:
        return sorted(searchidx("search", "-F", "灯塔", "-l").lines)

    return found


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ([], ["笔记/a.md", "笔记/草稿/c.md"]),
        (["--hidden"], ["笔记/.h.md", "笔记/a.md", "笔记/草稿/c.md"]),
        (["--no-ignore"], ["笔记/a.md", "笔记/b.txt", "笔记/草稿/c.md"]),
        (["-g", "!草稿/"], ["笔记/a.md"]),
        (["-g", "*.txt", "-g", "c.*"], ["笔记/b.txt", "笔记/草稿/c.md"]),
        (["-t", "text", "--no-ignore"], ["笔记/b.txt"]),
    ],
)
def test_which_files_are_taken_is_remembered_and_shown(searchidx, files, notes, flags, expected):
    assert searchidx("index", "笔记", *flags).code == 0
    assert files() == expected
    assert searchidx("index").code == 0
    assert files() == expected
    status = json.loads(searchidx("status", "--json").out)
    assert bool(status["rules"]) == bool(flags)
    assert searchidx("index", "笔记", "--as-usual").code == 0
    assert files() == ["笔记/a.md", "笔记/草稿/c.md"]


def test_status_shows_the_flags_of_a_folder_and_what_is_stale(searchidx, notes):
    searchidx("index", "笔记", "--hidden", "-g", "*.md")
    (notes / "a.md").write_text("改了。", encoding="utf-8")
    (notes / "d.md").write_text("新的。", encoding="utf-8")
    (notes / ".h.md").unlink()
    shown = searchidx("status").out
    assert f"{notes}  --hidden '--glob=*.md'" in shown
    assert "no: 1 changed, 1 new, 1 deleted" in shown
    assert json.loads(searchidx("status", "--json").out)["stale"] == {
        "changed": [str(notes / "a.md")],
        "new": [str(notes / "d.md")],
        "gone": [str(notes / ".h.md")],
        "outdated": [],
    }
    searchidx("index")
    assert "up to date    yes" in searchidx("status").out


@pytest.mark.parametrize("end", ["\n", "\0"])
def test_a_list_of_paths_comes_on_standard_input_or_in_a_file(spawn, home, notes, end):
    listed = end.join(("笔记/a.md", "笔记/b.txt", "")).encode()
    assert spawn("index", "--files-from", "-", stdin=None, input=listed).code == 0
    assert sorted(spawn("search", "-F", "灯塔", "-l").lines) == ["笔记/a.md", "笔记/b.txt"]
    (home / "work" / "list").write_bytes("笔记/草稿".encode())
    assert spawn("index", "--files-from", "list").code == 0
    assert len(spawn("search", "-F", "灯塔", "-l").lines) == 3


def test_a_list_may_hold_names_that_are_not_utf8_or_have_line_ends(spawn, home, notes):
    name = os.fsencode(notes) + b"/\xb5\xe7\n.txt"
    with open(name, "wb") as file:
        file.write("粮仓".encode())
    assert spawn("index", "--files-from", "-", stdin=None, input=name + b"\0").code == 0
    shown = spawn("search", "-F", "粮仓", "-l").out
    assert (shown.count("\n"), "\\xb5" in shown) == (1, True)


def test_a_document_on_standard_input_is_known_by_its_name(spawn, notes):
    page = "<html><title>题</title><p>流来的灯塔</p>".encode()
    assert spawn("index", "-", "笔记", "--name", "页.html", stdin=None, input=page).code == 0
    assert "<stdin>/页.html" in spawn("search", "-F", "灯塔", "-l").lines
    assert spawn("index").code == 0, "a refresh of the folders leaves it alone"
    (line, _) = map(json.loads, spawn("search", "-F", "流来的灯塔", "--json").lines)
    assert (line["path"], line["format"], line["title"]) == ("<stdin>/页.html", "html", "题")
    assert spawn("remove", "<stdin>/页.html").code == 0
    assert spawn("search", "-F", "流来的灯塔").code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["笔记", "-t", "markdwon"], "--type"),
        (["笔记", "-g", ""], "--glob"),
        (["--hidden"], "name the folder"),
        (["笔记", "--name", "x"], "searchidx index - --name"),
        (["-", "--name", "/"], "--name"),
        (["-", "--files-from", "-"], "use one of them"),
        (["--files-from", "nowhere"], "nowhere: No such file"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(searchidx, notes, words, said):
    searchidx("index", "笔记")
    assert said in searchidx("index", *words).mistake


def test_many_paths_that_are_not_there_are_counted(spawn, notes):
    done = spawn(
        "index",
        "--files-from",
        "-",
        stdin=None,
        input=b"".join(b"%d\n" % n for n in range(50)) + "笔记".encode(),
    )
    assert done.code == 2
    assert len(done.err.splitlines()) < 16
    assert "40 more" in done.err
    assert spawn("search", "-F", "灯塔", "-c").lines == ["2"]


def test_a_folder_that_cannot_be_read_is_named(spawn, notes):
    if os.geteuid() == 0:
        pytest.skip("nothing is closed to this user")
    spawn("index", "笔记")
    (notes / "草稿").chmod(0)
    try:
        done = spawn("index")
    finally:
        (notes / "草稿").chmod(0o700)
    assert "skipped 笔记/草稿: Permission denied" in done.err
    assert "no changes" in done.err


def test_watch_says_what_it_commits_until_it_is_interrupted(home, notes, command_words):
    pytest.importorskip("watchfiles")
    words = [*command_words, "watch", "笔记", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watching:
        assert json.loads(watching.stdout.readline())["added"] == 2
        (notes / "d.md").write_text("新的灯塔。", encoding="utf-8")
        assert json.loads(watching.stdout.readline())["added"] == 1
        watching.send_signal(signal.SIGINT)
        _, err = watching.communicate(timeout=60)
    assert watching.returncode == 0
    assert err.splitlines() == [
        "searchidx: watching for changes; stop with Ctrl-C",
        "searchidx: stopped; all reported commits are kept",
    ]


def test_ctrl_c_keeps_what_was_read_and_says_how_to_go_on(home, command_words, spawn):
    folder = home / "work" / "多"
    folder.mkdir()
    for number in range(220):
        (folder / f"{number}.md").write_text(
            f"第{number}篇说航标，也说灯塔与渡口。\n\n" * 900, encoding="utf-8"
        )
    words = [*command_words, "index", "多", "-j", "1"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as indexing:
        index = home / "data" / "searchidx" / "index"
        end = monotonic() + 60
        while not any(index.glob("*.seg")) and monotonic() < end:
            sleep(0.01)
        indexing.send_signal(signal.SIGINT)
        _, err = indexing.communicate(timeout=60)
    if indexing.returncode == 0:
        pytest.skip("it was done before it could be interrupted")
    assert indexing.returncode == 130
    assert "interrupted; searchidx index continues the run" in err
    kept = json.loads(spawn("status", "--json").out)["documents"]
    done = json.loads(spawn("index", "--json").out)
    assert (done["documents"], done["added"]) == (220, 220 - kept)


def test_old_text_that_was_kept_is_named_everywhere(searchidx, notes):
    path = notes / "稿.docx"
    path.write_bytes(documents.docx(documents.paragraph("稿中说的是浮标。")))
    searchidx("index", "笔记")
    path.write_bytes(documents.docx(documents.paragraph("改说的是隧道，还很长。"))[:-50])
    reason = "the archive is damaged or no archive"
    assert f"kept the old text of 笔记/稿.docx: {reason}" in searchidx("index").err
    told = json.loads(searchidx("index", "--json").out)["stale_documents"]
    assert told == [{"path": str(path), "code": "archive", "details": [], "reason": reason}]
    assert json.loads(searchidx("status", "--json").out)["stale_documents"] == told
    shown = searchidx("status").out
    assert "1 document with old text, because reading the file again failed:" in shown
    assert reason in shown
    hit, _ = map(json.loads, searchidx("search", "--json", "浮标").out.splitlines())
    assert (hit["stale"], hit["path"]) == (True, str(path))
    assert "the text of one file is old" in searchidx("search", "浮标").err
