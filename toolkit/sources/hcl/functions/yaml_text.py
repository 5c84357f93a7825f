"""Write YAML as go-cty-yaml 1.1 does: strings quoted, or literal if they have several lines."""

from __future__ import annotations

from typing import Final

from toolkit.lazily import pattern
from toolkit.sources.hcl.syntax.scanner import normal
from toolkit.sources.hcl.values import MAPPINGS, SEQUENCES, Float, Null, Value, numbers
from toolkit.sources.hcl.values.budget import OverBudget, check_length

#: The deepest nesting that is supported.
_MOST_DEPTH: Final = 100
#: A quoted text breaks at the first space after this column.
_WIDTH: Final = 80
#: A key that is longer, in bytes, or has several lines begins with a question mark.
_LONGEST_KEY: Final = 128
_BREAK: Final = pattern("[\r\n\x85\u2028\u2029]")
_UNPRINTABLE: Final = r"\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\U00010000-\U0010ffff"
_LINE_BREAK: Final = pattern("([\n\u2028\u2029])")
_SPACES: Final = pattern("( +)")
_ESCAPED: Final = pattern(rf'["\\\n\u2028\u2029{_UNPRINTABLE}]')
#: A text with any of these has no literal form.
_NOT_LITERAL: Final = pattern(rf"[{_UNPRINTABLE}]| [\n\u2028\u2029]| \Z")
_ESCAPES: Final = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r",
    "\x1b": "e", '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


class UnlikeError(Exception):
    """Terraform writes an infinite number in one of two ways, depending on its origin."""


def write(value: Value) -> str:
    """Return the YAML of a known value. Raises `OverBudget` and `UnlikeError`."""
    writer = _Writer()
    writer.node(value, -2, compact=True)
    writer.end_line()
    if not isinstance(value, (str, *MAPPINGS, *SEQUENCES)):
        # A bare scalar at the top needs an end-of-document marker.
        writer.put("...")
        writer.end_line()
    return normal("".join(writer.pieces))


class _Writer:
    """Writes nodes. `indent` is that of the enclosing collection, or -2 at the top."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._length = 0
        self._column = 0
        self._depth = 0

    def put(self, text: str) -> None:
        """Write a text without line breaks."""
        self._length += len(text)
        check_length(self._length)
        self.pieces.append(text)
        self._column += len(text)

    def _break(self, text: str = "\n") -> None:
        self.put(text)
        self._column = 0

    def end_line(self, indent: int = 0) -> None:
        """End the current line if it has text, and indent the next one."""
        if self._column:
            self._break()
        self.put(" " * indent)

    def node(self, value: Value, indent: int, *, compact: bool) -> None:
        """Write a node; a `compact` collection begins on the line of the text before it."""
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise OverBudget
        if compact or not isinstance(value, SEQUENCES):
            # A sequence under a key is not indented further than the key.
            indent += 2
        space = " " if self._column else ""
        if isinstance(value, SEQUENCES) and value.items:
            for at, item in enumerate(value.items):
                self._begin(at, indent, compact=compact)
                self.put("-")
                self.node(item, indent, compact=True)
        elif isinstance(value, MAPPINGS) and value.items:
            for at, (name, item) in enumerate(sorted(value.items.items())):
                self._begin(at, indent, compact=compact)
                self._pair(name, item, indent)
        elif isinstance(value, str):
            self.put(space)
            self._string(value, max(indent, 2))
        else:
            self.put(space + _word(value))
        self._depth -= 1

    def _begin(self, at: int, indent: int, *, compact: bool) -> None:
        if at or not compact:
            self.end_line(indent)
        elif self._column:
            self.put(" ")

    def _pair(self, name: str, value: Value, indent: int) -> None:
        is_simple = len(name.encode()) <= _LONGEST_KEY and not _BREAK.search(name)
        if is_simple:
            self._quoted(name, None)
        else:
            self.put("? ")
            self._string(name, indent + 2)
            self.end_line(indent)
        self.put(":")
        self.node(value, indent, compact=not is_simple)

    def _string(self, text: str, indent: int) -> None:
        if "\n" not in text or _NOT_LITERAL.search(text):
            self._quoted(text, indent)
            return
        indented = "2" if _LINE_BREAK.match(text) or text[0] == " " else ""
        if not _LINE_BREAK.match(text[-1]):
            ended = "-"
        else:
            ended = "+" if len(text) == 1 or _LINE_BREAK.match(text[-2]) else ""
        self.put(f"|{indented}{ended}")
        self._break()
        for piece in _LINE_BREAK.split(text):
            if _LINE_BREAK.match(piece):
                self._break(piece)
            elif piece:
                self.put(" " * indent + piece)

    def _quoted(self, text: str, indent: int | None) -> None:
        """Write a quoted text, over several lines if `indent` is given."""
        self.put('"')
        if text.startswith("\ufeff"):
            # After a byte order mark, the library treats every character as a further one.
            self.put("".join(map(_escape, text)))
        else:
            at = 0
            for piece in _SPACES.split(text):
                is_inner = 0 < at < len(text) - 1
                at += len(piece)
                if piece[:1] != " ":
                    self.put(_ESCAPED.sub(lambda found: _escape(found[0]), piece))
                elif indent is not None and self._column > _WIDTH and is_inner:
                    self.end_line(indent)
                    self.put("\\" + piece[1:] if piece[1:] else "")
                else:
                    self.put(piece)
        self.put('"')


def _escape(character: str) -> str:
    short = _ESCAPES.get(character)
    if short is not None:
        return f"\\{short}"
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _word(value: Value) -> str:
    if isinstance(value, Null):
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Float):
        if numbers.is_infinite(value):
            raise UnlikeError
        return numbers.text(value)
    return "{}" if isinstance(value, MAPPINGS) else "[]"
