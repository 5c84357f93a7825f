"""Remove strings from a literal list, with the comments that belong to them.

A comment goes with an item if no other item is on its line, or if it is directly beside the item,
before the comma. Any other comment stays: it may concern the next item or the whole line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct

from toolkit.sources.hcl.editing.lists import is_json, text_of
from toolkit.sources.hcl.editing.spans import (
    NotEditableError,
    Span,
    line_start,
    next_line,
    skipped,
)
from toolkit.sources.hcl.syntax.nodes import TupleCons
from toolkit.sources.hcl.syntax.source import Source


class _Token(Struct):
    """An item, the comma after it, or a comment; a comment has no item number."""

    start: int
    end: int
    item: int = -1
    is_comma: bool = False
    is_gone: bool = False

    @property
    def is_item(self) -> bool:
        return self.item >= 0 and not self.is_comma

    @property
    def is_comment(self) -> bool:
        return self.item < 0


_Rows: TypeAlias = Sequence[list[_Token]]


def removed(source: Source, of: TupleCons, values: Collection[str]) -> list[Span]:
    """Return the edits that remove the values.

    Raises `NotEditableError` if one is not a literal item.
    """
    gone = {i for i, item in enumerate(of.items) if text_of(item) in values}
    if {text_of(of.items[i]) for i in gone} != set(values):
        raise NotEditableError("it is not written out as a string of its own")
    if not gone:
        return []
    rows = _rows(source, of, gone)
    _give_commas(rows, may_end=not is_json(source), ended=_has_last_comma(source, of))
    for row in rows:
        _give_comments(source, row)
    left = [token for row in rows for token in row if not token.is_gone]
    if not left:
        return [Span(of.start + 1, of.end - 1, "")]
    ranges = [each for row in rows if row for each in _of_row(source, of, row)]
    is_one_line = "\n" not in source.text[of.start : left[-1].end]
    if rows[-1] and len(rows) > 1 and is_one_line and not left[-1].is_comment:
        # The closing bracket was directly after an item; keep it so.
        last = left[-2] if left[-1].is_comma and not _has_last_comma(source, of) else left[-1]
        ranges.append((last.end, of.end - 1))
    return [Span(start, end, "") for start, end in _joined(ranges)]


def _has_last_comma(source: Source, of: TupleCons) -> bool:
    return skipped(source, of.items[-1].end, of.end - 1) < of.end - 1


def _rows(source: Source, of: TupleCons, gone: Collection[int]) -> _Rows:
    """Return the list's tokens line by line, from the line of the opening bracket."""
    tokens: list[_Token] = []
    inner = of.start + 1
    for i, item in enumerate(of.items):
        stop = of.items[i + 1].start if i + 1 < len(of.items) else of.end - 1
        tokens += _comments(source, inner, item.start)
        tokens.append(_Token(item.start, item.end, i, is_gone=i in gone))
        comma = skipped(source, item.end, stop)
        inner = item.end
        if comma < stop and source.text[comma] == ",":
            tokens += _comments(source, item.end, comma)
            tokens.append(_Token(comma, comma + 1, i, is_comma=True))
            inner = comma + 1
    tokens += _comments(source, inner, of.end - 1)
    rows: list[list[_Token]] = [[]]
    at = of.start + 1
    for token in tokens:
        # A heredoc or a line comment may include the line break.
        if "\n" in source.text[at - 1 : token.start]:
            rows.append([])
        rows[-1].append(token)
        at = token.end
    if "\n" in source.text[at - 1 : of.end - 1]:
        rows.append([])
    return rows


def _comments(source: Source, start: int, stop: int) -> Iterator[_Token]:
    for first, end in sorted({*source.comments}):
        if start <= first < stop:
            yield _Token(first, end)


def _give_commas(rows: _Rows, *, may_end: bool, ended: bool) -> None:
    """Mark the commas to remove; one stays between two items.

    The comma after the last item stays if the list `ended` with one, or if it `may_end` with one
    and the bracket is on its own line.
    """
    row_of = {id(token): number for number, row in enumerate(rows) for token in row}
    tokens = [token for row in rows for token in row]
    commas = {token.item: token for token in tokens if token.is_comma}
    kept = [token for token in tokens if token.is_item and not token.is_gone]
    stay: list[_Token] = []
    for one, other in pairwise(kept):
        own, before = commas[one.item], commas[other.item - 1]
        leads = row_of[id(own)] != row_of[id(one)] and row_of[id(before)] == row_of[id(other)]
        stay.append(before if leads else own)
    last = commas.get(kept[-1].item) if kept else None
    if last is not None:
        place = row_of[id(last)]
        is_in_line = place == row_of[id(kept[-1])] and place < len(rows) - 1
        if ended or (may_end and is_in_line):
            stay.append(last)
    for token in commas.values():
        token.is_gone = all(token is not each for each in stay)


def _give_comments(source: Source, row: Sequence[_Token]) -> None:
    """Mark the comments of a line that are removed with its items."""
    items = [token for token in row if token.is_item]
    if not any(token.is_gone for token in items):
        return
    is_alone = all(token.is_gone for token in items)
    for at, token in enumerate(row):
        if not token.is_comment:
            continue
        before = next((each for each in reversed(row[:at]) if not each.is_comment), None)
        behind = next((each for each in row[at:] if not each.is_comment), None)
        owner = behind if before is None or before.is_comma else before
        is_beside = owner is not None and owner.is_item and owner.is_gone
        token.is_gone = is_alone or (is_beside and source.text.startswith("/*", token.start))


def _of_row(source: Source, of: TupleCons, row: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    """Yield the ranges to remove from a line."""
    if all(token.is_gone for token in row):
        start, end = line_start(source.text, row[0].start), next_line(source.text, row[-1].end - 1)
        if start <= of.start:
            yield of.start + 1, row[-1].end
        elif end >= of.end:
            yield row[0].start, of.end - 1
        else:
            yield start, end
        return
    for at, token in enumerate(row):
        if token.is_gone and at + 1 < len(row):
            # Remove up to the next token, which may be removed too.
            yield token.start, row[at + 1].start
        elif token.is_gone:
            kept = [each.end for each in row if not each.is_gone]
            yield kept[-1], token.end


def _joined(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the ranges; adjacent ones are merged."""
    begun: tuple[int, int] | None = None
    for start, end in sorted(ranges):
        if begun is not None and start <= begun[1]:
            begun = begun[0], max(begun[1], end)
            continue
        if begun is not None:
            yield begun
        begun = start, end
    if begun is not None:
        yield begun
