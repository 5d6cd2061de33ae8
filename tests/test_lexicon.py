"""The compiled dictionary answers as the text does, opens cheaply, and can't be poisoned or quietly damaged."""

import errno
import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchidx import lexicon
from searchidx.errors import ConfigError
from searchidx.lexicon import LEXICON_ID, cache, image, source

POSIX = pytest.mark.skipif(os.name != "posix", reason="owners and modes are a POSIX matter")
SMALL = {"中": 5, "中国": 9, "中国人": 4, "中国人民": 3, "国人": 2, "c++": 3, "ab": 1, "卡拉ok": 7, "人民": 6}
CHARACTERS = "中国人民大会堂ab+#"


@pytest.fixture
def cache_folder(tmp_path, monkeypatch) -> Path:
    """A cache of one test's own, and a lexicon that has not been opened yet."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    lexicon.load.cache_clear()
    yield tmp_path / "cache" / "searchidx"
    lexicon.load.cache_clear()


@pytest.fixture
def small_source(tmp_path, monkeypatch) -> Path:
    """A dictionary of a few words in the place of jieba's."""
    path = tmp_path / "site" / "jieba" / "dict.txt"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"{word} {count} n\n" for word, count in SMALL.items()), "utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site")])
    return path


def compiled(words) -> image.Image:
    digest = "0123456789abcdef"
    return image.Image(image.build(words, digest), digest)


def frequency(words: lexicon.Lexicon | image.Image, word: str) -> int | None:
    """What jieba's prefix dictionary would hold: a frequency, 0 for a beginning, None for neither."""
    if len(word) == 1:
        return words.single(word)
    found = words.pair(word[:2])
    if found is None:
        return None
    return found[0] if len(word) == 2 else found[1].get(word[2:])


@given(st.dictionaries(st.text(CHARACTERS, min_size=1, max_size=6), st.integers(1, 2**31), max_size=30))
def test_image_answers_as_a_prefix_dictionary(words):
    answers = compiled(words.items())
    expected = {word[:end]: 0 for word in words for end in range(2, len(word) + 1)} | words
    assert answers.total == sum(words.values())
    assert {word: frequency(answers, word) for word in expected} == expected
    assert set(answers.ascii_words()) == {word for word in words if word.isascii() and len(word) > 1}


@given(st.text(CHARACTERS, min_size=1, max_size=4))
def test_image_knows_what_is_not_there(word):
    expected = SMALL.get(word, 0 if len(word) == 1 or any(w.startswith(word) for w in SMALL) else None)
    assert frequency(compiled(SMALL.items()), word) == expected


def test_characters_beyond_plane_0_are_absent_not_an_error():
    answers = compiled({"𠮷": 3, "𠮷野": 4, "吉𠮷": 5, "吉野家": 6}.items())
    assert answers.single("𠮷") == 0
    assert answers.pair("𠮷野") is None
    assert answers.pair("吉𠮷") is None
    assert frequency(answers, "吉野家") == 6
    assert answers.total == 18


def test_word_given_twice_counts_twice_in_the_total_only():
    answers = compiled([("中国", 3), ("中国", 4)])
    assert (answers.total, frequency(answers, "中国")) == (7, 4)


def test_every_damaged_byte_is_noticed():
    whole = image.build(SMALL.items(), "0123456789abcdef")
    for place in [*range(400), *range(400, len(whole), 997)]:
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        with pytest.raises(image.DamagedError):
            read_all(image.Image(bytes(damaged), "0123456789abcdef"))


def test_every_cut_is_noticed():
    whole = image.build(SMALL.items(), "0123456789abcdef")
    for size in [*range(200), *range(200, len(whole), 4999), len(whole) - 1]:
        with pytest.raises(image.DamagedError):
            image.Image(whole[:size], "0123456789abcdef")


def read_all(answers: image.Image) -> None:
    answers._read(0, len(answers._body))


def test_installed_dictionary_is_the_one_that_the_id_names(cache_folder):
    assert lexicon.load().id == LEXICON_ID


