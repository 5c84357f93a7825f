"""Find the addresses of a `moved` block, and the module that must contain it."""

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
    """A step of an address: a module call or a resource, with its instance key."""

    name: str
    key: str

    @property
    def text(self) -> str:
        return self.name + self.key


class Move(Struct, frozen=True):
    """The calls that lead to the block's module, and both addresses relative to that module."""

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
    """Return the shortest move from one address to the other.

    `declares` tells whether the module behind some calls has a block with a given name.
    """
    before, after = steps_of(old), steps_of(new)
    shared = 0
    while shared < min(len(before), len(after)) - 1 and before[shared] == after[shared]:
        shared += 1
    calls = tuple(step.name for step in before[:shared])
    one, other = before[shared:], after[shared:]
    is_renamed = one[0].name != other[0].name and not declares(calls, one[0].name)
    if any(step.key for step in before[:shared]) and not is_renamed:
        # A block in the module would apply to all its instances; this move concerns one of them.
        return Move((), before, after)
    if len(one) == len(other) and one[1:] == other[1:]:
        # Everything in the call, or all instances of the block, move together.
        one, other = one[:1], other[:1]
        if is_renamed and one[0].key == other[0].key:
            one, other = (Step(one[0].name, ""),), (Step(other[0].name, ""),)
    return Move(calls, one, other)
