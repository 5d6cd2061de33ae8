"""``searchidx dict``: user dictionary."""

from __future__ import annotations  # the annotations are for Typer

import difflib
import os
import sys
from collections.abc import Mapping
from typing import Annotated

from searchidx import config
from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import absolute, load_settings, number
from searchidx.cli.streams import say, working_directory, write
from searchidx.errors import FAILED, FOUND, NOT_FOUND, ConfigError, UsageError
from searchidx.lexicon import user_words
from searchidx.lexicon.user_words import Entry, UserWords
from searchidx.render.look import count
from searchidx.render.safe import visible

_ACTIONS = ("add", "remove", "list", "import", "export")


def command(
    action: Annotated[str, argument("ACTION", ", ".join(_ACTIONS))],
    arguments: Annotated[
        list[str] | None, argument("[WORD]...", "Words, or the files to import or export")
    ] = None,
    frequency: Annotated[str | None, option(flags.FREQUENCY)] = None,
    kind: Annotated[str | None, option(flags.KIND)] = None,
    encoding: Annotated[str | None, option(flags.ENCODING)] = None,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    words: Annotated[str | None, option(flags.WORDS)] = None,
) -> int:
    """Edit the user dictionary: add, remove, list, import or export words.

    A change takes effect with the next search, for documents that are indexed
    already too. Files have jieba's format: per line a word and, optionally, its
    frequency and part of speech. Invalid lines are reported and skipped, and the
    exit code is 2.

    Examples:
      searchidx dict add 云原生 'Visual Studio Code'
      searchidx dict add --frequency 0 上云
      searchidx dict remove 云原生
      searchidx dict list
      searchidx dict import 行业词典.txt
      searchidx dict export 备份.txt
    """
    if action not in _ACTIONS:
        matches = difflib.get_close_matches(action, _ACTIONS, n=1)
        remedy = f"did you mean {matches[0]}?" if matches else f"to add it: searchidx dict add {action}"
        raise UsageError(f"dict: {action!r} is not an action; {remedy}")
    settings = load_settings(words=words, encoding=encoding)
    path = config.words_file(settings, os.environ, working_directory())
    if action == "list":
        return _list(path, as_json=as_json)
    if action == "export":
        return _export(path, arguments or ["-"])
    if not arguments:
        raise UsageError(
            f"dict {action} needs {'a file' if action == 'import' else 'a word'}; see searchidx dict --help"
        )
    if action == "import":
        return _import(path, arguments, settings.encoding)
    if action == "remove":
        return _remove(path, arguments)
    return _add(path, [_entry(word, frequency, kind) for word in arguments])


def _entry(word: str, frequency: str | None, kind: str | None) -> Entry:
    if kind and not (kind.isascii() and kind.islower() and kind.isalpha()):
        raise UsageError(f"--kind: {kind!r} is not a part of speech; use a tag such as n or nz")
    occurrences = None if frequency is None else number("--frequency", frequency)
    try:
        return user_words.checked(Entry(" ".join(word.split()), occurrences, kind or ""))
    except ValueError as error:
        raise UsageError(f"{visible(word)} can't be a word: {error}") from None


def _add(path: str, entries: list[Entry]) -> int:
    before, after = user_words.add(path, entries)
    new = len(after) - len(before)
    _report(
        path, f"{count(new, 'word')} added, {len({entry.word for entry in entries}) - new} changed", after
    )
    return FOUND


def _remove(path: str, words: list[str]) -> int:
    normalized = [" ".join(word.split()) for word in words]
    before, after = user_words.remove(path, normalized)
    for word in normalized:
        if word not in before:
            say(
                f"{word} is not in the user dictionary; searchidx dict add --frequency 0 {word} keeps it from being a word"
            )
    removed = len(before) - len(after)
    _report(path, f"{count(removed, 'word')} removed", after)
    return FOUND if removed else NOT_FOUND


def _list(path: str, *, as_json: bool) -> int:
    listed = user_words.read(path)
    if as_json:
        from searchidx.render.jsonl import dump

        write(dump(entry._asdict()) for entry in listed.entries.values())
    else:
        write(map(visible, user_words.lines(listed.entries.values())))
    _report_invalid_lines(path, listed)
    if not listed.entries:
        say(f"the user dictionary {path} is empty; searchidx dict add WORD adds a word")
    return FAILED if listed.bad else FOUND


def _import(path: str, files: list[str], encoding: str | None) -> int:
    entries: list[Entry] = []
    bad = 0
    for file in files:
        listed = user_words.parse(_content(file), encoding)
        _report_invalid_lines(file, listed)
        bad += len(listed.bad)
        entries += listed.entries.values()
    before, after = user_words.add(path, entries)
    skipped = f", {count(bad, 'invalid line')} skipped" if bad else ""
    _report(path, f"{count(len(after) - len(before), 'word')} added of {len(entries):,}{skipped}", after)
    return FAILED if bad else FOUND


def _export(path: str, files: list[str]) -> int:
    listed = user_words.read(path)
    _report_invalid_lines(path, listed)
    for file in files:
        if file == "-":
            write(user_words.lines(listed.entries.values()))
        elif os.path.lexists(file):
            raise UsageError(f"{file} exists already; remove it or name another file")
        else:
            user_words.write(absolute(file), listed.entries.values())
            say(f"{count(len(listed.entries), 'word')} written to {file}")
    return FOUND


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(user_words.MAX_FILE_BYTES + 1)
    try:
        with open(absolute(file), "rb") as opened:
            return opened.read(user_words.MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror or error}") from error


def _report_invalid_lines(file: str, listed: UserWords) -> None:
    for line in listed.bad:
        say(f"{file}, line {line.number}: {line.why}")


def _report(path: str, done: str, after: Mapping[str, Entry]) -> None:
    say(f"{done} · {count(len(after), 'word')} in {path}")
