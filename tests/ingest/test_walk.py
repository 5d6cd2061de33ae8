"""Which files a walk finds: what ripgrep would search, by the same rules, and nothing that could hang or harm a run.

ripgrep's own walker (the crate ``ignore``, through rignore) is asked about thousands of small trees, and the rules that
people rely on most are written out.
"""

import os
import random
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.errors import UsageError
from searchidx.ingest import walk
from searchidx.ingest.ignore import patterns
from searchidx.ingest.ignore.patterns import Patterns
from searchidx.ingest.ignore.rules import WalkRules
from searchidx.ingest.walk import UNKNOWN, Target, Walker
from searchidx.messages import message

USUAL = WalkRules()


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch) -> Path:
    """A user without any settings of git."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


def grow(top: Path, tree: dict) -> Path:
    """Make files and folders: a dict is a folder, a string the content of a file."""
    top.mkdir(parents=True, exist_ok=True)
    for name, content in tree.items():
        if isinstance(content, dict):
            grow(top / name, content)
        else:
            (top / name).write_text(content, encoding="utf-8")
    return top


def found(top: Path, rules: WalkRules = USUAL, path: Path | None = None) -> list[str]:
    """What is found, relative to ``top``."""
    listed = walk.walk([Target(str(path or top), rules, str(top))])
    return [os.path.relpath(entry.path, top) for entry in listed if not entry.refused]


# --- Ignore files ------------------------------------------------------------------------------------------------


def test_ignore_files_leave_out_what_they_name(tmp_path):
    tree = {
        ".ignore": "*.log\n/旧\n",
        "a.log": "",
        "旧": {"x.md": ""},
        "新": {"旧": {"y.md": ""}, "b.log": ""},
    }
    assert found(grow(tmp_path, tree)) == ["新/旧/y.md"]


def test_an_ignore_file_further_down_speaks_before_one_further_up(tmp_path):
    tree = {".ignore": "*.log\n", "a.log": "", "下": {".ignore": "!b.log\n", "b.log": "", "c.log": ""}}
    assert found(grow(tmp_path, tree)) == ["下/b.log"]


def test_ours_speaks_before_ignore_and_that_before_gitignore(tmp_path):
    tree = {
        ".git": {},
        ".gitignore": "*.md\n",
        ".ignore": "!b.md\n!c.md\n",
        ".searchidxignore": "c.md\n!d.md\n",
        **dict.fromkeys(("a.md", "b.md", "c.md", "d.md"), ""),
    }
    assert found(grow(tmp_path, tree)) == ["b.md", "d.md"]


def test_what_is_in_a_folder_that_is_left_out_cannot_come_back(tmp_path):
    tree = {".ignore": "out/\n!out/keep.md\n", "out": {"keep.md": ""}, "rest": {"out": ""}}
    assert found(grow(tmp_path, tree)) == ["rest/out"]


def test_ignore_files_above_the_folder_that_is_named_count(tmp_path):
    tree = {".ignore": "*.log\n中/out/\n", "中": {"a.log": "", "b.md": "", "out": {"c.md": ""}}}
    top = grow(tmp_path, tree)
    assert found(top / "中") == ["b.md"]


def test_gitignore_counts_in_a_repository_only(tmp_path):
    tree = {
        ".gitignore": "*.md\n",
        "a.md": "",
        "仓": {".git": {}, ".gitignore": "*.log\n", "b.md": "", "c.log": ""},
    }
    assert found(grow(tmp_path, tree)) == ["a.md", "仓/b.md"]


def test_gitignore_of_a_repository_does_not_reach_into_one_inside_it(tmp_path):
    tree = {
        ".git": {},
        ".gitignore": "*.md\n",
        "a.md": "",
        "内": {".git": {}, "b.md": ""},
        "下": {"c.md": ""},
    }
    assert found(grow(tmp_path, tree)) == ["内/b.md"]


def test_the_exclusions_of_a_repository_and_its_working_trees_count(tmp_path):
    tree = {
        "仓": {
            ".git": {"info": {"exclude": "a.md\n"}, "worktrees": {"w": {"commondir": "../..\n"}}},
            "a.md": "",
        },
        "树": {".git": "gitdir: ../仓/.git/worktrees/w\n", "a.md": "", "b.md": ""},
    }
    assert found(grow(tmp_path, tree)) == ["树/b.md"]


@pytest.mark.parametrize("named", ["~/own", None])
def test_the_users_own_git_ignore_counts_in_a_repository(tmp_path, home, named):
    if named:
        grow(
            home,
            {".gitconfig": f'[user]\n  name = x\n[core]\n  excludesFile = "{named}"\n', "own": "*.bak\n"},
        )
    else:
        grow(home, {".config": {"git": {"ignore": "*.bak\n"}}})
    tree = {"仓": {".git": {}, "a.bak": "", "b.md": ""}, "c.bak": ""}
    assert found(grow(tmp_path, tree)) == ["c.bak", "仓/b.md"]


def test_a_byte_order_mark_line_ends_of_windows_and_comments_are_read_over(tmp_path):
    (tmp_path / ".ignore").write_bytes(b"\xef\xbb\xbfa.md\r\n\r\n# b.md\r\nc.md  \r\n")
    assert found(grow(tmp_path, {"a.md": "", "b.md": "", "c.md": ""})) == ["b.md"]


def test_an_ignore_file_that_is_no_file_says_nothing(tmp_path):
    os.mkfifo(tmp_path / ".ignore")
    (tmp_path / "下").mkdir()
    (tmp_path / "下" / ".ignore").symlink_to("nowhere")
    assert found(grow(tmp_path, {"a.md": "", "下": {"b.md": ""}})) == ["a.md", "下/b.md"]


def test_names_that_are_not_utf8_are_matched_byte_for_byte(tmp_path):
    for name in (b"\xb5\xe7.md", b"\xb5\xe8.md", b"a\nb.md"):
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))).touch()
    (tmp_path / ".ignore").write_bytes(b"\xb5\xe7*\n")
    assert [os.fsencode(name) for name in found(tmp_path)] == [b"a\nb.md", b"\xb5\xe8.md"]


# --- Against ripgrep's own walker --------------------------------------------------------------------------------

NAMES = ("a", "b", "ab", "a.log", "b.txt", ".h", "build", "x.md", "keep.md")
LINES = (
    "a", "b/", "/a", "*.log", "!a.log", "build/", "!build/", "a/b", "a/*", "!a/b", "**/ab", "a/**", "a/**/x.md", "*",
    "!*.md", "!keep.md", "/*.txt", ".h", "!.h", "b*", "[ab]", "[!a]*", "?", "#c", "", "a ", "/build/", "!/build",
    "**/build/a", "x.md", "!x.md", "**/", "a**b", "*.*", "\\a", "a/**/b/",
)  # fmt: skip
GLOBS = ("*.md", "!a", "!b/", "*.log", "a", "!*.txt", "a/**")


def test_a_walk_finds_what_ripgrep_searches(tmp_path, monkeypatch):
    rignore = pytest.importorskip("rignore")
    for seed in range(150):
        chance = random.Random(seed)
        top = tmp_path / "树"
        _random_tree(top, chance)
        folders = [top, *(path for path in sorted(top.iterdir()) if path.is_dir() and path.name != ".git")]
        root = chance.choice(folders)
        hidden = chance.random() < 0.3
        globs = tuple(chance.choices(GLOBS, k=chance.choice((0, 0, 0, 1, 2))))
        monkeypatch.chdir(root)
        theirs = rignore.walk(
            root,
            ignore_hidden=not hidden,
            additional_ignore_paths=[".searchidxignore"],
            overrides=list(globs) or None,
        )
        expected = {str(path) for path in theirs if path.is_file()}
        listed = walk.walk([Target(str(root), WalkRules(hidden=hidden, globs=globs), str(root))])
        # ripgrep would search .git where hidden files are wanted; we only do if a glob asks for it.
        differ = {entry.path for entry in listed} ^ expected
        assert [path for path in differ if "/.git/" not in path] == [], seed
        shutil.rmtree(top)


def _random_tree(top: Path, chance: random.Random, depth: int = 0) -> None:
    top.mkdir()
    for name in chance.sample(NAMES, chance.randint(2, 6)):
        if chance.random() < 0.45 and depth < 3:
            _random_tree(top / name, chance, depth + 1)
        else:
            (top / name).touch()
    for name, share in ((".gitignore", 0.35), (".ignore", 0.2), (".searchidxignore", 0.15)):
        if chance.random() < share:
            (top / name).write_text("\n".join(chance.sample(LINES, chance.randint(1, 4))) + "\n")
    if chance.random() < 0.2:
        grow(top / ".git" / "info", {"exclude": chance.choice(LINES) + "\n"})


def test_asking_of_one_path_answers_as_the_walk_does(tmp_path):
    for seed in range(30):
        chance = random.Random(seed)
        top = tmp_path / "树"
        _random_tree(top, chance)
        rules = WalkRules(
            hidden=chance.random() < 0.3, globs=tuple(chance.choices(GLOBS, k=chance.choice((0, 0, 1))))
        )
        listed = set(found(top, rules))
        walker = Walker(str(top), rules)
        for path in top.rglob("*"):
            if path.is_file():
                assert walker.reaches(str(path)) == (os.path.relpath(path, top) in listed), (seed, path)
        shutil.rmtree(top)


@given(
    st.text("ab*?/[]!", min_size=1, max_size=9),
    st.lists(st.text("ab\n", min_size=1, max_size=4), min_size=1, max_size=4).map("/".join),
    st.booleans(),
)
@settings(max_examples=600, deadline=None)
def test_a_rewritten_pattern_matches_what_pathspec_meant(line, path, is_folder):
    """What is made quick still means the same: pathspec's own expression, tried in every way it allows, is the measure."""
    if line.endswith(("/**", "/**/")) or patterns._translated(line) is None:
        return
    regex, plain = patterns.GitIgnoreSpecPattern.pattern_to_regex(line)
    asked = path + "/" if is_folder else path
    if regex == ".":
        matches = True
    elif regex in patterns._EVERY_FOLDER:
        matches = is_folder
    else:
        matches = patterns._compiled(regex).fullmatch(asked) is not None
    assert Patterns([line]).verdict(path, is_folder=is_folder) == (plain if matches else None)


