"""Backend of the local engine: an index in a folder."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from searchidx.config import WAIT_SECONDS
from searchidx.local.segment import manifest as manifests
from searchidx.local.segment.stored_paths import at_home, home_of

if TYPE_CHECKING:
    from searchidx.analyzer.user_lexicon import UserLexicon
    from searchidx.engine import Builder, Findings, IndexState, MergeJob, Part, Tokenize, Writer
    from searchidx.local.engine import LocalEngine

# Parts of the engine are imported where they are used: a search needs none of what writes, and starting it is its larger part.


class LocalBackend:
    """A :class:`~searchidx.engine.Backend` for an index in a folder.

    Attributes:
        place: Absolute path of the folder.
    """

    def __init__(self, directory: str) -> None:
        """Name the folder, which need not exist."""
        self.place = os.path.abspath(directory)

    @property
    def folders(self) -> tuple[str, ...]:
        """The folder itself: an index is no document."""
        return (self.place,)

    def exists(self) -> bool:
        """Return True if there is an index, sound or damaged."""
        return manifests.is_there(self.place)

    def state(self) -> "IndexState":
        """Return the facts of the last commit, from its manifest alone."""
        from searchidx.local.segment.indexed_documents import state_of

        return state_of(manifests.read_last(self.place))

    def locate(self, path: str) -> str:
        """Return the path of a file by the present name of the home folder, if it leads there by another name."""
        return at_home(path, home_of(self.place))

    def open(self, *, seconds: float, user_lexicon: "UserLexicon | None" = None) -> "LocalEngine":
        """Open the last commit; see :class:`~searchidx.engine.Backend`."""
        from searchidx.local.engine import LocalEngine

        return LocalEngine(self.place, seconds=seconds, user_lexicon=user_lexicon)

    def write(self, *, wait: float = WAIT_SECONDS, repair: bool = False) -> "Writer":
        """Take the write lock; see :class:`~searchidx.engine.Backend`."""
        from searchidx.local.commit.writer import LocalWriter

        return LocalWriter(self.place, wait=wait, repair=repair)

    def builder(self, tokenize: "Tokenize", user_words: Iterable[str] = ()) -> "Builder":
        """Return a builder of segments."""
        from searchidx.local.indexing.part_builder import LocalBuilder

        return LocalBuilder(self.place, tokenize, user_words)

    def merge(self, job: "MergeJob") -> "Part":
        """Merge segments; see :class:`~searchidx.engine.Backend`."""
        from searchidx.local.commit.writer import run_merge

        return run_merge(self.place, job)

    def check(self) -> "Findings":
        """Read every byte of the index."""
        from searchidx.local.commit.check import check

        return check(self.place)

    def confirm_writable(self) -> None:
        """Raise UsageError if the folder contains other things and no index."""
        from searchidx.local.commit.index_writer import confirm_own_folder

        confirm_own_folder(self.place)
