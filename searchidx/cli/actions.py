"""Commands that do one of several things: ``searchidx saved remove``."""

from collections.abc import Sequence
from difflib import get_close_matches

from searchidx.errors import UsageError


def known(command: str, action: str, actions: Sequence[str]) -> str:
    """Give the action back.

    Raises:
        UsageError: There is no such action; says the nearest or all.
    """
    if action in actions:
        return action
    near = get_close_matches(action, actions, n=1)
    meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(actions)}"
    raise UsageError(f"{command}: there is no action {action!r}; {meant}")
