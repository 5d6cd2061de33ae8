"""Saved searches by name in a query: ``@name``, and texts that only look like one."""

import os

from searchidx import config
from searchidx.cli.streams import say
from searchidx.userdata import saved


def recall(text: str) -> saved.Search | None:
    """Return the saved search that a query names, or None; a name unlike any that is saved is text, with a note.

    Raises:
        UsageError: The name is nearly that of a saved search.
    """
    try:
        return saved.recall(config.saved_file(os.environ), text)
    except saved.NotSavedError as error:
        if error.is_near:
            raise
        say(f"note: {error}; {text} is searched as text")
        return None
