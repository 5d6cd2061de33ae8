"""Lossless JSON: numbers as they are written, repeated names, values at any depth, positions of objects."""

import json
import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from searchidx.readers.records.fields import Field

_LONGEST_PATH = 200
_BETWEEN = re.compile(r"[\s,]*")


class Object(tuple[tuple[str, Any], ...]):
    """The names and values of a JSON object, in order and with repetitions."""

    __slots__ = ()


class Located(NamedTuple):
    """An object of a JSON file, with its first and last line."""

    value: Object
    line: int
    end_line: int


_DECODER = json.JSONDecoder(object_pairs_hook=Object, parse_float=str, parse_int=str, parse_constant=str)


def parse(source: str) -> Any:
    """Parse one JSON value; objects become :class:`Object`, numbers the text they are written as.

    Raises:
        ValueError: It is no JSON.
        RecursionError: It is nested too deeply.
    """
    return _DECODER.decode(source)


def parse_objects(source: str) -> list[Located]:
    r"""Parse an array of objects, or objects one after another; lines end with ``\n``.

    Raises:
        ValueError: It is anything else.
        RecursionError: It is nested too deeply.
    """
    objects: list[Located] = []
    position, line = _skip(source, 0), 1
    is_array = source.startswith("[", position)
    if is_array:
        position = _skip(source, position + 1)
    previous = 0
    while source.startswith("{", position):
        value, end = _DECODER.raw_decode(source, position)
        first = line + source.count("\n", previous, position)
        line = first + source.count("\n", position, end)
        objects.append(Located(value, first, line))
        previous, position = end, _skip(source, end)
    if source[position:].rstrip() != ("]" if is_array else ""):
        raise ValueError("other values than objects")
    return objects


def _skip(source: str, position: int) -> int:
    between = _BETWEEN.match(source, position)
    return between.end() if between else position


def fields_of(value: Any) -> list[Field]:
    """Return all values inside a JSON value under the names that lead to them; values of a list share its line."""
    if not isinstance(value, Object):
        return [("", text) for _, text in _leaves("", value)]
    groups = groupby(_leaves("", value), key=itemgetter(0))
    return [(name, " | ".join(text for _, text in leaves)) for name, leaves in groups]


def _leaves(name: str, value: Any) -> Iterator[Field]:
    """Yield every scalar in reading order; not recursive, for JSON may be nested as deeply as the parser allows."""
    stack = [(name, value)]
    while stack:
        name, value = stack.pop()
        if isinstance(value, Object):
            for key, part in reversed(value):
                stack.append((_below(name, key), part))
                if (
                    len(key) > _LONGEST_PATH
                ):  # a text that serves as a name is read once, and not before each value
                    stack.append((name, key))
        elif isinstance(value, list):
            stack += [(name, part) for part in reversed(value)]
        elif value is not None and (text := _text_of(value)):
            yield name, text


def _below(name: str, key: str) -> str:
    path = f"{name}.{key}" if name else key
    return path[-_LONGEST_PATH:]


def _text_of(value: str | bool) -> str:
    return value.strip() if isinstance(value, str) else json.dumps(value)
