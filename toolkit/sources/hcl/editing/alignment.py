"""The columns of ``=`` and of comments behind a line, as `terraform fmt` aligns them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.sources.hcl.editing.spans import Span, begins_line, line_start
from toolkit.sources.hcl.syntax.nodes import Body
from toolkit.sources.hcl.syntax.source import Source


def misaligned(source: Source, body: Body) -> list[Span]:
    """What brings every ``=`` of attributes, and every comment behind a line, into its column.

    Empty for a file that `terraform fmt` has written.
    """
    equals = dict(_equals(source, body))
    spans = [
        span
        for chain in _chains(equals)
        for span in _into_column(source, {line: equals[line] for line in chain})
    ]
    moved = {source.line(span.start): len(span.text) - (span.end - span.start) for span in spans}
    comments = dict(_comments(source))
    for chain in _chains(comments):
        spans += _into_column(source, {line: comments[line] for line in chain}, moved)
    return sorted(spans)


def _equals(source: Source, body: Body) -> Iterator[tuple[int, int]]:
    """The ``=`` of each attribute that begins a line and ends in it, by line."""
    for attribute in body.attributes.values():
        value = attribute.expression
        if attribute.source is not source or not begins_line(source.text, attribute.start):
            continue
        if source.line(attribute.start) == source.line(value.end):
            between = source.text.find("=", attribute.start, value.start)
            if between >= 0:
                yield source.line(attribute.start), between
    for block in body.blocks:
        yield from _equals(source, block.body)


def _comments(source: Source) -> Iterator[tuple[int, int]]:
    """The comment behind something else in its line, by line."""
    for start, _ in source.comments:
        is_of_one_line = not source.text.startswith("/*", start)
        if is_of_one_line and not begins_line(source.text, start):
            yield source.line(start), start


def _chains(lines: Mapping[int, int]) -> Iterator[list[int]]:
    """Lines that follow one another."""
    chain: list[int] = []
    for line in sorted(lines):
        if chain and line != chain[-1] + 1:
            yield chain
            chain = []
        chain.append(line)
    if chain:
        yield chain


_NOT_MOVED: Mapping[int, int] = {}


def _into_column(
    source: Source, places: Mapping[int, int], moved: Mapping[int, int] = _NOT_MOVED
) -> Iterator[Span]:
    """One space behind the longest of what stands before the places, for all of them."""
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