@pytest.mark.parametrize(
    "line", ["*a" * 60 + "b", "**/a/" * 60 + "b", "[ab]*?" * 40 + "c", "a*" * 50 + "/**/" * 9 + "c"]
)
def test_no_pattern_takes_longer_than_a_glance(line):
    begin = time.process_time()
    Patterns([line]).verdict("/".join(["a" * 250] * 10 + ["a"] * 500), is_folder=False)
    assert time.process_time() - begin < 60  # a hang, not a speed


# --- Hidden files, what is usually left out, flags ---------------------------------------------------------------

PLACES = {
    "a.md": "",
    ".h.md": "",
    ".config": {"b.md": ""},
    ".git": {"config": ""},
    "node_modules": {"c.md": ""},
    "~$a.docx": "",
    "d.md~": "",
    "缓存": {"CACHEDIR.TAG": "", "e.md": ""},
}


def test_hidden_files_and_what_hardly_anybody_wants_are_left_out(tmp_path):
    assert found(grow(tmp_path, PLACES)) == ["a.md"]


def test_hidden_files_are_taken_when_asked_for_and_never_those_of_version_control(tmp_path):
    assert found(grow(tmp_path, PLACES), WalkRules(hidden=True)) == [".h.md", "a.md", ".config/b.md"]


