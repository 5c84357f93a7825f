"""Strings added to, and taken out of, a list that is written out, in the layout that it has."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

from toolkit.model import hcl
from toolkit.sources.hcl.editing.spans import (
    NotEditableError,
    Span,
    begins_line,
    end_of_comments,
    indent_of,
    line_break,
    line_start,
    next_line,
    skipped,
)
from toolkit.sources.hcl.syntax.nodes import Expression, Literal, TupleCons
from toolkit.sources.hcl.syntax.source import Source

_HEREDOC = "<<"


def is_json(source: Source) -> bool:
    return source.path.endswith(".json")


def quoted(source: Source, text: str) -> str:
    """A string as the file's syntax writes it."""
    if is_json(source):
        # What would be a template stays text here too.
        return json.dumps(text.replace("${", "$${").replace("%{", "%%{"), ensure_ascii=False)
    return hcl.quoted(text)


def text_of(item: Expression) -> str | None:
    """The string that an item is; None for any other expression."""
    if isinstance(item, Literal) and isinstance(item.value, str):
        return str(item.value)
    return None


def added(source: Source, to: TupleCons, values: Sequence[str]) -> list[Span]:
    """The values as new items; where a list is sorted it stays so.

    Raises `NotEditableError` for a list with a heredoc in it.
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
            spans.append(_before_first(source, items[0].start, names))
    return spans


def _into_empty(source: Source, to: TupleCons, values: Sequence[str]) -> Span:
    text = source.text
    names = [quoted(source, value) for value in values]
    inner = text[to.start + 1 : to.end - 1]
    if not inner.strip() and "\n" not in inner:
        return Span(to.start + 1, to.end - 1, ", ".join(names))
    # Behind the comments that say why it is empty.
    if "\n" not in inner:
        return Span(to.end - 1, to.end - 1, ", ".join(names))
    indent, end = indent_of(text, to.end - 1) + "  ", line_break(text)
    comma = "" if is_json(source) else ","
    lines = f",{end}".join(indent + name for name in names) + comma + end
    at = line_start(text, to.end - 1)
    return Span(at, at, lines)


def _before_first(source: Source, at: int, names: Sequence[str]) -> Span:
    text = source.text
    gap = line_break(text) + indent_of(text, at) if begins_line(text, at) else " "
    return Span(at, at, "".join(f"{name},{gap}" for name in names))


def _behind(source: Source, to: TupleCons, index: int, names: Sequence[str]) -> list[Span]:
    """The names behind the item with this index."""
    text, item = source.text, to.items[index]
    stop = to.items[index + 1].start if index + 1 < len(to.items) else to.end - 1
    comma = skipped(source, item.end, stop)
    has_comma = comma < stop and text[comma] == ","
    here = comma + 1 if has_comma else item.end
    following = skipped(source, here, stop)
    if "\n" not in text[here:following]:
        return [Span(item.end, item.end, "".join(f", {name}" for name in names))]
    gap = line_break(text) + indent_of(text, item.start)
    at = end_of_comments(source, here)
    lines = ",".join(gap + name for name in names)
    if has_comma:
        return [Span(at, at, lines + ",")]
    if at == item.end:
        return [Span(at, at, "," + lines)]
    return [Span(item.end, item.end, ","), Span(at, at, lines)]


def removed(source: Source, of: TupleCons, values: Collection[str]) -> list[Span]:
    """The list without these values. Raises `NotEditableError` where one is not written out."""
    gone = [i for i, item in enumerate(of.items) if text_of(item) in values]
    if {text_of(of.items[i]) for i in gone} != set(values):
        raise NotEditableError("it is not written out as a string of its own")
    return list(_removals(source, of, gone))


def _removals(source: Source, of: TupleCons, gone: Sequence[int]) -> Iterator[Span]:
    text, items = source.text, of.items
    kept = [i for i in range(len(items)) if i not in gone]
    if not kept and not has_comments(source, of.start, of.end):
        yield Span(of.start + 1, of.end - 1, "")
        return
    for i in gone:
        item = items[i]
        stop = items[i + 1].start if i + 1 < len(items) else of.end - 1
        comma = skipped(source, item.end, stop)
        has_comma = comma < stop and text[comma] == ","
        end = comma + 1 if has_comma else item.end
        alone = begins_line(text, item.start) and "\n" in text[end : skipped(source, end, stop)]
        if alone and not is_json(source):
            last = next_line(text, end_of_comments(source, end))
            yield Span(line_start(text, item.start), last, "")
        elif not kept:
            raise NotEditableError("comments stand between the items of its list")
        elif i < kept[0]:
            yield Span(item.start, items[i + 1].start, "")
        elif has_comments(source, items[i - 1].end, item.start):
            yield Span(item.start, skipped(source, end, stop) if has_comma else item.end, "")
        else:
            yield Span(items[i - 1].end, item.end, "")


def has_comments(source: Source, start: int, end: int) -> bool:
    return any(start <= first < end for first, _ in source.comments)


def replaced(source: Source, of: TupleCons, old: str, new: str) -> list[Span]:
    """The list with one string in place of another. Raises `NotEditableError`."""
    found = [item for item in of.items if text_of(item) == old]
    if not found:
        raise NotEditableError("it is not written out as a string of its own")
    return [Span(item.start, item.end, quoted(source, new)) for item in found]
