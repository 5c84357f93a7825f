"""Align ``=`` signs and trailing comments in columns, as `terraform fmt` does."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from toolkit.sources.hcl.editing.spans import Span, begins_line, line_start
from toolkit.sources.hcl.syntax.nodes import Attribute, Body
from toolkit.sources.hcl.syntax.source import Source


def misaligned(source: Source, body: Body) -> list[Span]:
    """Return the edits that move every attribute's ``=`` and trailing comment into its column.

    The list is empty for a file that `terraform fmt` has formatted.
    """
    joined = sorted(_joined(source, body))
    equals = dict(_equals(source, body, joined))
    spans = [
        span
        for chain in _chains(equals, joined)
        for span in _into_column(source, {line: equals[line] for line in chain})
    ]
    moved = {source.line(span.start): len(span.text) - (span.end - span.start) for span in spans}
    comments = dict(_comments(source))
    for chain in _chains(comments, joined):
        spans += _into_column(source, {line: comments[line] for line in chain}, moved)
    return sorted(spans)


def _attributes(source: Source, body: Body) -> Iterator[Attribute]:
    for attribute in body.attributes.values():
        if attribute.source is source and begins_line(source.text, attribute.start):
            yield attribute
    for block in body.blocks:
        yield from _attributes(source, block.body)


def _is_heredoc(source: Source, attribute: Attribute) -> bool:
    return source.text.startswith("<<", attribute.expression.start)


def _joined(source: Source, body: Body) -> Iterator[int]:
    """Yield the lines that continue the line before them: in heredocs and multi-line comments."""
    text = source.text
    for attribute in _attributes(source, body):
        if _is_heredoc(source, attribute):
            end = attribute.end - 1 if text[attribute.end - 1] == "\n" else attribute.end
            yield from range(source.line(attribute.start) + 1, source.line(end) + 1)
    for start, end in source.comments:
        if text.startswith("/*", start):
            yield from range(source.line(start) + 1, source.line(end) + 1)


def _equals(source: Source, body: Body, joined: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield line and offset of each ``=`` whose attribute is on one line or has a heredoc."""
    for attribute in _attributes(source, body):
        value = attribute.expression
        first, last = source.line(attribute.start), source.line(value.end)
        is_one_line = all(line in joined for line in range(first + 1, last + 1))
        if is_one_line or _is_heredoc(source, attribute):
            between = source.text.find("=", attribute.start, value.start)
            if between >= 0:
                yield source.line(attribute.start), between


def _comments(source: Source) -> Iterator[tuple[int, int]]:
    """Yield line and offset of each trailing comment."""
    text = source.text
    for start, end in source.comments:
        # `terraform fmt` treats a comment with an explicit end as part of the line, except at the
        # end of the file.
        is_of_line = not text.startswith("/*", start) or end == len(text)
        if is_of_line and not begins_line(text, start):
            yield source.line(start), start


def _chains(lines: Mapping[int, int], joined: Sequence[int]) -> Iterator[list[int]]:
    """Yield the runs of consecutive lines, without those in `joined`."""
    chain: list[int] = []
    for line in sorted(lines):
        between = bisect_left(joined, line) - bisect_left(joined, chain[-1]) if chain else 0
        if chain and line - between != chain[-1] + 1:
            yield chain
            chain = []
        chain.append(line)
    if chain:
        yield chain


_NOT_MOVED: Mapping[int, int] = {}


def _into_column(
    source: Source, places: Mapping[int, int], moved: Mapping[int, int] = _NOT_MOVED
) -> Iterator[Span]:
    """Yield the edits that put all places one space after the longest text before them."""
    text = source.text
    ends = {
        line: line_start(text, at) + len(text[line_start(text, at) : at].rstrip())
        for line, at in places.items()
    }
    widths = {line: end - line_start(text, end) + moved.get(line, 0) for line, end in ends.items()}
    widest = max(widths.values())
    for line, at in places.items():
        wanted = " " * (widest - widths[line] + 1)
        if text[ends[line] : at] != wanted:
            yield Span(ends[line], at, wanted)
