"""Attributes and nested blocks added to a block, and taken out of it."""

from __future__ import annotations

from collections.abc import Sequence

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
    skipped,
)
from toolkit.sources.hcl.syntax.nodes import Attribute, Block
from toolkit.sources.hcl.syntax.source import Source

_ONE_LINE = "its block stands in one line"


def list_of(source: Source, values: Sequence[str]) -> str:
    """A list of strings in one line."""
    return "[" + ", ".join(quoted(source, value) for value in values) + "]"


def added_attribute(block: Block, after: str, name: str, value: str) -> Span:
    """A new attribute, behind the attribute `after`; `value` is as it is to be written.

    Raises `NotEditableError` for a block without that attribute, or in one line.
    """
    source = block.source
    before = block.body.attributes.get(after)
    if before is None or before.source is not source:
        raise NotEditableError(f"its block has no {after}")
    if is_json(source):
        return Span(before.end, before.end, f",{_gap(source, before.start)}{_key(name)}: {value}")
    _refuse_one_line(block)
    gap = line_break(source.text) + indent_of(source.text, before.start)
    at = end_of_comments(source, before.end)
    column = source.text.find("=", before.start) - before.start
    return Span(at, at, f"{gap}{name.ljust(column - 1)} = {value}")


def removed_attribute(attribute: Attribute) -> Span:
    """The block without the attribute, and without the comments behind it."""
    return _removed(attribute.source, attribute.start, attribute.end)


def removed_block(block: Block) -> Span:
    """What is around a nested block without it. Raises `NotEditableError` in JSON syntax."""
    if is_json(block.source):
        raise NotEditableError("blocks in JSON syntax are not taken out")
    return _removed(block.source, block.start, block.end)


def _removed(source: Source, start: int, end: int) -> Span:
    text = source.text
    if is_json(source):
        stop = len(text)
        comma = skipped(source, end, stop)
        if comma < stop and text[comma] == ",":
            return Span(start, skipped(source, comma + 1, stop), "")
        before = text.rfind(",", 0, start)
        return Span(
            before if before >= 0 and not text[before + 1 : start].strip() else start, end, ""
        )
    if not begins_line(text, start):
        raise NotEditableError(_ONE_LINE)
    first, last = line_start(text, start), next_line(text, end_of_comments(source, end))
    # Of two blank lines that would meet, one goes too.
    above = line_start(text, first - 1) if first else 0
    below = next_line(text, last)
    is_blank_above = first > 0 and (
        not text[above:first].strip() or text[above:first].rstrip().endswith("{")
    )
    if is_blank_above and last < len(text) and not text[last:below].strip():
        last = below
    return Span(first, last, "")


def added_block(block: Block, kind: str, lines: Sequence[str]) -> Span:
    """A new nested block with these lines, behind the last one of its kind, else at the end.

    Raises `NotEditableError` in JSON syntax, and for a block in one line.
    """
    source, text = block.source, block.source.text
    if is_json(source):
        raise NotEditableError("blocks in JSON syntax are not added")
    _refuse_one_line(block)
    # That of its closing brace: a comment may go on in the line that it starts in.
    indent = indent_of(text, block.end - 1) + "  "
    end = line_break(text)
    body = [f"{indent}{kind} {{", *(f"{indent}  {line}" for line in lines), f"{indent}}}"]
    same = [each for each in block.body.blocks if each.type == kind and each.source is source]
    if same:
        at = end_of_comments(source, same[-1].end)
        return Span(at, at, end + end.join(body))
    at = line_start(text, block.end - 1)
    head = "" if text[block.start : at].rstrip().endswith("{") else end
    return Span(at, at, head + end.join(body) + end)


def added_behind(block: Block, lines: Sequence[str]) -> Span:
    """A new block of the file, behind this one. Raises `NotEditableError` in JSON syntax."""
    source = block.source
    if is_json(source):
        raise NotEditableError("blocks in JSON syntax are not added")
    end = line_break(source.text)
    at = end_of_comments(source, block.end)
    return Span(at, at, end + end + end.join(lines))


def replaced_value(attribute: Attribute, new: str) -> Span:
    """The attribute with another value, as it is to be written."""
    value = attribute.expression
    return Span(value.start, value.end, new)


def _refuse_one_line(block: Block) -> None:
    text = block.source.text
    if not begins_line(text, block.end - 1):
        raise NotEditableError(_ONE_LINE)


def _key(name: str) -> str:
    return f'"{name}"'


def _gap(source: Source, start: int) -> str:
    text = source.text
    return line_break(text) + indent_of(text, start) if begins_line(text, start) else " "
