"""Text ranges with replacement text, and the lines around an offset."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from toolkit.sources.hcl.syntax.source import Source


class Span(Struct, frozen=True, order=True):
    """New text for a range; offsets count characters of the source's text."""

    start: int
    end: int
    text: str


class NotEditableError(Exception):
    """No edit is possible; `reason` is the end of a sentence that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def applied(text: str, spans: Iterable[Span]) -> str:
    """Return the text with all ranges replaced. Raises ValueError if two overlap."""
    parts: list[str] = []
    at = 0
    for span in sorted(spans):
        if span.start < at:
            raise ValueError("two edits overlap")
        parts += text[at : span.start], span.text
        at = span.end
    return "".join([*parts, text[at:]])


def line_start(text: str, offset: int) -> int:
    """Return the start of the line that contains the offset."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Return the end of the line: its line break, or the end of the text."""
    found = text.find("\n", offset)
    end = len(text) if found < 0 else found
    return end - 1 if end > offset and text[end - 1] == "\r" else end


def next_line(text: str, offset: int) -> int:
    """Return the start of the next line, or the end of the text."""
    found = text.find("\n", offset)
    return len(text) if found < 0 else found + 1


def indent_of(text: str, offset: int) -> str:
    """Return the white space at the start of the line."""
    start = line_start(text, offset)
    end = start
    while end < len(text) and text[end] in " \t":
        end += 1
    return text[start:end]


def line_break(text: str) -> str:
    """Return the line break that the file uses."""
    return "\r\n" if "\r\n" in text else "\n"


def begins_line(text: str, offset: int) -> bool:
    """Whether only white space precedes the offset on its line."""
    return not text[line_start(text, offset) : offset].strip()


def end_of_comments(source: Source, offset: int) -> int:
    """Return the offset after the comments that follow on the same line."""
    end = line_end(source.text, offset)
    for start, stop in source.comments:
        if offset <= start < end < stop and source.text.startswith("/*", start):
            # The comment continues on the next line, so what follows it is not on this line.
            end = line_end(source.text, stop)
    return end


def end_of_row(source: Source, offset: int, stop: int) -> int | None:
    """Return the end of the line, after its comments; None if `stop` is on the line."""
    at, comments = offset, dict(source.comments)
    while at < stop:
        if at in comments:
            at = comments[at]
            if source.text[at - 1] == "\n":
                at -= 1
        elif source.text[at] == "\n":
            return at - 1 if source.text[at - 1] == "\r" else at
        else:
            at += 1
    return None


def skipped(source: Source, offset: int, stop: int) -> int:
    """Return the first offset that is neither white space nor in a comment, or `stop`."""
    comments = dict(source.comments)
    at = offset
    while at < stop:
        if at in comments:
            at = comments[at]
        elif source.text[at].isspace():
            at += 1
        else:
            return at
    return stop
