"""Add properties and items to JSON, or remove them, in the layout of the surrounding text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from msgspec import Struct

from toolkit.sources.hcl.editing.spans import (
    NotEditableError,
    Span,
    begins_line,
    indent_of,
    line_break,
)
from toolkit.sources.hcl.syntax.json_syntax import (
    JsonArray,
    JsonObject,
    JsonValue,
    parse_json,
)
from toolkit.sources.hcl.syntax.source import Source

_Holder: TypeAlias = "JsonObject | JsonArray"


class _Slot(Struct, frozen=True):
    """A position in an object or an array."""

    holder: _Holder
    index: int


#: Each file is parsed once for all its edits.
_parsed = lru_cache(maxsize=16)(parse_json)


def removed(source: Source, ranges: Iterable[tuple[int, int]]) -> list[Span]:
    """Return the edits that remove the properties and items in these ranges.

    An array that would become empty is removed with its property.
    """
    gone: dict[int, tuple[_Holder, set[int]]] = {}
    above: dict[int, _Slot] = {}
    for start, end in ranges:
        *outer, slot = _way(_parsed(source), start, end)
        gone.setdefault(id(slot.holder), (slot.holder, set()))[1].add(slot.index)
        if outer:
            above[id(slot.holder)] = outer[-1]
    for key, (holder, indices) in list(gone.items()):
        if isinstance(holder, JsonArray) and len(indices) == len(holder.items) and key in above:
            slot = above[key]
            del gone[key]
            gone.setdefault(id(slot.holder), (slot.holder, set()))[1].add(slot.index)
    return [span for holder, indices in gone.values() for span in _without(holder, indices)]


def _without(holder: _Holder, indices: set[int]) -> Iterator[Span]:
    places = _places(holder)
    kept = [index for index in range(len(places)) if index not in indices]
    if not kept:
        yield Span(holder.start + 1, holder.end - 1, "")
        return
    for index in sorted(indices):
        if index < kept[-1]:
            yield Span(places[index][0], places[index + 1][0], "")
    if kept[-1] + 1 < len(places):
        yield Span(places[kept[-1]][1], places[-1][1], "")


def added_blocks(
    source: Source, start: int, end: int, kind: str, values: Sequence[Mapping[str, Any]]
) -> list[Span]:
    """Return the edits that add blocks of a type to the object. Raises `NotEditableError`."""
    holder = _value(_way(_parsed(source), start, end)[-1])
    if not isinstance(holder, JsonObject):
        raise NotEditableError("its block is not an object")
    return _into(source, holder, kind, values)


def replaced(
    source: Source, start: int, end: int, values: Sequence[Mapping[str, Any]]
) -> list[Span]:
    """Return the edits that replace the object, in an array or a property, with others."""
    slot = _way(_parsed(source), start, end)[-1]
    old = _value(slot)
    if not isinstance(old, JsonObject):
        raise NotEditableError("its block is not an object")
    text, end_of_line = source.text, line_break(source.text)
    is_item = isinstance(slot.holder, JsonArray)
    if "\n" not in text[old.start : old.end]:
        gap = end_of_line + indent_of(text, old.start) if begins_line(text, old.start) else " "
        comma = "," if _is_dense(source) else f",{gap}"
        found = comma.join(_like(source, old, value) for value in values)
        return [Span(old.start, old.end, found if is_item else f"[{found}]")]
    step, outer = _step(source, old), indent_of(text, old.start)
    if is_item:
        parts = [_many_lines(value, outer, step, end_of_line) for value in values]
        return [Span(old.start, old.end, f",{end_of_line}{outer}".join(parts))]
    return [Span(old.start, old.end, _many_lines(list(values), outer, step, end_of_line))]


def added_to_top(
    source: Source, way: Sequence[str], value: Mapping[str, Any], *, is_block: bool
) -> list[Span]:
    """Return the edits that add a value under these property names.

    With `is_block` the value is one of several blocks there; otherwise it gets the last property
    alone. Raises `NotEditableError`.
    """
    *names, last = way
    at = _parsed(source)
    for number, name in enumerate(names):
        found = _property(at, name)
        if not isinstance(found, JsonObject | JsonArray):
            nested: Mapping[str, Any] = {last: value}
            for outer in reversed(names[number + 1 :]):
                nested = {outer: nested}
            return _put(source, at, name, nested)
        at = found
    if is_block:
        holder = at if isinstance(at, JsonObject) else _last_object(at)
        return [] if holder is None else _into(source, holder, last, [value])
    return _put(source, at, last, value)


def _put(source: Source, at: JsonValue, name: str, value: Any) -> list[Span]:
    if isinstance(at, JsonObject):
        return [_appended(source, at, value, name=name)]
    if isinstance(at, JsonArray):
        return [_appended(source, at, {name: value})]
    raise NotEditableError("its file is not an object")


def _last_object(at: JsonValue) -> JsonObject | None:
    items = at.items if isinstance(at, JsonArray) else []
    return next((each for each in reversed(items) if isinstance(each, JsonObject)), None)


def _property(at: JsonValue, name: str) -> JsonValue | None:
    """Return the value of a property in an object, or in the objects of an array."""
    for each in at.items if isinstance(at, JsonArray) else [at]:
        if isinstance(each, JsonObject):
            for key, value in each.items:
                if key.text == name:
                    return value
    return None


def _into(
    source: Source, holder: JsonObject, kind: str, values: Sequence[Mapping[str, Any]]
) -> list[Span]:
    known = next((value for key, value in reversed(holder.items) if key.text == kind), None)
    if known is None:
        return [_appended(source, holder, list(values), name=kind)]
    if isinstance(known, JsonArray):
        return [_appended(source, known, *values)]
    return [_in_array(source, known, values)]


def _in_array(source: Source, known: JsonValue, values: Sequence[Mapping[str, Any]]) -> Span:
    """Return an array of the existing single block and the new ones."""
    text = source.text
    old = text[known.start : known.end]
    if "\n" not in old:
        comma = "," if _is_dense(source) else ", "
        items = comma.join([old, *(_like(source, known, value) for value in values)])
        return Span(known.start, known.end, f"[{items}]")
    end = line_break(text)
    outer = indent_of(text, known.start)
    step = _step(source, known)
    inner = outer + step
    # JSON strings contain no line break.
    lines = old.split("\n")
    moved = "\n".join([lines[0], *(step + line for line in lines[1:])])
    parts = [moved, *(_many_lines(value, inner, step, end) for value in values)]
    return Span(
        known.start, known.end, f"[{end}{inner}" + f",{end}{inner}".join(parts) + f"{end}{outer}]"
    )


def _appended(source: Source, holder: _Holder, *values: Any, name: str | None = None) -> Span:
    """Append the values to an array, or the one value to an object as its last property."""
    text, end = source.text, line_break(source.text)
    places = _places(holder)
    is_in_lines = bool(places) and begins_line(text, places[-1][0])
    if is_in_lines or (not places and "\n" in text):
        step = _step(source, holder)
        inner = indent_of(text, places[-1][0]) if places else indent_of(text, holder.start) + step
        gap = end + inner
        last = _value(_Slot(holder, len(places) - 1)) if places else None
        is_like = isinstance(last, JsonObject) and "\n" not in text[last.start : last.end]
        parts = [
            _named(source, name)
            + (_like(source, last, value) if is_like else _many_lines(value, inner, step, end))
            for value in values
        ]
    else:
        gap = "" if _is_dense(source) else " "
        parts = [_named(source, name) + _one_line(source, value) for value in values]
    if places:
        at = places[-1][1]
        return Span(at, at, "".join(f",{gap}{part}" for part in parts))
    close = end + indent_of(text, holder.start) if end in gap else gap
    return Span(holder.start + 1, holder.end - 1, gap + f",{gap}".join(parts) + close)


def _like(source: Source, other: JsonValue | None, value: Any) -> str:
    """Return the value on one line, with space inside its braces if the other value has some."""
    found = _one_line(source, value)
    if other is not None and source.text.startswith("{ ", other.start) and found[0] == "{":
        return f"{{ {found[1:-1]} }}"
    return found


def _named(source: Source, name: str | None) -> str:
    if name is None:
        return ""
    return json.dumps(name) + (":" if _is_dense(source) else ": ")


def _is_dense(source: Source) -> bool:
    """Whether the document has no white space."""
    return '": ' not in source.text and '" :' not in source.text


def _one_line(source: Source, value: Any) -> str:
    if _is_dense(source):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(value, ensure_ascii=False)


def _many_lines(value: Any, indent: str, step: str, end: str) -> str:
    found = json.dumps(value, ensure_ascii=False, indent=step)
    return found.replace("\n", end + indent)


def _step(source: Source, holder: JsonValue) -> str:
    """Return the indent of one level, taken from this place or else from the top."""
    for each in (holder, _parsed(source)):
        if isinstance(each, JsonObject | JsonArray) and each.items:
            first = _places(each)[0][0]
            outer, inner = indent_of(source.text, each.start), indent_of(source.text, first)
            if begins_line(source.text, first) and inner.startswith(outer) and inner != outer:
                return inner[len(outer) :]
    return "  "


def _places(holder: _Holder) -> list[tuple[int, int]]:
    if isinstance(holder, JsonObject):
        return [(key.start, value.end) for key, value in holder.items]
    return [(each.start, each.end) for each in holder.items]


def _value(slot: _Slot) -> JsonValue:
    found = slot.holder.items[slot.index]
    return found[1] if isinstance(found, tuple) else found


def _way(value: JsonValue, start: int, end: int) -> list[_Slot]:
    """Return the positions that lead to this range, which may begin with a property name."""
    way: list[_Slot] = []
    while isinstance(value, JsonObject | JsonArray):
        for index, (first, last) in enumerate(_places(value)):
            if first <= start and end <= last:
                slot = _Slot(value, index)
                break
        else:
            break
        way.append(slot)
        value = _value(slot)
        if end == value.end and start in (first, value.start):
            break
    return way
