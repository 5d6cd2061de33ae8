"""Actions of a command: ``remove`` of ``searchidx saved remove``."""

from collections.abc import Sequence
from difflib import get_close_matches

from searchidx.errors import UsageError


def parse_action(command: str, action: str, actions: Sequence[str]) -> str:
    """Return the action if the command has it.

    Raises:
        UsageError: The command has no such action; names the nearest one or all.
    """
    if action in actions:
        return action
    matches = get_close_matches(action, actions, n=1)
    remedy = f"did you mean {matches[0]}?" if matches else f"use one of {', '.join(actions)}"
    raise UsageError(f"{command}: {action!r} is not an action; {remedy}")
