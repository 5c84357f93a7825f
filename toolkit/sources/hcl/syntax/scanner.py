"""A position in HCL text, and the rules that all others need: white space and names."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

from toolkit.sources.hcl.syntax.nodes import Literal
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source, located

_COMMENT: Final = re.compile(r"(?:#|//)[^\n]*(?=[\n\0])|/\*(?s:.*?)\*/")
#: White space and comments between tokens: where a newline ends an item, and where it does not.
_INLINE: Final = re.compile(r"(?:[ \t]+|/\*(?s:.*?)\*/)*")
FREE: Final = re.compile(r"(?:[ \t]+|\r?\n|#[^\n]*(?=[\n\0])|//[^\n]*(?=[\n\0])|/\*(?s:.*?)\*/)*")
#: A newline, with or without a comment before it, or the end of the file.
END_OF_LINE: Final = re.compile(r"(?:#[^\n]*|//[^\n]*)?(?:\r?\n|(?=\0\Z))")
#: The first and the further characters of a name, given by the ASCII characters that they exclude.
#: A class of all other Unicode characters takes milliseconds to compile.
NAME: Final = r"[^\x00-@\[-^`{-\x7f][^\x00-,./:-@\[-^`{-\x7f]*"
_IDENTIFIER: Final = re.compile(NAME)


class Scanner:
    """Rules match the text at the position `at`. `free` says that newlines are white space."""

    def __init__(self, source: Source) -> None:
        self.source = source
        # NUL ends the text: no rule matches it, so no rule needs to check for the end.
        self.text = source.text + "\0"
        self.at = 0
        text = source.text
        self.has_comments = "#" in text or "//" in text or "/*" in text

    def error(self, message: str, at: int | None = None) -> HclSyntaxError:
        return HclSyntaxError(message, self.at if at is None else at)

    @property
    def is_at_end(self) -> bool:
        return self.at == len(self.text) - 1

    def skip(self, *, free: bool) -> None:
        """Skip white space and comments."""
        start = self.at
        end = (FREE if free else _INLINE).match(self.text, start).end()  # type: ignore[union-attr]
        if end != start:
            self.at = end
            if self.has_comments and end - start > 1:
                self.note_comments(start, end)

    def note_comments(self, start: int, end: int) -> None:
        """Record the ranges of the comments in skipped white space."""
        for comment in _COMMENT.finditer(self.text, start, end):
            self.source.comments.append(comment.span())

    def identifier(self) -> str | None:
        """Read a name; return None if there is none."""
        found = _IDENTIFIER.match(self.text, self.at)
        if found is None:
            return None
        name = found[0]
        if not name.isascii():
            name = _unicode_identifier(name)
            if not name:
                return None
        self.at += len(name)
        return name

    def keyword(self, word: str) -> bool:
        """Skip a word if it is at this position."""
        start = self.at
        if self.text.startswith(word, start) and self.identifier() == word:
            return True
        self.at = start
        return False

    def string(self, text: str, start: int, end: int) -> Literal:
        """Return the literal of a string in a range."""
        string = located(normal(text), self.source, start, end, computed=False)
        return Literal(string, start, end)


def normal(text: str) -> str:
    """Return a string in the form that Terraform keeps: composed (NFC)."""
    return text if text.isascii() else normalize("NFC", text)


def _unicode_identifier(name: str) -> str:
    """Return the part of a text that is a valid name: ID_Start, then ID_Continue or a dash."""
    for at, character in enumerate(name):
        if character != "-" and not f"{'_' * (at > 0)}{character}".isidentifier():
            return name[:at]
    return name
