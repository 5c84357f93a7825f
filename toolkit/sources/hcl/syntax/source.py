"""The text of one file, and where in it something stands."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

_BOM = b"\xef\xbb\xbf"


class Source:
    """A file's text under the name that reports show.

    Offsets count characters of `text`. `data` that is not UTF-8 keeps its bytes as lone
    surrogates, which no syntax allows outside of comments. `comments` has the range of each
    comment once the file is parsed.
    """

    __slots__ = ("__dict__", "comments", "path", "text")

    def __init__(self, path: str, data: bytes | str) -> None:
        self.path = path
        self.text = _decoded(data) if isinstance(data, bytes) else data
        self.comments: list[tuple[int, int]] = []

    def is_of(self, data: bytes) -> bool:
        """Whether it is the text of a file with these bytes."""
        return self.text == _decoded(data)

    @cached_property
    def _lines(self) -> list[int]:
        """The offset at which each line starts."""
        starts = [0]
        at = self.text.find("\n") + 1
        while at:
            starts.append(at)
            at = self.text.find("\n", at) + 1
        return starts

    def line(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return bisect_right(self._lines, offset)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; the column counts characters."""
        line = self.line(offset)
        return line, offset - self._lines[line - 1] + 1

    def line_text(self, line: int) -> str:
        """A line without its end."""
        start = self._lines[line - 1]
        end = self._lines[line] if line < len(self._lines) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def byte(self, offset: int) -> int:
        """The offset in bytes from the start of the file, without a byte order mark."""
        if self.text.isascii():
            return offset
        return len(self.text[:offset].encode("utf-8", "surrogateescape"))


def _decoded(data: bytes) -> str:
    return data.removeprefix(_BOM).decode("utf-8", "surrogateescape")


class SourceString(str):
    """A string that knows the literal it came from, or the expression that computed it."""

    __slots__ = ("computed", "end", "source", "start")

    source: Source
    start: int
    end: int
    computed: bool


def located(text: str, source: Source, start: int, end: int, *, computed: bool) -> SourceString:
    """The text with the range of `source` that it came from."""
    string = SourceString(text)
    string.source = source
    string.start = start
    string.end = end
    string.computed = computed
    return string


class HclSyntaxError(Exception):
    """Text that HCL refuses; `offset` is where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
