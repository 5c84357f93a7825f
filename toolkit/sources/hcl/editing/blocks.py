"""Add attributes and nested blocks to a block, or remove them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from toolkit.sources.hcl.editing import json_layout
from toolkit.sources.hcl.editing.lists import is_json, quoted
from toolkit.sources.hcl.editing.spans import (
    NotEditableError,
    Span,
    begins_line,
    end_of_comments,
    indent_of,
    line_break,
    line_start,
    next_line,
)
from toolkit.sources.hcl.syntax.nodes import Attribute, Block
from toolkit.sources.hcl.syntax.source import Source

_ONE_LINE = "its block stands in one line"


def list_of(source: Source, values: Sequence[str]) -> str:
    """Return a list of strings on one line."""
    return "[" + ", ".join(quoted(source, value) for value in values) + "]"


def added_attribute(block: Block, after: str, name: str, value: str) -> Span:
    """Return a new attribute after the attribute `after`; `value` is its source text.

    Raises `NotEditableError` for a block without that attribute or on one line.
    """
    source = block.source
    before = block.body.attributes.get(after)
    if before is None or before.source is not source:
        raise NotEditableError(f"its block has no {after}")
    if is_json(source):
        return Span(before.end, before.end, f',{_gap(source, before.start)}"{name}": {value}')
    _refuse_one_line(block)
    gap = line_break(source.text) + indent_of(source.text, before.start)
    at = end_of_comments(source, before.end)
    column = source.text.find("=", before.start) - before.start
    return Span(at, at, f"{gap}{name.ljust(column - 1)} = {value}")


def removed(these: Sequence[Attribute | Block]) -> list[Span]:
    """Return the edits that remove these attributes or blocks with their trailing comments."""
    spans: list[Span] = []
    sources = {id(each.source): each.source for each in these}
    for source in sources.values():
        ranges = [(each.start, each.end) for each in these if each.source is source]
        if is_json(source):
            spans += json_layout.removed(source, ranges)
        else:
            spans += [_removed(source, start, end) for start, end in ranges]
    return spans


def _removed(source: Source, start: int, end: int) -> Span:
    text = source.text
    if not begins_line(text, start):
        raise NotEditableError(_ONE_LINE)
    first, last = line_start(text, start), next_line(text, end_of_comments(source, end))
    # Where two blank lines would meet, one is removed too.
    above = line_start(text, first - 1) if first else 0
    below = next_line(text, last)
    is_blank_above = first > 0 and (
        not text[above:first].strip() or text[above:first].rstrip().endswith("{")
    )
    if is_blank_above and last < len(text) and not text[last:below].strip():
        last = below
    return Span(first, last, "")


class Nested(Struct, frozen=True):
    """A new block: its inner lines in native syntax, and the same content as a JSON object."""

    lines: Sequence[str]
    value: Mapping[str, Any]


def added_blocks(block: Block, kind: str, these: Sequence[Nested]) -> list[Span]:
    """Return new nested blocks of a kind, after the last one or else at the end.

    Raises `NotEditableError` for a block on one line.
    """
    source, text = block.source, block.source.text
    if is_json(source):
        values = [each.value for each in these]
        return json_layout.added_blocks(source, block.start, block.end, kind, values)
    _refuse_one_line(block)
    # Use the indent of the closing brace: the opening line may begin inside a comment.
    indent = indent_of(text, block.end - 1) + "  "
    end = line_break(text)
    body = [f"{indent}{line}" for each in these for line in _lines(kind, each)]
    same = [each for each in block.body.blocks if each.type == kind and each.source is source]
    if same:
        at = end_of_comments(source, same[-1].end)
        return [Span(at, at, end + end.join(body))]
    at = line_start(text, block.end - 1)
    head = "" if text[block.start : at].rstrip().endswith("{") else end
    return [Span(at, at, head + end.join(body) + end)]


def _lines(kind: str, block: Nested) -> list[str]:
    return [f"{kind} {{", *(f"  {line}" for line in block.lines), "}"]


def replaced_block(block: Block, old: Block, these: Sequence[Nested]) -> list[Span]:
    """Return the edits that replace a nested block with others of its kind."""
    source, text = block.source, block.source.text
    if is_json(source):
        values = [each.value for each in these]
        return json_layout.replaced(source, old.start, old.end, values)
    if not begins_line(text, old.start):
        raise NotEditableError(_ONE_LINE)
    gap = line_break(text) + indent_of(text, old.start)
    lines = [line for each in these for line in _lines(old.type, each)]
    return [Span(old.start, old.end, gap.join(lines))]


def added_behind(block: Block, way: Sequence[str], new: Nested) -> list[Span]:
    """Return a new top-level block after this one; `way` is its type and labels.

    The lines are those of the whole block.
    """
    source = block.source
    if is_json(source):
        return json_layout.added_to_top(source, way, new.value, is_block=len(way) == 1)
    end = line_break(source.text)
    at = end_of_comments(source, block.end)
    return [Span(at, at, end + end + end.join(new.lines))]


def replaced_value(attribute: Attribute, new: str) -> Span:
    """Return the edit that gives the attribute another value; `new` is its source text."""
    value = attribute.expression
    return Span(value.start, value.end, new)


def _refuse_one_line(block: Block) -> None:
    text = block.source.text
    if not begins_line(text, block.end - 1):
        raise NotEditableError(_ONE_LINE)


def _gap(source: Source, start: int) -> str:
    text = source.text
    return line_break(text) + indent_of(text, start) if begins_line(text, start) else " "
