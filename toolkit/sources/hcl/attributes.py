"""Attributes of a block as values of the model: known, or unknown and why.

Two evaluations meet here. Where the syntactic pass has a value, and tfparse another one, the value
is unknown: neither is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from toolkit.model.values import Unknown, ValueSet
from toolkit.sources.hcl.blocks import Attribute, Block, Span
from toolkit.sources.hcl.doubts import is_doubtful
from toolkit.sources.hcl.evaluated import LOST, Evaluation
from toolkit.sources.hcl.resolve import resolve
from toolkit.sources.hcl.scopes import Scope
from toolkit.sources.hcl.values import (
    BY_PLAN,
    Computed,
    IdentifierSet,
    Missing,
    Partial,
    SetValue,
    Value,
    as_text,
    has_computed,
    reasons_of,
    shortened,
)

_WORD = re.compile(r"\w+")


class Entry(NamedTuple):
    """A block, or one that a `dynamic` block generates, ready to be read.

    `record` is what tfparse made of it: None where there is none, or it cannot be told which.
    """

    block: Block
    scope: Scope
    record: Mapping[str, Any] | None
    evaluation: Evaluation

    @property
    def span(self) -> Span:
        return self.block.span

    def ignored(self, name: str) -> Unknown | None:
        """Why an attribute is not what is written: `lifecycle` leaves what is there as it is."""
        for lifecycle in self.block.nested("lifecycle"):
            attribute = lifecycle.attributes.get("ignore_changes")
            if attribute is None:
                continue
            words = set(_WORD.findall(attribute.source))
            if name in words or "all" in words:
                return Unknown(f"{name}, of which changes are ignored", BY_PLAN)
        return None

    def value(self, name: str) -> Value:
        """What the attribute comes to; None where it is absent or null."""
        attribute = self.block.attributes.get(name)
        return None if attribute is None else resolve(attribute.expression, self.scope)

    def scalar(self, name: str) -> str | int | float | bool | Unknown | None:
        """A string, number or bool; None where the attribute is absent or null."""
        ignored = self.ignored(name)
        if ignored is not None:
            return ignored
        attribute = self.block.attributes.get(name)
        if attribute is None:
            return None
        value = resolve(attribute.expression, self.scope)
        found = self.found(name)
        if isinstance(value, Computed):
            if isinstance(found, str | int | float | bool):
                return found
            return Unknown(shortened(attribute.source), BY_PLAN)
        if value is None:
            return None if found is LOST else _disagreement(attribute)
        reasons = reasons_of(value)
        if reasons:
            return _merged(reasons, value)
        if isinstance(value, str | int | float | bool):
            if found is not LOST and as_text(found) != as_text(value):  # type: ignore[arg-type]
                return _disagreement(attribute)
            return value
        return Unknown(shortened(attribute.source), BY_PLAN)

    def text(self, name: str) -> str | Unknown | None:
        """A scalar as the string that the provider receives."""
        value = self.scalar(name)
        return value if isinstance(value, Unknown) else as_text(value)

    def strings(self, name: str) -> ValueSet:
        """A set of strings; empty where the attribute is absent or null."""
        ignored = self.ignored(name)
        if ignored is not None:
            return ValueSet((), (ignored,))
        attribute = self.block.attributes.get(name)
        if attribute is None:
            return ValueSet()
        value = resolve(attribute.expression, self.scope)
        if value is None:
            return ValueSet()
        found = self.found(name)
        if not reasons_of(value) and has_computed(value):
            value = found if isinstance(found, list) else value
            found = LOST
        members, reasons = _members(value, attribute)
        if not reasons and isinstance(found, list):
            texts = {as_text(item) for item in found}
            if texts != set(members):
                reasons = (_disagreement(attribute),)
                members = tuple(member for member in members if member in texts)
        return ValueSet(members, reasons)

    def found(self, name: str) -> object:
        """What tfparse made of an attribute; `LOST` where that says nothing of it."""
        if self.record is None or name not in self.record:
            return LOST
        if is_doubtful(self.block.attributes[name].expression, self.scope):
            return LOST
        return self.evaluation.value(self.record[name])


def _disagreement(attribute: Attribute) -> Unknown:
    return Unknown(f"{shortened(attribute.source)}, evaluated in two ways", BY_PLAN)


def _merged(reasons: tuple[Unknown, ...], value: Value) -> Unknown:
    """One reason for a scalar that depends on several things."""
    template = value.reasons[0].template if isinstance(value, Missing) else None
    references = ", ".join(dict.fromkeys(reason.reference for reason in reasons))
    return Unknown(references, reasons[0].decided_by, template)


def _members(value: Value, attribute: Attribute) -> tuple[tuple[str, ...], tuple[Unknown, ...]]:
    """The known strings of a list, and why there may be more."""
    if isinstance(value, list | Partial):
        items = value if isinstance(value, list) else value.items
        texts = [as_text(item) for item in items]
        reasons = list(reasons_of(value))
        others = [item for item, text in zip(items, texts, strict=True) if text is None]
        if any(item is not None and not reasons_of(item) for item in others):
            reasons.append(Unknown(shortened(attribute.source), BY_PLAN))
        if None in others:
            reasons.append(Unknown(f"a null in {shortened(attribute.source)}", BY_PLAN))
        known = dict.fromkeys(text for text in texts if text is not None)
        return tuple(known), tuple(dict.fromkeys(reasons))
    reasons_found = reasons_of(value)
    return (), reasons_found or (Unknown(shortened(attribute.source), BY_PLAN),)


def nested(entry: Entry, kind: str) -> tuple[list[Entry], tuple[Unknown, ...]]:
    """The nested blocks of a type, `dynamic` ones expanded, and why there may be more of them."""
    ignored = entry.ignored(kind)
    if ignored is not None:
        return [], (ignored,)
    static, generated = entry.block.nested(kind), entry.block.dynamic(kind)
    records = _records(entry.record, kind)
    # tfparse loses entries where static and dynamic blocks stand side by side, so only the records
    # of a block without any `dynamic` one can be told apart, by their order.
    aligned = len(records) == len(static) and not generated
    entries = [
        Entry(block, entry.scope, records[at] if aligned else None, entry.evaluation)
        for at, block in enumerate(static)
    ]
    unknown: list[Unknown] = []
    alone = not static and len(generated) == 1
    for block in generated:
        made, reasons = _generated(entry, block, records if alone else [])
        entries += made
        unknown += reasons
    return entries, tuple(dict.fromkeys(unknown))


def _records(record: Mapping[str, Any] | None, kind: str) -> list[Mapping[str, Any]]:
    found = record.get(kind) if record is not None else None
    if isinstance(found, dict):
        return [found]
    return [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []


def _generated(
    entry: Entry, block: Block, records: list[Mapping[str, Any]]
) -> tuple[list[Entry], tuple[Unknown, ...]]:
    """The blocks that one `dynamic` block makes."""
    for_each, content = block.attributes.get("for_each"), block.nested("content")
    if for_each is None or len(content) != 1:
        return [], (Unknown(f'dynamic "{block.labels[0]}"', BY_PLAN),)
    iterator = block.attributes.get("iterator")
    name = iterator.source.strip().strip('"') if iterator is not None else block.labels[0]
    value = resolve(for_each.expression, entry.scope)
    if value is None:
        return [], ()
    if isinstance(value, Computed):
        return _from_records(entry, content[0], name, records, for_each)
    pairs = _pairs(value)
    if pairs is None:
        return [], reasons_of(value) or (Unknown(shortened(for_each.source), BY_PLAN),)
    entries = [
        Entry(
            content[0],
            entry.scope.over(for_each.expression, **{name: {"key": key, "value": member}}),
            None,
            entry.evaluation,
        )
        for key, member in pairs
    ]
    return entries, value.reasons if isinstance(value, Partial) else ()


def _from_records(
    entry: Entry,
    content: Block,
    name: str,
    records: list[Mapping[str, Any]],
    for_each: Attribute,
) -> tuple[list[Entry], tuple[Unknown, ...]]:
    """The blocks over a list that only tfparse knows: its records.

    None at all may be an empty list or one that was lost, so that is unknown.
    """
    if not records or is_doubtful(for_each.expression, entry.scope, early=True):
        return [], (Unknown(shortened(for_each.source), BY_PLAN),)
    lost = Computed(shortened(for_each.source))
    scope = entry.scope.over(for_each.expression, **{name: {"key": lost, "value": lost}})
    return [Entry(content, scope, record, entry.evaluation) for record in records], ()


def _pairs(value: Value) -> Iterator[tuple[Value, Value]] | None:
    if isinstance(value, dict):
        return iter(value.items())
    if isinstance(value, SetValue | IdentifierSet):
        return ((i, i) for i in (value if isinstance(value, SetValue) else value.items))
    if isinstance(value, list):
        return iter(enumerate(value))
    if isinstance(value, Partial):
        return ((Missing(value.reasons), item) for item in value.items)
    return None


def identifier(entry: Entry, name: str) -> Value:
    """Whose id an attribute is: an `Identifier`, a literal id, or why it is neither."""
    value = entry.value(name)
    if isinstance(value, Computed) and entry.record is not None:
        found = entry.found(name)
        return found if isinstance(found, str) else value
    return value