def test_no_ignore_takes_what_ignore_files_and_habit_leave_out(tmp_path):
    top = grow(tmp_path, {**PLACES, ".ignore": "a.md\n"})
    assert found(top, WalkRules(no_ignore=True)) == [
        "a.md", "d.md~", "~$a.docx", "node_modules/c.md", "缓存/CACHEDIR.TAG", "缓存/e.md",
    ]  # fmt: skip


def test_an_ignore_file_can_ask_for_what_is_usually_left_out(tmp_path):
    top = grow(tmp_path, {**PLACES, ".searchidxignore": "!node_modules/\n!.h.md\n"})
    assert found(top) == [".h.md", "a.md", "node_modules/c.md"]


def test_a_glob_goes_before_everything_else(tmp_path):
    tree = {".ignore": "a.md\n", "a.md": "", "b.txt": "", ".h.md": "", "草稿": {"c.md": ""}}
    top = grow(tmp_path, tree)
    assert found(top, WalkRules(globs=("*.md", "!草稿/"))) == [".h.md", "a.md"]
    assert found(top, WalkRules(globs=("!草稿",))) == ["b.txt"]
    assert found(top, WalkRules(globs=("/草稿/*.md",))) == ["草稿/c.md"]


def test_a_type_is_a_format_or_a_suffix(tmp_path):
    top = grow(tmp_path, dict.fromkeys(("a.md", "b.MARKDOWN", "c.py", "d.txt", "e.docx", ".h.md", "g"), ""))
    assert found(top, WalkRules(types=("markdown",))) == ["a.md", "b.MARKDOWN"]
    assert found(top, WalkRules(types=("py", "word"))) == ["c.py", "e.docx"]
    assert found(top, WalkRules(types=("text",))) == ["d.txt"]