def test_second_opening_maps_what_the_first_compiled(cache_folder, small_source, monkeypatch):
    assert frequency(lexicon.load(), "中国人") == 4
    lexicon.load.cache_clear()
    monkeypatch.setattr(source, "read", lambda _: pytest.fail("read again"))
    assert frequency(lexicon.load(), "中国人") == 4


def test_changed_dictionary_makes_a_new_file(cache_folder, small_source):
    before = lexicon.load()
    small_source.write_text("重庆 7 n\n", "utf-8")
    lexicon.load.cache_clear()
    after = lexicon.load()
    assert (after.total, frequency(after, "重庆")) == (7, 7)
    assert before.id != after.id
    assert frequency(before, "中国人") == 4


@POSIX
def test_cache_is_private_and_whole(cache_folder, small_source):
    lexicon.load()
    assert stat.S_IMODE(cache_folder.stat().st_mode) == 0o700
    names = sorted(path.name for path in cache_folder.iterdir())
    assert [name.split("-")[0] for name in names] == ["lexicon", "source"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in cache_folder.iterdir()} == {0o600}


@pytest.mark.parametrize("content", [b"", b"\0", b"x" * 10_000])
def test_damaged_file_is_made_again(cache_folder, small_source, content):
    lexicon.load()
    lexicon.load.cache_clear()
    (file,) = cache_folder.glob("lexicon-*")
    good = file.read_bytes()
    file.write_bytes(content)
    assert frequency(lexicon.load(), "中国人") == 4
    assert file.read_bytes() == good


def test_damage_met_later_is_mended_too(cache_folder, small_source):
    lexicon.load()
    lexicon.load.cache_clear()
    (file,) = cache_folder.glob("lexicon-*")
    good = file.read_bytes()
    body = bytearray(good)
    body[-1] ^= 1  # in the seconds, far from the header
    file.write_bytes(body)
    opened = lexicon.load()
    assert {word: frequency(opened, word) for word in SMALL} == SMALL
    assert file.read_bytes() == good


def test_wrong_note_is_not_believed(cache_folder, small_source):
    lexicon.load()
    lexicon.load.cache_clear()
    (note,) = cache_folder.glob("source-*")
    note.write_text("../../../etc/passwd")
    assert frequency(lexicon.load(), "中国人") == 4


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replace_by_link(path: Path) -> None:
    moved = path.rename(path.with_name("moved"))
    path.symlink_to(moved)


DAMAGES = {
    "nothing is left": lambda path: path.write_bytes(b""),
    "a NUL byte": lambda path: path.write_bytes(b"\0"),
    "a NUL byte in the midst": lambda path: path.write_bytes(b"0123\x00567"),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "longer than it was": lambda path: path.write_bytes(path.read_bytes() + b"0" * 1000),
    "another path": lambda path: path.write_bytes(b"x/../../moved"),
    "not ASCII": lambda path: path.write_bytes("重庆".encode()),
    "one bit": lambda path: path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])),
    "a folder": replace_by_folder,
    "a link": replace_by_link,
    "gone": lambda path: path.unlink(),
    "written by anybody": lambda path: path.chmod(0o666),
    "closed": lambda path: path.chmod(0),
}


@POSIX
@pytest.mark.parametrize("file", ["source-*", "lexicon-*"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_any_damage_in_the_cache_costs_time_and_nothing_else(cache_folder, small_source, file, damage):
    lexicon.load()
    lexicon.load.cache_clear()
    (path,) = cache_folder.glob(file)
    DAMAGES[damage](path)
    opened = lexicon.load()
    assert {word: frequency(opened, word) for word in SMALL} == SMALL


def test_damage_that_can_not_be_mended_is_answered_from_memory(cache_folder, small_source, monkeypatch):
    lexicon.load()
    lexicon.load.cache_clear()
    (path,) = cache_folder.glob("lexicon-*")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))  # behind the header: it shows when it is read
    monkeypatch.setattr(cache, "write", lambda *_: False)
    opened = lexicon.load()
    assert {word: frequency(opened, word) for word in SMALL} == SMALL


