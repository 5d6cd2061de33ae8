"""Every pattern means the same on every Python it may run on."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import searchidx

_OF_ONE_CHARACTER = (_constants.IN, _constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY)


def test_no_group_is_repeated_possessively():
    """Python 3.11.0 to 3.11.4 lose what such a group matched when something in it had to be taken back (gh-106052).

    An atomic group around the repetition, ``(?>(?:...)*)``, says the same and is right everywhere.
    """
    patterns = list(all_patterns())
    assert len(patterns) > 100
    assert [name for name, pattern in patterns if any(possessive_groups(parsed(pattern)))] == []
    assert any(possessive_groups(_parser.parse("a(?:b|c?)*+")))


def all_patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for module in pkgutil.walk_packages(searchidx.__path__, "searchidx."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                yield f"{module.name}.{name}", value


def parsed(pattern: re.Pattern[Any]) -> Any:
    return _parser.parse(pattern.pattern, pattern.flags)


def possessive_groups(part: Any) -> Iterator[Any]:
    """Possessive repetitions of more than one character, anywhere in a parsed pattern."""
    if isinstance(part, tuple) and part and part[0] is _constants.POSSESSIVE_REPEAT:
        repeated = part[1][2]
        if len(repeated) != 1 or repeated[0][0] not in _OF_ONE_CHARACTER:
            yield part
    if isinstance(part, _parser.SubPattern | tuple | list):
        for inner in part:
            yield from possessive_groups(inner)
