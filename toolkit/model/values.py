"""Terraform values: known, or unknown with a reason."""

from typing import Self, TypeAlias

from msgspec import Struct

#: Marks an unknown part of a template. It is a private-use character, which names do not contain.
HOLE = "\ue000"


class Unknown(Struct, frozen=True):
    """A value that this input does not decide.

    `reference` is the expression that makes it unknown, as written in the Terraform
    (``var.scopes``). `decided_by` names the input that would decide it. `template` is the text of a
    partly known string, with `HOLE` for each unknown part. `origin` is a digest of how the value is
    made of `reference`, where values of two inputs are compared: only with the same digest are two
    unknown values the same.
    """

    reference: str
    decided_by: str
    template: str | None = None
    origin: str = ""

    @property
    def plain(self) -> Self:
        """The same reason without `template` and `origin`, for use in reports."""
        if self.template is None and not self.origin:
            return self
        return type(self)(self.reference, self.decided_by)

    @property
    def untemplated(self) -> Self:
        """The same reason without `template`."""
        if self.template is None:
            return self
        return type(self)(self.reference, self.decided_by, origin=self.origin)


class Redacted:
    """A sensitive value: it is set, and never shown."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Redacted)

    def __hash__(self) -> int:
        return hash(Redacted)

    def __repr__(self) -> str:
        return "Redacted()"


class ValueSet(Struct, frozen=True):
    """A set of strings: the members that are certain, and the reasons why there may be more.

    The set is complete if `unknown` is empty.
    """

    members: tuple[str, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.unknown


#: The value of an attribute. None is Terraform's null: the provider's default applies.
AttributeValue: TypeAlias = str | int | float | bool | ValueSet | Unknown | Redacted | None


def glob_matches(pattern: str, text: str) -> bool:
    """Whether `text` matches `pattern`, in which only ``*`` is special.

    ``[`` and ``]`` are part of Terraform addresses, so shell globs would misread them. A regular
    expression with several ``.*`` would try every way to split a long text between them.
    """
    first, star, rest = pattern.partition("*")
    if not star:
        return text == pattern
    *middle, last = rest.split("*")
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for part in middle:
        # The first occurrence leaves the most text for the parts that follow.
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def glob_decides(pattern: str, value: str | Unknown) -> bool | None:
    """Whether `value` matches `pattern`; None if that is unknown.

    A template surely matches if each unknown part is inside a ``*``, which then matches whatever
    the part is.
    """
    if isinstance(value, str):
        return glob_matches(pattern, value)
    if pattern.strip("*") == "" and pattern:
        return True
    if value.template is not None and glob_matches(pattern, value.template):
        return True
    return None