@given(st.binary(max_size=40), st.data())
def test_a_seal_fits_what_was_sealed_and_nothing_else(tmp_path_factory, content, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "platform", "linux")
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        assert cache.write_sealed("sealed", content)
        sealed = cache.map_sealed("sealed")
        assert sealed is not None
        assert sealed[: -cache.SEAL_BYTES] == content
        place = data.draw(st.integers(0, len(sealed) - 1))
        damaged = bytearray(sealed[:])
        damaged[place] ^= 1 << data.draw(st.integers(0, 7))
        cache.write("sealed", bytes(damaged))
        assert cache.map_sealed("sealed") is None
        cache.write("sealed", sealed[:place])
        assert cache.map_sealed("sealed") is None


def test_works_from_memory_where_nothing_can_be_written(tmp_path, cache_folder, small_source):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert frequency(lexicon.load(), "中国人") == 4


@POSIX
@pytest.mark.parametrize("call", ["fstat", "close"])
def test_a_disk_that_fails_is_but_a_slower_start(cache_folder, small_source, monkeypatch, call):
    lexicon.load()
    lexicon.load.cache_clear()
    usual = getattr(os, call)

    def failing(descriptor: int) -> None:
        if call == "close":  # the descriptor is gone all the same
            usual(descriptor)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(cache, "os", SimpleNamespace(**{**vars(os), call: failing}))
    assert frequency(lexicon.load(), "中国人") == 4


@POSIX
def test_folder_that_others_can_write_to_is_not_used(cache_folder, small_source):
    cache_folder.mkdir(parents=True)
    cache_folder.chmod(0o777)
    assert frequency(lexicon.load(), "中国人") == 4
    assert not list(cache_folder.iterdir())


@POSIX
def test_folder_of_another_user_is_not_used(cache_folder, small_source, monkeypatch):
    lexicon.load()
    assert cache.read_note(source.find().fingerprint)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert cache.read_note(source.find().fingerprint) is None
    assert not cache.write("anything", b"")


@POSIX
def test_file_of_another_user_is_not_used(cache_folder, monkeypatch):
    assert cache.write("note", b"abc")
    folder_is_own = iter([True, False])
    monkeypatch.setattr(cache, "_is_private", lambda _: next(folder_is_own))
    assert cache.read_note("note") is None


@POSIX
def test_links_and_pipes_are_not_followed(cache_folder, tmp_path):
    assert cache.write("note", b"abc")
    (cache_folder / "link").symlink_to(cache_folder / "note")
    (cache_folder / "folder").mkdir()
    os.mkfifo(cache_folder / "pipe")
    assert cache.read_note("link") is None
    assert cache.map_file("folder") is None
    assert cache.map_file("pipe") is None


def test_failed_write_leaves_the_old_file_and_no_other(cache_folder, monkeypatch):
    assert cache.write("note", b"old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError))
    assert not cache.write("note", b"new")
    assert [path.name for path in cache_folder.iterdir()] == ["note"]
    assert cache.read_note("note") == "old"


def test_what_a_killed_process_left_is_swept_away(cache_folder):
    assert cache.write("note", b"abc")
    left, busy = (cache_folder / f"unfinished-{name}" for name in ("left", "busy"))
    left.touch()
    busy.touch()
    os.utime(left, (0, 0))
    assert cache.write("note", b"abc")
    assert (left.exists(), busy.exists()) == (False, True)


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/searchidx"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "/home/u/.cache/searchidx"),
        ("linux", {}, "/home/u/.cache/searchidx"),
        ("darwin", {}, "/home/u/Library/Caches/searchidx"),
        ("win32", {"LOCALAPPDATA": "/appdata"}, "/appdata/searchidx/Cache"),
    ],
)
@POSIX
def test_cache_is_where_the_platform_keeps_caches(monkeypatch, platform, environ, expected):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("HOME", "/home/u")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert cache.folder() == expected


def test_missing_dictionary_says_what_to_install(cache_folder, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "jieba", raising=False)
    with pytest.raises(ConfigError, match="pip install jieba"):
        lexicon.load()


def test_bad_line_is_named(cache_folder, small_source):
    small_source.write_text("中国 3 n\n人民\n", "utf-8")
    with pytest.raises(ConfigError, match="line 2: '人民'"):
        lexicon.load()
