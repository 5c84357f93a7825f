"""Values as Terraform gives them: known, or not known yet and why."""

from typing import Self, TypeAlias

from msgspec import Struct

#: Stands for the part of a template that is not known. A private-use character: no name has it.
HOLE = "\ue000"


class Unknown(Struct, frozen=True):
    """A value that this input does not decide.

    `reference` is what made it so, as the author of the Terraform wrote it (``var.scopes``);
    `decided_by` says which input would decide it; `template` is the text of a string whose
    unknown parts are `HOLE`, where some of it is known.
    """

    reference: str
    decided_by: str
    template: str | None = None

    @property
    def plain(self) -> Self:
        """The same without what is known of the value: as a reason it is told."""
        return self if self.template is None else type(self)(self.reference, self.decided_by)


class Redacted:
    """A sensitive value: set, and never shown."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Redacted)

    def __hash__(self) -> int:
        return hash(Redacted)

    def __repr__(self) -> str:
        return "Redacted()"


class ValueSet(Struct, frozen=True):
    """A set of strings: the members that are certain, and why there may be more.

    With `unknown` empty the set is complete.
    """

    members: tuple[str, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.unknown


#: One attribute of a client. None is Terraform's null: the provider's default holds.
AttributeValue: TypeAlias = str | int | float | bool | ValueSet | Unknown | Redacted | None


def glob_matches(pattern: str, text: str) -> bool:
    """Whether `text` matches `pattern`, in which only ``*`` is special.

    ``[`` and ``]`` are part of a Terraform address, so shell globs would misread one. Not a regular
    expression: one of several ``.*`` tries every way to share a long text out among them.
    """
    first, star, rest = pattern.partition("*")
    if not star:
        return text == pattern
    *middle, last = rest.split("*")
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for part in middle:
        # The first place leaves the most to those that follow.
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def glob_decides(pattern: str, value: str | Unknown) -> bool | None:
    """Whether `value` matches `pattern`; None when that is not known.

    A template matches for certain when its unknown parts fall inside a ``*``: whatever they
    turn out to be, the same ``*`` takes them.
    """
    if isinstance(value, str):
        return glob_matches(pattern, value)
    if pattern.strip("*") == "" and pattern:
        return True
    if value.template is not None and glob_matches(pattern, value.template):
        return True
    return None
