"""The instances that `count` and `for_each` make of a block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.model.values import Unknown
from toolkit.sources.hcl.doubts import is_doubtful
from toolkit.sources.hcl.values import (
    BY_PLAN,
    Computed,
    Missing,
    Partial,
    Value,
    as_text,
    is_plain,
    reasons_of,
)
from toolkit.sources.references import index_text

if TYPE_CHECKING:
    from toolkit.sources.hcl.blocks import Attribute, Block
    from toolkit.sources.hcl.scopes import ModuleInstance, Scope

Key = str | int | None
_WHOLE = re.compile(r"[0-9]+", re.ASCII)
#: Of more instances than this, nobody means each one.
MOST_INSTANCES = 10_000


class Copy(NamedTuple):
    """One instance of a block: its key, and the scope of its body."""

    key: Key
    scope: Scope


class Expansion(NamedTuple):
    """The certain instances of a block; `unknown` says why there may be others."""

    copies: tuple[Copy, ...]
    unknown: Unknown | None
    keyed: type[str] | type[int] | None


def with_key(address: str, key: Key) -> str:
    """Terraform's address of an instance: ``a.b``, ``a.b[0]``, ``a.b["key"]``."""
    return address + index_text(key)


def unknown_each(scope: Scope, reason: Unknown) -> Scope:
    """The scope of a block whose instances are not known."""
    unknown = Missing((reason,))
    return scope.within(each={"key": unknown, "value": unknown}, count={"index": unknown})


def expand(instance: ModuleInstance, address: str, block: Block) -> Expansion:
    """The instances of the block at an address that is given without a key."""
    scope = instance.scope
    count, for_each = block.attributes.get("count"), block.attributes.get("for_each")
    # Both stand there only by way of an override file; Terraform looks at `count` first.
    if count is not None:
        value = instance.root.resolve(count.expression, scope)
        return _agreed(instance, address, value, count, _count(instance, address, value, count))
    if for_each is not None:
        value = instance.root.resolve(for_each.expression, scope)
        return _agreed(
            instance, address, value, for_each, _for_each(instance, address, value, for_each)
        )
    return Expansion((Copy(None, scope),), None, None)


def _agreed(
    instance: ModuleInstance,
    address: str,
    value: Value,
    attribute: Attribute,
    expansion: Expansion,
) -> Expansion:
    """The expansion, if tfparse sees the same instances; where it does not, neither is believed."""
    # Whole resources, and ids, are no values that tfparse could repeat over.
    decided = expansion.unknown is None and instance.existence is None and is_plain(value)
    if not decided:
        return expansion
    seen = instance.root.keys(address)
    if seen is None or set(seen) == {copy.key for copy in expansion.copies}:
        return expansion
    if is_doubtful(attribute.expression, instance.scope, early=True):
        return expansion
    reason = Unknown(f"{attribute.source.strip()}, evaluated in two ways", BY_PLAN)
    certain = tuple(copy for copy in expansion.copies if copy.key in seen)
    return Expansion(certain, reason, expansion.keyed)


def _count(instance: ModuleInstance, address: str, value: Value, attribute: Attribute) -> Expansion:
    number = as_text(value)
    if number is not None and _WHOLE.fullmatch(number):
        if int(number) > MOST_INSTANCES:
            return Expansion((), Unknown(f"{number} instances", BY_PLAN), int)
        indexes: tuple[Key, ...] = tuple(range(int(number)))
    elif isinstance(value, Computed):
        indexes = _evaluated(instance, address, attribute)
        if not indexes:
            return Expansion((), Unknown(attribute.source.strip(), BY_PLAN), int)
    else:
        return Expansion((), _why(value, attribute), int)
    over = attribute.expression
    copies = tuple(Copy(i, instance.scope.over(over, count={"index": i})) for i in indexes)
    return Expansion(copies, None, int)


def _evaluated(instance: ModuleInstance, address: str, attribute: Attribute) -> tuple[Key, ...]:
    """The keys of which only tfparse can know; none where it cannot."""
    if is_doubtful(attribute.expression, instance.scope, early=True):
        return ()
    return instance.root.keys(address) or ()


def _for_each(
    instance: ModuleInstance, address: str, value: Value, attribute: Attribute
) -> Expansion:
    members: dict[Key, Value] = {}
    unknown: Unknown | None = None
    if isinstance(value, dict):
        members.update(value)
    elif isinstance(value, list | Partial):
        items = value if isinstance(value, list) else value.items
        certain = [item for item in items if isinstance(item, str)]
        members.update({item: item for item in certain})
        if isinstance(value, Partial) or len(certain) < len(items):
            unknown = _why(value, attribute)
    elif isinstance(value, Computed):
        lost = Computed(attribute.source.strip())
        members.update(dict.fromkeys(_evaluated(instance, address, attribute), lost))
        if not members:
            unknown = Unknown(attribute.source.strip(), BY_PLAN)
    else:
        unknown = _why(value, attribute)
    over = attribute.expression
    copies = tuple(
        Copy(key, instance.scope.over(over, each={"key": key, "value": member}))
        for key, member in members.items()
    )
    return Expansion(copies, unknown, str)


def _why(value: Value, attribute: Attribute) -> Unknown:
    reasons = reasons_of(value)
    return reasons[0] if reasons else Unknown(attribute.source.strip(), BY_PLAN)
