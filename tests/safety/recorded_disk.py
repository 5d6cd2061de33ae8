"""A disk that remembers what was done to it, and what may be left of that after the power was cut.

What a file system promises is taken at its least: bytes are there for certain once their file was flushed, and a name
once its folder was. Until then every write may be dropped, torn or zeroed, and of the changes to the names of a folder
any may have happened and any not, in whatever order they were made.
"""

import io
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from searchidx.local.format import filesystem

SECTOR = 512


@dataclass(frozen=True)
class Done:
    """One thing that was done: ``create``, ``write``, ``flush``, ``rename``, ``remove``, ``make`` or ``flush_names``."""

    what: str
    path: str
    file: int = -1
    written: bytes = b""
    target: str = ""


@dataclass(frozen=True)
class Noted:
    """Something the test noted in between, such as that a commit was acknowledged."""

    note: Any


class RecordedDisk:
    """Takes the place of ``os`` and ``open`` in :mod:`searchidx.local.format.filesystem`, doing and remembering everything."""

    def __init__(self) -> None:
        self.events: list[Done | Noted] = []
        self._files: dict[int, tuple[str, int]] = {}
        self._made = 0

    def install(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(filesystem, "os", self)
        monkeypatch.setattr(filesystem, "open", self.open_for_writing, raising=False)
        monkeypatch.setattr(filesystem, "_BUFFER_BYTES", 2 * SECTOR)

    def note(self, note: Any) -> None:
        self.events.append(Noted(note))

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: str, flags: int, mode: int = 0o777) -> int:
        there = os.path.lexists(path)
        fd = os.open(path, flags, mode)
        if flags & os.O_CREAT and not there:
            self._made += 1
            self.events.append(Done("create", path, self._made))
        self._files[fd] = (path, self._made)
        return fd

    def open_for_writing(self, fd: int, _mode: str, buffering: int) -> io.BufferedWriter:
        return io.BufferedWriter(_Raw(fd, self), buffering)

    def write(self, fd: int, written: Any) -> int:
        self.events.append(Done("write", self._files[fd][0], self._files[fd][1], bytes(written)))
        return os.write(fd, written)

    def fsync(self, fd: int) -> None:
        path, file = self._files[fd]
        self.events.append(Done("flush_names", path) if os.path.isdir(path) else Done("flush", path, file))

    def replace(self, source: str, target: str) -> None:
        os.replace(source, target)
        self.events.append(Done("rename", source, target=target))

    def remove(self, path: str) -> None:
        os.remove(path)
        self.events.append(Done("remove", path))

    unlink = remove

    def mkdir(self, path: str, mode: int) -> None:
        os.mkdir(path, mode)
        self.events.append(Done("make", path))


class _Raw(io.RawIOBase):
    def __init__(self, fd: int, recorded: RecordedDisk) -> None:
        self._fd = fd
        self._recorded = recorded

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd

    def write(self, written: Any) -> int:
        return self._recorded.write(self._fd, written)

    def close(self) -> None:
        if not self.closed:
            os.close(self._fd)
        super().close()


@dataclass
class Remains:
    """What is certain of a disk after some operations, and what is not.

    Attributes:
        names: For certain: the file (or -1 for a folder) of each path.
        pending: Changes to names that may be lost: path and file, None for a name taken away.
        content: Bytes of each file that are there for certain.
        unflushed: Bytes of each file that may be lost, as they follow on the certain ones.
    """

    names: dict[str, int] = field(default_factory=dict)
    pending: list[dict[str, int | None]] = field(default_factory=list)
    content: dict[int, bytes] = field(default_factory=dict)
    unflushed: dict[int, list[bytes]] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)

    def after(self, done: Done) -> None:
        """Let one more operation happen."""
        if done.what == "create":
            self._change({done.path: done.file})
            self.content[done.file] = b""
            self.unflushed[done.file] = []
        elif done.what == "make":
            self._change({done.path: -1})
        elif done.what == "write":
            self.unflushed[done.file].append(done.written)
        elif done.what == "flush":
            self.content[done.file] += b"".join(self.unflushed[done.file])
            self.unflushed[done.file] = []
        elif done.what == "rename":
            self._change({done.path: None, done.target: self._seen[done.path]})
        elif done.what == "remove":
            self._change({done.path: None})
        else:
            kept = [change for change in self.pending if os.path.dirname(next(iter(change))) == done.path]
            self.pending = [change for change in self.pending if change not in kept]
            for change in kept:
                _apply(self.names, change)

    def _change(self, change: dict[str, int | None]) -> None:
        self.pending.append(change)
        _apply(self._seen, change)

    def states(self, number: int, chance: random.Random) -> Iterator[dict[str, bytes | None]]:
        """Some of what may be found: the content of each path, None for a folder; all and nothing lost come first."""
        files = list(self.unflushed)
        yield self._state(self.pending, dict.fromkeys(files, "whole"), chance)
        yield self._state([], dict.fromkeys(files, "dropped"), chance)
        for _ in range(number - 2):
            changes = [change for change in self.pending if chance.random() < 0.6]
            chance.shuffle(changes)
            fates = {file: chance.choice(("whole", "dropped", "torn", "zeroed")) for file in files}
            yield self._state(changes, fates, chance)

    def _state(
        self, changes: list[dict[str, int | None]], fates: dict[int, str], chance: random.Random
    ) -> dict[str, bytes | None]:
        names = dict(self.names)
        for change in changes:
            _apply(names, change)
        return {
            path: None
            if file < 0
            else self.content[file] + self._rest(file, fates.get(file, "whole"), chance)
            for path, file in names.items()
            if os.path.dirname(path) in names or os.path.dirname(path) not in self._seen
        }

    def _rest(self, file: int, fate: str, chance: random.Random) -> bytes:
        rest = b"".join(self.unflushed[file])
        if fate == "dropped" or not rest:
            return b""
        if fate == "zeroed":
            return bytes(len(rest))
        if fate == "torn":
            cut = bytearray(rest[: chance.randint(0, len(rest))])
            for start in range(0, len(cut), SECTOR):
                if chance.random() < 0.3:
                    cut[start : start + SECTOR] = bytes(len(cut[start : start + SECTOR]))
            return bytes(cut)
        return rest


def _apply(names: dict[str, int], change: dict[str, int | None]) -> None:
    for path, file in change.items():
        if file is None:
            names.pop(path, None)
        else:
            names[path] = file
