"""The text of one file, with lines and offsets."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

_BOM = "\ufeff"


class Source:
    """A file's text under the name that reports show.

    Offsets count characters of `text`. Bytes in `data` that are not UTF-8 become lone surrogates,
    which no syntax allows outside of comments. `is_marked` says whether a byte order mark preceded
    the text. `comments` holds the range of each comment once the file is parsed.
    """

    __slots__ = ("__dict__", "comments", "is_marked", "path", "text")

    def __init__(self, path: str, data: bytes | str) -> None:
        self.path = path
        text = _decoded(data) if isinstance(data, bytes) else data
        self.text = text.removeprefix(_BOM)
        self.is_marked = self.text is not text
        self.comments: list[tuple[int, int]] = []

    def is_of(self, data: bytes) -> bool:
        """Whether the text is that of a file with these bytes."""
        return self.text == _decoded(data).removeprefix(_BOM)

    @cached_property
    def _lines(self) -> list[int]:
        """Return the offset of each line's start."""
        starts = [0]
        at = self.text.find("\n") + 1
        while at:
            starts.append(at)
            at = self.text.find("\n", at) + 1
        return starts

    def line(self, offset: int) -> int:
        """Return the line of an offset, counted from 1."""
        return bisect_right(self._lines, offset)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, counted from 1; columns count characters."""
        line = self.line(offset)
        return line, offset - self._lines[line - 1] + 1

    def line_text(self, line: int) -> str:
        """Return a line without its line break."""
        start = self._lines[line - 1]
        end = self._lines[line] if line < len(self._lines) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def byte(self, offset: int) -> int:
        """Return the byte offset from the start of the file, without a byte order mark."""
        if self.text.isascii():
            return offset
        return len(self.text[:offset].encode("utf-8", "surrogateescape"))


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


class SourceString(str):
    """A string with the range of its literal, or of the expression that computed it."""

    __slots__ = ("computed", "end", "source", "start")

    source: Source
    start: int
    end: int
    computed: bool


def located(text: str, source: Source, start: int, end: int, *, computed: bool) -> SourceString:
    """Return the text with the range of `source` from which it comes."""
    string = SourceString(text)
    string.source = source
    string.start = start
    string.end = end
    string.computed = computed
    return string


class HclSyntaxError(Exception):
    """HCL refuses the text at `offset`."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
