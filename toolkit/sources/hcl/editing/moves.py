"""What a `moved` block has to say, and in which module, for one address to become another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from toolkit.lazily import pattern
from toolkit.sources.hcl.editing.blocks import Nested

_STEP = pattern(
    r"(?P<name>module\.[^.\[]+|(?!module\.)[^.\[]+\.[^.\[]+)"
    r'(?P<key>\[(?:-?\d+|"(?:[^"\\]|\\.)*")\])?(?:\.|$)'
)


class Step(Struct, frozen=True):
    """A part of an address: a call of a module, or a resource, with the key of an instance."""

    name: str
    key: str

    @property
    def text(self) -> str:
        return self.name + self.key


class Move(Struct, frozen=True):
    """The calls that lead to the module of the block, and both addresses from there."""

    calls: tuple[str, ...]
    before: tuple[Step, ...]
    after: tuple[Step, ...]

    @property
    def block(self) -> Nested:
        value = {"from": _text(self.before), "to": _text(self.after)}
        lines = ["moved {", f"  from = {value['from']}", f"  to   = {value['to']}", "}"]
        return Nested(lines, value)


def _text(steps: Sequence[Step]) -> str:
    return ".".join(step.text for step in steps)


def steps_of(address: str) -> tuple[Step, ...]:
    return tuple(Step(each["name"], each["key"] or "") for each in _STEP.finditer(address))


def move(old: str, new: str, declares: Callable[[Sequence[str], str], bool]) -> Move:
    """The least that leads from one address to the other.

    `declares` tells whether a module, by the calls that lead to it, has a block of a name.
    """
    before, after = steps_of(old), steps_of(new)
    shared = 0
    while shared < min(len(before), len(after)) - 1 and before[shared] == after[shared]:
        shared += 1
    calls = tuple(step.name for step in before[:shared])
    one, other = before[shared:], after[shared:]
    is_renamed = one[0].name != other[0].name and not declares(calls, one[0].name)
    if any(step.key for step in before[:shared]) and not is_renamed:
        # What is said in the module holds for all of its instances, and this is about one.
        return Move((), before, after)
    if len(one) == len(other) and one[1:] == other[1:]:
        # All that is in the call, or all instances of the block, go the same way.
        one, other = one[:1], other[:1]
        if is_renamed and one[0].key == other[0].key:
            one, other = (Step(one[0].name, ""),), (Step(other[0].name, ""),)
    return Move(calls, one, other)
