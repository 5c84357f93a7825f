"""Parse templates: quoted strings, heredocs, and the text of a template file.

A template is first read as a flat list of parts, because white space is trimmed between neighbors
and heredoc lines are unindented; its directives are then assembled.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Final, TypeAlias

from msgspec import Struct

from toolkit.lazily import pattern
from toolkit.sources.hcl.syntax.nodes import (
    Conditional,
    Expression,
    ForExpr,
    Literal,
    Template,
    TemplateJoin,
    TemplateWrap,
)
from toolkit.sources.hcl.syntax.scanner import Scanner

#: Bytes that have the form of UTF-8 without being valid are text to HCL; it refuses other invalid
#: bytes.
_LOOSE: Final = (
    r"[\udcc0-\udcdf][\udc80-\udcbf]|[\udce0-\udcef][\udc80-\udcbf]{2}"
    r"|[\udcf0-\udcf7][\udc80-\udcbf]{3}"
)
_CHARACTER: Final = rf"[^$%\"\\\n\r\0\ud800-\udfff]|\0(?!\Z)|{_LOOSE}"
#: The literal tokens of each kind of template. A dollar or percent sign is its own token.
_SIGN: Final = r"\$\$\{~?|%%\{~?|[$%](?!\{)"
_QUOTED: Final = pattern(rf"(?:\\?(?:{_CHARACTER})|\\[$%\"\\])+|{_SIGN}")
_LINE: Final = pattern(rf"(?:{_SIGN}|(?:{_CHARACTER}|[\"\\])+)(?:\r?\n)?|\r?\n")
_ESCAPE: Final = pattern(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$(?=\{)|%%(?=\{)", re.DOTALL)
_SIMPLE_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_LAST_CHARACTER: Final = 0x10FFFF
#: The characters for which Go's unicode.IsSpace is true.
_SPACE: Final = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


class _Text:
    """Literal text of a template."""

    __slots__ = ("end", "start", "text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end


class _Interpolation(Struct, frozen=True):
    value: Expression


class _If(Struct, frozen=True):
    condition: Expression
    start: int


class _For(Struct, frozen=True):
    names: tuple[str | None, str]
    collection: Expression
    start: int


class _Marker(Struct, frozen=True):
    """``else``, ``endif``, ``endfor``, or "" for the end of the template."""

    word: str
    start: int
    end: int


_Part: TypeAlias = _Text | _Interpolation | _If | _For | _Marker


class TemplateParser(Scanner, ABC):
    """The rules of templates; a subclass adds the rules of the expressions in them."""

    #: Whether the next literal text loses its leading white space.
    trims = False

    @abstractmethod
    def expression(self, *, free: bool) -> Expression:
        """Parse an expression and the white space after it."""

    @abstractmethod
    def for_names(self) -> tuple[str | None, str]:
        """Parse the names after ``for``, through ``in``."""

    def label(self) -> str:
        """Parse a quoted string without interpolation."""
        start = self.at
        found = self.quoted()
        if not isinstance(found, Literal):
            raise self.error("A block's label cannot have a template in it", start)
        return str(found.value)

    def quoted(self) -> Expression:
        """Parse a quoted template; `at` is before its opening quote."""
        start = self.at
        self.at += 1
        parts: list[_Part] = []
        while self.text[self.at] != '"':
            if not self._sequence(parts):
                found = _QUOTED.match(self.text, self.at)
                if found is None:
                    raise self.error("A string in quotes must end on the line on which it begins")
                self._literal(parts, _ESCAPE.sub(self._escaped, found[0]), found.end())
        self.at += 1
        return self._template(parts, start)

    def heredoc(self, marker: str, start: int, *, flush: bool) -> Expression:
        """Parse a heredoc from its first line to its marker; leave `at` at the newline after it."""
        parts: list[_Part] = []
        begins_line = True
        while True:
            if self._sequence(parts):
                begins_line = False
                continue
            found = _LINE.match(self.text, self.at)
            if found is None:
                raise self.error(f"No line {marker} ends this heredoc", start)
            line = found[0]
            ends_line = line.endswith("\n")
            if begins_line and ends_line and line.strip(_SPACE) == marker:
                self.at = found.end() - (2 if line.endswith("\r\n") else 1)
                break
            self._literal(parts, _unescaped(line), found.end())
            begins_line = ends_line
        if flush:
            _shift(parts)
        return self._template(parts, start)

    def bare(self) -> Expression:
        """Parse the whole text as a template."""
        parts: list[_Part] = []
        while not self.is_at_end:
            if not self._sequence(parts):
                found = _LINE.match(self.text, self.at)
                if found is None:
                    # HCL ends a template at a lone carriage return; the rest is text.
                    self._literal(parts, self.text[self.at : -1], len(self.text) - 1)
                else:
                    self._literal(parts, _unescaped(found[0]), found.end())
        return self._template(parts, 0)

    def _literal(self, parts: list[_Part], text: str, end: int) -> None:
        """Add the literal text up to `end`."""
        if self.trims:
            self.trims = False
            text = text.lstrip(_SPACE)
        parts.append(_Text(text, self.at, end))
        self.at = end

    def _escaped(self, found: re.Match[str]) -> str:
        selector = found[1]
        if selector is None:
            return found[0][:1]
        if selector in _SIMPLE_ESCAPES:
            return _SIMPLE_ESCAPES[selector]
        if len(selector) > 1:
            number = int(selector[1:], 16)
            if number <= _LAST_CHARACTER and not 0xD800 <= number < 0xE000:
                return chr(number)
        raise self.error(f"{found[0][:10]} is not an escape sequence")

    def _sequence(self, parts: list[_Part]) -> bool:
        """Parse an interpolation or a directive, if one begins here."""
        start, text = self.at, self.text
        if text[start] not in "$%" or text[start + 1 : start + 2] != "{":
            return False
        self.trims = False
        self.at += 2
        if text[self.at] == "~":
            self.at += 1
            if parts and isinstance(parts[-1], _Text):
                parts[-1].text = parts[-1].text.rstrip(_SPACE)
        self.skip(free=True)
        # A nested template may set its own trim marker.
        part = _Interpolation(self.expression(free=True)) if text[start] == "$" else None
        parts.append(part or self._directive(start))
        self.skip(free=True)
        self.trims = text[self.at] == "~"
        self.at += self.trims
        if text[self.at] != "}":
            raise self.error("A closing brace is expected to end this template sequence")
        self.at += 1
        return True

    def _directive(self, start: int) -> _Part:
        """Parse ``%{ if }`` and other directives, without the closing brace."""
        word = self.identifier()
        if word == "if":
            self.skip(free=True)
            return _If(self.expression(free=True), start)
        if word == "for":
            names = self.for_names()
            return _For(names, self.expression(free=True), start)
        if word in ("else", "endif", "endfor"):
            return _Marker(word, start, self.at)
        raise self.error("A template directive is if, else, endif, for or endfor")

    def _template(self, parts: list[_Part], start: int) -> Expression:
        """Return the tree of a template's parts; the template ends here."""
        self.trims = False
        melded = _melded(parts)
        if not melded:
            return self.string("", start, self.at)
        if len(melded) == 1:
            (only,) = melded
            if isinstance(only, _Text):
                return self.string(only.text, start, self.at)
            if isinstance(only, _Interpolation):
                return TemplateWrap(only.value, start, self.at)
        melded.append(_Marker("", self.at, self.at))
        waiting = iter(melded)
        built, end = self._built(waiting, ("",))
        return Template(built, start, end.end)

    def _built(
        self, parts: Iterator[_Part], until: tuple[str, ...]
    ) -> tuple[list[Expression], _Marker]:
        """Return the expressions of the parts before one of the markers, and that marker."""
        built: list[Expression] = []
        for part in parts:
            if isinstance(part, _Text):
                built.append(self.string(part.text, part.start, part.end))
            elif isinstance(part, _Interpolation):
                built.append(part.value)
            elif isinstance(part, _If):
                true_parts, marker = self._built(parts, ("else", "endif"))
                false_parts: list[Expression] = []
                if marker.word == "else":
                    false_parts, marker = self._built(parts, ("endif",))
                true, false = self._joined(true_parts, marker), self._joined(false_parts, marker)
                built.append(Conditional(part.condition, true, false, part.start, marker.end))
            elif isinstance(part, _For):
                content, marker = self._built(parts, ("endfor",))
                made = ForExpr(
                    part.names, part.collection, None, self._joined(content, marker), None, False,
                    part.start, marker.end,
                )  # fmt: skip
                built.append(TemplateJoin(made, part.start, marker.end))
            elif part.word in until:
                return built, part
            else:
                wanted = " or ".join(word or "the end" for word in until)
                raise self.error(
                    f"{part.word or 'The end'} comes where {wanted} is expected", part.start
                )
        raise AssertionError("every template ends with a marker")

    def _joined(self, parts: list[Expression], marker: _Marker) -> Template:
        parts = parts or [self.string("", marker.start, marker.start)]
        return Template(parts, parts[0].start, parts[-1].end)


def _unescaped(text: str) -> str:
    return text.replace("$${", "${").replace("%%{", "%{") if "{" in text else text


def _melded(parts: list[_Part]) -> list[_Part]:
    """Return the parts with adjacent literals merged."""
    melded: list[_Part] = []
    for part in parts:
        last = melded[-1] if melded else None
        if isinstance(part, _Text) and isinstance(last, _Text):
            melded[-1] = _Text(last.text + part.text, last.start, part.end)
        else:
            melded.append(part)
    return melded


def _shift(parts: list[_Part]) -> None:
    """Remove from every line of a heredoc the indent that all its lines share."""
    indentations = []
    lines = []
    begins_line = True
    for part in parts:
        if begins_line:
            begins_line = False
            text = part.text if isinstance(part, _Text) else ""
            indentation = len(text) - len(text.lstrip(_SPACE))
            # A blank line does not affect the shared indent.
            if indentation < len(text) or not text.endswith("\n"):
                indentations.append(indentation)
                if isinstance(part, _Text):
                    lines.append(part)
        if isinstance(part, _Text) and part.text.endswith("\n"):
            begins_line = True
    for line in lines:
        line.text = line.text[min(indentations) :]
