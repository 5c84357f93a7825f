"""Apply edits to a file: keep aligned blocks aligned, and give the result as bytes and lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from toolkit.lazily import pattern
from toolkit.model.edits import Edit, Position, lines_of
from toolkit.sources.hcl.editing.alignment import misaligned
from toolkit.sources.hcl.editing.lists import is_json
from toolkit.sources.hcl.editing.showing import hidden_lines
from toolkit.sources.hcl.editing.spans import (
    NotEditableError,
    Span,
    applied,
    line_start,
    next_line,
)
from toolkit.sources.hcl.syntax.native import parse_body
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source

_BOM: Final = b"\xef\xbb\xbf"
_ATTRIBUTE: Final = pattern(r"[ \t]*[A-Za-z_][\w-]*[ \t]*=(?!=)")
#: What may begin a comment, a block or a heredoc.
_MORE: Final = pattern(r"[#{}]|//|/\*|<<")


class Layout:
    """Caches the blocks of each file."""

    def __init__(self) -> None:
        self._blocks: dict[int, tuple[Source, list[tuple[int, int]]]] = {}

    def content(
        self, source: Source, spans: Iterable[Span], before: bytes, hidden: Iterable[Span] = ()
    ) -> bytes:
        """Return the file with the spans applied; `before` holds its current bytes.

        Raises `NotEditableError` if two spans overlap or an edited block is not valid HCL.
        """
        regions = self._regions(source, sorted(spans))
        taken = [(each.start, each.end) for each in regions]
        left = [
            each for each in hidden if not any(s < each.end and each.start < e for s, e in taken)
        ]
        text = applied(source.text, [*regions, *left])
        mark = _BOM if before.startswith(_BOM) else b""
        return mark + text.encode("utf-8", "surrogateescape")

    def edits(self, source: Source, spans: Iterable[Span], before: bytes) -> Iterator[Edit]:
        """Yield the spans as ranges of whole lines; raises the same errors as `content`."""
        shift = len(_BOM) if before.startswith(_BOM) else 0
        spans = sorted(spans)
        ranges = [(span.start, span.end) for span in spans]
        for region in self._regions(source, spans):
            hidden = hidden_lines(source, ranges, region.start, region.end)
            old = lines_of(source.text[region.start : region.end])
            new = lines_of(region.text)
            starts = [region.start]
            for line in old:
                starts.append(starts[-1] + len(line))
            first = source.line(region.start)
            for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
                if tag != "equal":
                    start, end = (
                        Position(source.byte(starts[at]) + shift, first + at, 1) for at in (i, j)
                    )
                    before_it = "".join(old[i:j])
                    if not hidden.isdisjoint(range(first + i, first + j)):
                        raise NotEditableError("a line of it may hold a secret")
                    yield Edit(source.path, start, end, "".join(new[k:m]), before_it)

    def _regions(self, source: Source, spans: Sequence[Span]) -> list[Span]:
        """Return the whole lines around the spans, with their new text."""
        around: list[tuple[int, int, bool, list[Span]]] = []
        for span in spans:
            line = None if is_json(source) else _line_of_value(source.text, span)
            start, end = line or self._around(source, span)
            around.append((start, end, line is not None or is_json(source), [span]))
        found = []
        for start, end, keeps_columns, inner in _joined(around):
            text = source.text[start:end]
            try:
                shifted = [Span(s.start - start, s.end - start, s.text) for s in inner]
                new = applied(text, shifted)
                if not keeps_columns:
                    new = _aligned(text, new)
            except (HclSyntaxError, ValueError) as error:
                raise NotEditableError(f"the edit would break {source.path} ({error})") from None
            found.append(Span(start, end, new))
        return found

    def _around(self, source: Source, span: Span) -> tuple[int, int]:
        """Return the range of lines of the block that contains a span; in JSON syntax the span's
        own lines.
        """
        text = source.text
        if not is_json(source):
            known = self._blocks.get(id(source))
            if known is None:
                known = self._blocks[id(source)] = (source, list(_whole_lines(source)))
            at = bisect_right(known[1], (span.start, len(text))) - 1
            if at >= 0 and span.end <= known[1][at][1]:
                return known[1][at]
        return line_start(text, span.start), next_line(text, span.end)


def _line_of_value(text: str, span: Span) -> tuple[int, int] | None:
    """Return the line of an attribute if the span is within its value and nothing else is on the
    line.

    The edit then moves no column, so the block need not be parsed.
    """
    start, end = line_start(text, span.start), next_line(text, span.end)
    begun = _ATTRIBUTE.match(text, start)
    if begun is None or span.start < begun.end() or "\n" in span.text:
        return None
    line = text[start:end]
    is_whole = "\n" not in line[:-1] and line.count("[") == line.count("]")
    return (start, end) if is_whole and not _MORE.search(line) else None


def _joined(
    around: Iterable[tuple[int, int, bool, list[Span]]],
) -> Iterator[tuple[int, int, bool, list[Span]]]:
    """Yield the regions; overlapping ones are merged."""
    begun: tuple[int, int, bool, list[Span]] | None = None
    for start, end, keeps_columns, spans in sorted(around):
        if begun is not None and start < begun[1]:
            begun = begun[0], max(begun[1], end), begun[2] and keeps_columns, [*begun[3], *spans]
            continue
        if begun is not None:
            yield begun
        begun = start, end, keeps_columns, spans
    if begun is not None:
        yield begun


def _whole_lines(source: Source) -> Iterator[tuple[int, int]]:
    """Yield the range of lines of each block; blocks that share a line are merged.

    Raises `HclSyntaxError`.
    """
    text = source.text
    part = Source(source.path, text)
    blocks = {(block.start, block.end) for block in parse_body(part).blocks}
    # No range may begin or end within a comment.
    known = sorted([*blocks, *part.comments])
    begun: tuple[int, int] | None = None
    is_block = False
    for start, end in known:
        lines = line_start(text, start), next_line(text, end)
        if begun is not None and lines[0] < begun[1]:
            begun = begun[0], max(begun[1], lines[1])
            is_block = is_block or (start, end) in blocks
            continue
        if begun is not None and is_block:
            yield begun
        begun, is_block = lines, (start, end) in blocks
    if begun is not None and is_block:
        yield begun


def _aligned(before: str, after: str) -> str:
    """Return the lines after an edit, aligned like `terraform fmt` if they were aligned before.

    Raises `HclSyntaxError`.
    """
    old, new = Source("", before), Source("", after)
    was_aligned = not misaligned(old, parse_body(old))
    body = parse_body(new)
    return applied(after, misaligned(new, body)) if was_aligned else after
