"""How far an indexing run is: only on a terminal, only when it takes longer than a second, gone when it is over."""

import errno
import io
import os
from types import SimpleNamespace

import pytest

from searchidx.cli import progress, streams
from searchidx.cli.progress import ProgressLine, describe, progress_line
from searchidx.ingest import Progress
from searchidx.snippets import display_width

AT_WORK = Progress(1204, 8440, 40102, 24_200_000, 8_000_000, 24_000_000, "/corpus/新闻/岚江.md")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch):
    stream = Terminal()
    draw_on(stream, monkeypatch)
    return stream


def draw_on(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (progress, streams):
        monkeypatch.setattr(module, "sys", SimpleNamespace(stderr=stream))
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return now


def test_it_says_files_paragraphs_speed_time_left_and_the_current_file():
    assert describe(AT_WORK, 2.0, "/corpus") == (
        "1,204 of 8,440 files · 40,102 paragraphs · 12.1 MB/s · 4 s left · 新闻/岚江.md"
    )


def test_the_name_of_the_current_file_stays_where_there_is_little_room():
    current = "/corpus/一个/很深的/文件夹/岚江.md"
    deep = Progress(1204, 8440, 40102, 24_200_000, 8_000_000, 24_000_000, current)
    shown = describe(deep, 2.0, "/corpus", 86)
    assert shown.endswith(" · …/文件夹/岚江.md")
    assert describe(deep, 2.0, "/corpus", 20).endswith(" · …/岚江.md")


def test_a_run_of_less_than_a_second_shows_nothing(terminal, clock):
    with progress_line("/corpus") as line:
        line(AT_WORK)
        clock[0] += 0.9
        line(AT_WORK)
    assert terminal.getvalue() == ""


def test_a_longer_run_shows_one_line_not_too_often_and_erases_it(terminal, clock):
    with progress_line("/corpus") as line:
        for _ in range(5):
            clock[0] += 0.51
            line(AT_WORK)
            line(AT_WORK)
    shown = terminal.getvalue()
    assert "\n" not in shown
    assert shown.startswith("\r\x1b[K1,204 of 8,440 files")
    assert shown.endswith("\r\x1b[K")
    assert shown.count("files") == 4


def test_the_line_is_erased_when_the_run_breaks_off(terminal, clock):
    def break_off() -> None:
        with progress_line("/corpus") as line:
            clock[0] += 2
            line(AT_WORK)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_terminal_that_fails_stops_no_run(clock, monkeypatch):
    class Failing(Terminal):
        def write(self, _: str) -> int:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    draw_on(Failing(), monkeypatch)
    with progress_line("/corpus") as line:
        clock[0] += 2
        line(AT_WORK)
    assert clock[0] == line._drawn, "it was drawn, as far as that went"


def test_the_line_never_wraps_and_holds_nothing_that_steers_the_terminal(terminal, clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    line = ProgressLine("/corpus")
    clock[0] += 2
    line(Progress(1, 2, 3, 4, 5, 6, "/corpus/\x1b[31m" + "很长的名字" * 20))
    drawn = terminal.getvalue().removeprefix("\r\x1b[K")
    assert "\x1b" not in drawn
    assert display_width(drawn) < 50


def test_off_a_terminal_there_is_no_progress_at_all(monkeypatch):
    draw_on(io.StringIO(), monkeypatch)
    with progress_line("/corpus") as line:
        assert line is None