def test_a_type_or_a_glob_that_can_mean_nothing_is_refused():
    for rules in (WalkRules(types=("markdwon",)), WalkRules(globs=("",)), WalkRules(globs=("# 注",))):
        with pytest.raises(UsageError):
            rules.check()


def test_rules_are_kept_as_the_flags_that_say_them():
    rules = WalkRules(hidden=True, no_ignore=True, follow=True, globs=("*.md", "!a=b"), types=("pdf",))
    assert WalkRules.of(rules.words()) == rules
    assert WalkRules().words() == ()


def test_what_is_named_is_taken_whatever_it_is_called(tmp_path):
    top = grow(tmp_path, {**PLACES, ".ignore": "*\n"})
    for name in (".h.md", "node_modules/c.md", "d.md~"):
        assert found(top, path=top / name) == [name]
    assert found(top / ".config") == [], "what is below it is walked by the rules"


# --- Links, pipes, devices, names --------------------------------------------------------------------------------


@pytest.fixture
def linked(tmp_path) -> Path:
    """Links to a file, to a folder, to nothing, to itself, to the folder above; the folder elsewhere links back."""
    top = grow(tmp_path / "顶", {"a.md": "", "下": {"b.md": ""}})
    away = grow(tmp_path / "外", {"c.md": ""})
    for name, target in (("f.md", "a.md"), ("外", away), ("无", "nowhere"), ("己", "己"), ("上", ".")):
        (top / name).symlink_to(target)
    (away / "回").symlink_to(top)
    return top


def test_links_are_not_followed(linked):
    assert found(linked) == ["a.md", "下/b.md"]


def test_links_are_followed_when_asked_for_and_no_loop_is_entered_twice(linked):
    assert sorted(found(linked, WalkRules(follow=True))) == ["a.md", "f.md", "下/b.md", "外/c.md"]


def test_a_link_that_is_named_is_followed(linked):
    assert found(linked, path=linked / "外") == ["外/c.md"]


def test_pipes_and_devices_are_never_opened(tmp_path):
    grow(tmp_path, {"a.md": ""})
    os.mkfifo(tmp_path / "管道.md")
    assert found(tmp_path) == ["a.md"]
    listed = list(walk.walk([Target(path, USUAL, path) for path in (str(tmp_path / "管道.md"), "/dev/zero")]))
    assert [entry.refused for entry in listed] == [message("irregular")] * 2


def test_a_file_that_is_too_large_is_named_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(walk, "SIZE_LIMIT", 1 << 20)
    with open(grow(tmp_path, {"a.md": ""}) / "大.txt", "wb") as file:
        file.truncate((1 << 20) + 1)
    refused = {
        entry.path: entry.refused for entry in walk.walk([Target(str(tmp_path), USUAL, str(tmp_path))])
    }
    assert refused == {str(tmp_path / "a.md"): None, str(tmp_path / "大.txt"): message("file_size", 1)}


def test_a_folder_that_cannot_be_read_is_named_and_not_taken_for_empty(tmp_path, monkeypatch):
    grow(tmp_path, {"a.md": "", "锁": {"b.md": ""}})
    usual = os.scandir

    def scandir(path):
        if os.path.basename(path) == "锁":
            raise PermissionError(13, "Permission denied", path)
        return usual(path)

    monkeypatch.setattr(os, "scandir", scandir)
    listed = list(walk.walk([Target(str(tmp_path), USUAL, str(tmp_path))]))
    assert [(os.path.basename(entry.path), entry.size, entry.refused) for entry in listed[1:]] == [
        ("锁", UNKNOWN, message("input", "EACCES"))
    ]


def test_what_the_system_shows_as_files_is_entered_by_name_only(tmp_path, monkeypatch):
    """To read some files below /proc and /sys does things; a walk of a whole machine does not come there."""
    top = grow(tmp_path / "top", {"proc": {"a.txt": "x"}, "home": {"b.txt": "x"}})
    monkeypatch.setattr(walk, "_NO_FILES", frozenset({str(top / "proc")}))
    assert [listed.path for listed in Walker(str(top), USUAL).below(str(top))] == [
        str(top / "home" / "b.txt")
    ]
    by_name = str(top / "proc")
    assert [listed.path for listed in Walker(by_name, USUAL).below(by_name)] == [str(top / "proc" / "a.txt")]


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a system that shows itself as files")
def test_a_walk_from_the_root_leaves_the_system_out():
    walker = Walker("/", USUAL)
    assert not any(walker.reaches(path) for path in ("/proc", "/proc/self/status", "/sys", "/dev/null"))
