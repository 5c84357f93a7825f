"""Add strings to a literal list, or replace them, in its existing layout."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence

from toolkit.model import hcl
from toolkit.sources.hcl.editing.spans import (
    NotEditableError,
    Span,
    begins_line,
    end_of_row,
    indent_of,
    line_break,
    line_start,
    skipped,
)
from toolkit.sources.hcl.syntax.nodes import Expression, Literal, TupleCons
from toolkit.sources.hcl.syntax.source import Source

_HEREDOC = "<<"
#: The line length in characters from which a single item is replaced by one item per line.
_LONG = 80


def is_json(source: Source) -> bool:
    return source.path.endswith(".json")


def quoted(source: Source, text: str) -> str:
    """Return a string literal in the file's syntax."""
    if is_json(source):
        # Escape template markers, so that they stay text in JSON syntax too.
        return json.dumps(text.replace("${", "$${").replace("%{", "%%{"), ensure_ascii=False)
    return hcl.quoted(text)


def text_of(item: Expression) -> str | None:
    """Return the string of a literal item; None for any other expression."""
    if isinstance(item, Literal) and isinstance(item.value, str):
        return str(item.value)
    return None


def added(source: Source, to: TupleCons, values: Sequence[str]) -> list[Span]:
    """Return the edits that add the values as items; a sorted list stays sorted.

    Raises `NotEditableError` for a list with a heredoc.
    """
    text, items = source.text, to.items
    if any(text.startswith(_HEREDOC, item.start) for item in items):
        raise NotEditableError("the list has a heredoc in it")
    if not items:
        return [_into_empty(source, to, values)]
    known = [text_of(item) for item in items]
    order = [name for name in known if name is not None]
    is_sorted = len(order) > 1 and len(order) == len(known) and order == sorted(order)
    behind: dict[int, list[str]] = {}
    for value in values:
        place = bisect_left(order, value) if is_sorted else len(items)
        behind.setdefault(place, []).append(value)
    spans = []
    for place, new in behind.items():
        names = [quoted(source, each) for each in (sorted(new) if is_sorted else new)]
        if place:
            spans += _behind(source, to, place - 1, names)
        else:
            spans.append(_before_first(source, to, names))
    return spans


def _into_empty(source: Source, to: TupleCons, values: Sequence[str]) -> Span:
    text, close = source.text, to.end - 1
    names = [quoted(source, value) for value in values]
    inner = text[to.start + 1 : close]
    if not inner.strip() and "\n" not in inner:
        return Span(to.start + 1, close, ", ".join(names))
    # Insert after the comments that say why the list is empty.
    if not begins_line(text, close):
        space = "" if text[close - 1].isspace() else " "
        return Span(close, close, space + ", ".join(names))
    indent, end = indent_of(text, close) + "  ", line_break(text)
    comma = "" if is_json(source) else ","
    lines = f",{end}".join(indent + name for name in names) + comma + end
    at = line_start(text, close)
    return Span(at, at, lines)


def _before_first(source: Source, to: TupleCons, names: Sequence[str]) -> Span:
    """Return the edit that adds the names before the first item and its leading comment."""
    text, first = source.text, to.items[0]
    begun = max(line_start(text, first.start), to.start + 1)
    leading = (start for start, _ in source.comments if begun <= start < first.start)
    at = min(leading, default=first.start)
    following = to.items[1].start if len(to.items) > 1 else to.end - 1
    if begins_line(text, at) and end_of_row(source, first.end, following) is not None:
        indent, end = _indent_of_items(source, to, 0), line_break(text)
        return Span(begun, begun, "".join(f"{indent}{name},{end}" for name in names))
    return Span(at, at, "".join(f"{name}, " for name in names))


def _behind(source: Source, to: TupleCons, index: int, names: Sequence[str]) -> list[Span]:
    """Return the edits that add the names after the item with this index."""
    text, item = source.text, to.items[index]
    following = to.items[index + 1].start if index + 1 < len(to.items) else to.end - 1
    comma = skipped(source, item.end, following)
    has_comma = comma < following and text[comma] == ","
    here = comma + 1 if has_comma else item.end
    at = end_of_row(source, here, following)
    if at is None:
        # The next item or the closing bracket is on the same line.
        if has_comma:
            return [Span(here, here, "".join(f" {name}," for name in names))]
        at = _end_of_last_comment(source, here, following)
        return [Span(at, at, "".join(f", {name}" for name in names))]
    gap = line_break(text) + _indent_of_items(source, to, index)
    lines = ",".join(gap + name for name in names)
    if has_comma:
        return [Span(at, at, lines + ",")]
    if at == item.end:
        return [Span(at, at, "," + lines)]
    return [Span(item.end, item.end, ","), Span(at, at, lines)]


def _end_of_last_comment(source: Source, start: int, stop: int) -> int:
    return max((end for first, end in source.comments if start <= first < stop), default=start)


def _indent_of_items(source: Source, to: TupleCons, index: int) -> str:
    """Return the indent of items on their own lines, taken from the items near this one."""
    text, last = source.text, line_start(source.text, to.end - 1)
    around = indent_of(text, to.start)
    for item in (to.items[index], *to.items[index + 1 :], *to.items):
        own = indent_of(text, item.start)
        # On the closing bracket's line, an item may be indented as far as the bracket's opening
        # line.
        if begins_line(text, item.start) and (item.start < last or len(own) > len(around)):
            return own
    return around + "  "


def expanded(source: Source, of: TupleCons, index: int, values: Sequence[str]) -> list[Span]:
    """Return the edits that replace one item with these values."""
    text, item = source.text, of.items[index]
    names = [quoted(source, value) for value in values]
    end = line_break(text)
    if begins_line(text, item.start):
        return [Span(item.start, item.end, f",{end}{indent_of(text, item.start)}".join(names))]
    line = ", ".join(names)
    if len(of.items) > 1 or len(line) < _LONG or "\n" in text[of.start : of.end]:
        return [Span(item.start, item.end, line)]
    outer = indent_of(text, of.start)
    inner = f"{end}{outer}  "
    comma = "" if is_json(source) else ","
    return [Span(of.start, of.end, f"[{inner}{f',{inner}'.join(names)}{comma}{end}{outer}]")]


def replaced(source: Source, of: TupleCons, old: str, new: str) -> list[Span]:
    """Return the edits that replace one string with another. Raises `NotEditableError`."""
    found = [item for item in of.items if text_of(item) == old]
    if not found:
        raise NotEditableError("it is not written out as a string of its own")
    return [Span(item.start, item.end, quoted(source, new)) for item in found]
