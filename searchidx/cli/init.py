"""``searchidx init``: local index of a folder."""

from __future__ import annotations  # the annotations are for Typer

import os
from typing import Annotated

from searchidx import engines
from searchidx.cli.flags import argument
from searchidx.cli.opening import absolute
from searchidx.cli.streams import say
from searchidx.config import LOCAL_INDEX
from searchidx.errors import FOUND, StorageError


def command(
    folder: Annotated[str, argument("[DIR]", "Folder of the index; default: the working directory")] = ".",
) -> int:
    """Create an empty index for a folder.

    It is stored in .searchidx, which version control ignores, and every
    searchidx command run in the folder or below uses it.

    Examples:
      cd ~/Documents && searchidx init && searchidx index .
    """
    directory = os.path.join(absolute(folder), LOCAL_INDEX)
    engines.backend(directory).confirm_writable()
    if os.path.isdir(directory):
        say(f"an index in {directory} exists already")
        return FOUND
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        with open(os.path.join(directory, ".gitignore"), "w", encoding="ascii") as file:
            file.write("*\n")
    except OSError as error:
        raise StorageError(f"{directory} can't be created: {error.strerror}") from error
    say(f"new index in {directory}; searchidx index PATH fills it")
    return FOUND
