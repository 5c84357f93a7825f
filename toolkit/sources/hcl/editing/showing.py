"""Decide which lines around an edit may be shown: those that cannot hold a secret."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from operator import attrgetter
from typing import Final

from toolkit.model.clients import CLIENT_TYPE, ROLE_TYPE
from toolkit.sources.hcl.editing.lists import is_json
from toolkit.sources.hcl.places import PLAIN, json_values, names_secret
from toolkit.sources.hcl.syntax.native import parse_body
from toolkit.sources.hcl.syntax.nodes import Body
from toolkit.sources.hcl.syntax.source import Source

#: Ranges of edited characters; an insertion is a range of length zero.
Ranges = Collection[tuple[int, int]]
_OURS: Final = frozenset({CLIENT_TYPE, ROLE_TYPE})
_NESTED: Final = frozenset({"roles", "permission_policies"})
#: What makes a value more than references: a string, a heredoc or a digit.
_TELLS: Final = re.compile(r'"|<<|[0-9]')


def hidden_lines(source: Source, edited: Ranges, start: int, end: int) -> set[int]:
    """Return the lines between two offsets, counted from 1, that must not be shown beside an edit.

    Edits, plain attributes of clients and roles, and lines without a value are shown. A local, a
    default or an attribute of another resource may be a secret, whatever its name is. In native
    syntax the offsets enclose whole blocks. Raises `HclSyntaxError`.
    """
    find = _of_json if is_json(source) else _of_native
    hidden = {
        line
        for first, last in find(source, edited, start, end)
        for line in range(source.line(first), source.line(max(first, last - 1)) + 1)
    }
    lines = source.text[start:end].split("\n")
    return hidden | {
        number for number, line in enumerate(lines, source.line(start)) if names_secret(line)
    }


def _touches(edited: Ranges, start: int, end: int) -> bool:
    return any(s < end and start < e if s < e else start < s < end for s, e in edited)


# Native syntax


def _of_native(source: Source, edited: Ranges, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = Source(source.path, source.text[start:end])
    body = parse_body(part)
    shown: list[tuple[int, int]] = []
    inner = [(first - start, last - start) for first, last in edited]
    for first, last in _of_body(part, body, inner, shown, ours=False):
        yield first + start, last + start
    lines = {part.line(at) for around in shown for at in around}
    for first, last in part.comments:
        is_inside = any(low <= first < high for low, high in shown)
        if not is_inside and part.line(first) not in lines:
            yield first + start, last + start


def _of_body(
    source: Source, body: Body, edited: Ranges, shown: list[tuple[int, int]], *, ours: bool
) -> Iterator[tuple[int, int]]:
    """Yield the hidden ranges; add the shown ones to `shown`."""
    for attribute in body.attributes.values():
        start, end = attribute.start, attribute.end
        text = source.text[start:end]
        if _touches(edited, start, end):
            shown.append((start, end))
        elif not (ours and attribute.name in PLAIN) and _TELLS.search(text):
            yield start, end
        if names_secret(text):
            yield start, end
    for block in body.blocks:
        inner = block.type in _NESTED if ours else _is_ours(block.type, block.labels)
        if inner:
            shown.append((block.start, block.end))
        yield from _of_body(source, block.body, edited, shown, ours=inner)


def _is_ours(kind: str, labels: Iterable[str]) -> bool:
    return kind == "resource" and next(iter(labels), "") in _OURS


# JSON syntax


def _of_json(source: Source, edited: Ranges, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of values that are neither edited nor plain."""
    values = json_values(source.text)
    first = bisect_left(values, start, key=attrgetter("end"))
    for value in islice(values, first, None):
        if value.start >= end:
            break
        is_plain = value.keys[-1] in PLAIN and not _OURS.isdisjoint(value.keys)
        if not is_plain and not _touches(edited, *value.around):
            yield value.start, value.end
