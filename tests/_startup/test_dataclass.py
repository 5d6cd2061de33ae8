"""Our dataclass is the standard one, but for what defining it costs."""

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from searchidx._startup.dataclass import dataclass, field


@dataclass(frozen=True, slots=True)
class Ours:
    """A pair."""

    first: int
    second: str = "b"
    third: list[int] = field(default_factory=list)

    @property
    def twice(self) -> int:
        return 2 * self.first


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """A pair."""

    first: int
    second: str = "b"
    third: list[int] = dataclasses.field(default_factory=list)


@dataclass(slots=True)
class Changing:
    first: int
    second: int = 2


@dataclass(frozen=True, slots=True)
class Hashed:
    first: int


@dataclass(frozen=True, slots=True, eq=False)
class Itself:
    first: int


BOTH = pytest.mark.parametrize("made", [Ours, Standard])


@BOTH
def test_values_are_given_by_place_or_by_name_and_else_are_the_defaults(made):
    assert dataclasses.astuple(made(1)) == (1, "b", [])
    assert dataclasses.astuple(made(1, "c", [2])) == (1, "c", [2])
    assert dataclasses.astuple(made(1, third=[3])) == (1, "b", [3])
    assert dataclasses.astuple(made(third=[3], first=4)) == (4, "b", [3])
    assert made(1).third is not made(1).third


@BOTH
@pytest.mark.parametrize(
    "call",
    [
        lambda made: made(),
        lambda made: made(second="c"),
        lambda made: made(1, "c", [], 4),
        lambda made: made(1, first=1),
        lambda made: made(1, fourth=1),
        lambda made: made(first=1, fourth=1),
    ],
)
def test_a_call_that_does_not_fit_is_a_type_error(made: type, call: Callable[[type], Any]):
    with pytest.raises(TypeError):
        call(made)


@pytest.mark.parametrize("made", [Ours, Changing])
def test_the_thousandth_value_is_as_the_first(made):
    values = [made(1), *(made(first=number) for number in range(1000))]
    assert values[0] == values[2]
    assert values[-1].first == 999
    with pytest.raises(TypeError):
        made(1, fourth=1)
    if made is Ours:
        assert values[-1].third is not values[-2].third
        with pytest.raises(dataclasses.FrozenInstanceError):
            values[-1].first = 2


@BOTH
def test_a_frozen_value_stays_as_it_is(made):
    value = made(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.first = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del value.first
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
        value.another = 2
    assert not hasattr(value, "__dict__")
    assert value.first == 1


def test_what_is_not_frozen_changes_and_has_no_hash():
    value = Changing(1)
    value.second = 3
    assert value == Changing(1, 3)
    with pytest.raises(TypeError):
        hash(value)
    with pytest.raises(AttributeError):
        value.another = 2


def test_values_are_equal_by_class_and_fields():
    assert Hashed(1) == Hashed(1)
    assert Hashed(1) != Hashed(2)
    assert Hashed(1) != Changing(1)
    assert Hashed(1) != (1,)
    assert hash(Hashed(1)) == hash(Hashed(1))
    assert {Hashed(1), Hashed(1)} == {Hashed(1)}
    assert Itself(1) != Itself(1)
    assert hash(Itself(1))


def test_it_reads_as_it_is_written():
    assert repr(Ours(1, "c")) == "Ours(first=1, second='c', third=[])"
    assert Ours.__doc__ == "A pair."
    assert Ours.__qualname__ == Ours.__name__ == "Ours"
    assert Ours.__module__ == __name__
    assert Ours(2).twice == 4


def test_it_is_matched_by_place():
    match Ours(1, "c"):
        case Ours(first, second):
            assert (first, second) == (1, "c")


def test_it_is_copied_and_pickled():
    value = Ours(1, "c", [3])
    for other in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert other == value


def test_the_standard_library_takes_it_for_one_of_its_own():
    value = Ours(1)
    assert dataclasses.is_dataclass(Ours)
    assert dataclasses.replace(value, second="c") == Ours(1, "c")
    assert dataclasses.asdict(value) == {"first": 1, "second": "b", "third": []}
    ours, standard = (
        [(known.name, known.type, known.default, known.default_factory) for known in dataclasses.fields(made)]
        for made in (Ours, Standard)
    )
    assert ours == standard
    assert inspect.signature(Ours) == inspect.signature(Standard)


def test_defining_one_imports_nothing_that_compiles():
    script = "import sys, searchidx.query.tree; print({'dataclasses', 'inspect'} & {*sys.modules})"
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "set()"
