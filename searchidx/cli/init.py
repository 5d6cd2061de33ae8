"""``searchidx init``: an index that belongs to a folder."""

from __future__ import annotations  # the annotations are for Typer

import os
from typing import Annotated

from searchidx.cli.flags import argument
from searchidx.cli.opening import absolute
from searchidx.cli.streams import say
from searchidx.config import LOCAL_INDEX
from searchidx.errors import FOUND, StorageError
from searchidx.local.commit.index_writer import confirm_own_folder


def command(
    folder: Annotated[str, argument("[DIR]", "The folder; the working directory if left out")] = ".",
) -> int:
    """Make an empty index that belongs to a folder.

    It is kept in .searchidx, which version control ignores, and is used by every
    searchidx command given in the folder or below.

    Examples:
      cd ~/Documents && searchidx init && searchidx index .
    """
    directory = os.path.join(absolute(folder), LOCAL_INDEX)
    confirm_own_folder(directory)
    if os.path.isdir(directory):
        say(f"there is an index in {directory} already")
        return FOUND
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        with open(os.path.join(directory, ".gitignore"), "w", encoding="ascii") as file:
            file.write("*\n")
    except OSError as error:
        raise StorageError(f"{directory} can't be made: {error.strerror}") from error
    say(f"new index in {directory}; searchidx index PATH fills it")
    return FOUND
