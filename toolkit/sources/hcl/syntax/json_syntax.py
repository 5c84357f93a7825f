"""Parse HCL's JSON syntax into the same tree, from a ``.tf.json`` or ``.tfvars.json`` file.

Whether an object is a block or a value depends on the schema, so `JsonBody` needs one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, Final, TypeAlias

from msgspec import Struct

from toolkit.lazily import pattern
from toolkit.sources.hcl.syntax.native import parse_expression, parse_template, relocate
from toolkit.sources.hcl.syntax.nodes import (
    Attribute,
    Block,
    Body,
    Expression,
    Invalid,
    Literal,
    NumberText,
    ObjectCons,
    TupleCons,
    UnaryOp,
)
from toolkit.sources.hcl.syntax.scanner import normal
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source, located

_SPACE: Final = pattern(r"[ \t\r\n]*")
_WORD: Final = pattern(r"[A-Za-z][A-Za-z_]*")
_NUMBER: Final = pattern(r"[-+.0-9][-+.eE0-9]*")
_VALID_NUMBER: Final = pattern(r"(-?)((?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
_KEYWORDS: Final = {"true": True, "false": False, "null": None}
_LONE_SURROGATE: Final = pattern(r"[\ud800-\udfff]")
#: A number with fewer digits is exact without rounding.
_EXACT_DIGITS: Final = 150
#: The property that is a comment.
_COMMENT: Final = "//"


class JsonObject(Struct, frozen=True):
    items: list[tuple[JsonString, JsonValue]]
    start: int
    end: int


class JsonArray(Struct, frozen=True):
    items: list[JsonValue]
    start: int
    end: int


class JsonString(Struct, frozen=True):
    text: str
    start: int
    end: int


class JsonScalar(Struct, frozen=True):
    """A number (its text), a bool, or None."""

    value: NumberText | bool | None
    start: int
    end: int


JsonValue: TypeAlias = JsonObject | JsonArray | JsonString | JsonScalar


def parse_json_body(source: Source) -> Body:
    """Return the body of a file. Raises `HclSyntaxError`."""
    value = parse_json(source)
    if isinstance(value, JsonString | JsonScalar):
        raise HclSyntaxError("A file is an object, or an array of objects", value.start)
    return JsonBody(value, source)


def parse_json(source: Source) -> JsonValue:
    """Return the JSON value of a file. Raises `HclSyntaxError`."""
    if source.is_marked:
        raise HclSyntaxError("JSON has no byte order mark: save the file without one", 0)
    return _Parser(source).document()


class _Parser:
    def __init__(self, source: Source) -> None:
        self._text = source.text + "\0"
        self._at = 0

    def document(self) -> JsonValue:
        self._skip()
        value = self._value()
        self._skip()
        if self._at != len(self._text) - 1:
            raise self._error("There is something behind the JSON value")
        return value

    def _error(self, message: str) -> HclSyntaxError:
        return HclSyntaxError(message, self._at)

    def _skip(self) -> None:
        self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]

    def _value(self) -> JsonValue:
        start, first = self._at, self._text[self._at]
        if first == '"':
            return self._string()
        if first == "{":
            return self._object()
        if first == "[":
            return self._array()
        word = _WORD.match(self._text, start)
        if word is not None:
            if word[0] not in _KEYWORDS:
                raise self._error("JSON has no such word")
            self._at = word.end()
            return JsonScalar(_KEYWORDS[word[0]], start, self._at)
        number = _NUMBER.match(self._text, start)
        if number is None or not _VALID_NUMBER.fullmatch(number[0]):
            raise self._error("A JSON value is expected here")
        self._at = number.end()
        return JsonScalar(NumberText(number[0]), start, self._at)

    def _string(self) -> JsonString:
        start = self._at
        try:
            text, self._at = scanstring(self._text, start + 1, True)
        except ValueError:
            raise self._error("This JSON string is malformed") from None
        if not text.isascii():
            # Terraform also replaces lone surrogates and invalid bytes.
            text = _LONE_SURROGATE.sub("\ufffd", text)
        return JsonString(text, start, self._at)

    def _object(self) -> JsonObject:
        start = self._at
        items: list[tuple[JsonString, JsonValue]] = []
        for _ in self._separated("}"):
            if self._text[self._at] != '"':
                raise self._error("The name of a property is expected here, in quotes")
            name = self._string()
            self._skip()
            if self._text[self._at] != ":":
                raise self._error("A colon is expected behind the name of a property")
            self._at += 1
            self._skip()
            items.append((name, self._value()))
        return JsonObject(items, start, self._at)

    def _array(self) -> JsonArray:
        start = self._at
        items = [self._value() for _ in self._separated("]")]
        return JsonArray(items, start, self._at)

    def _separated(self, closing: str) -> Iterator[None]:
        """Yield at the start of each item of an array or object; skip the end of the array or
        object.
        """
        self._at += 1
        self._skip()
        if self._text[self._at] != closing:
            while True:
                yield
                self._skip()
                if self._text[self._at] != ",":
                    break
                self._at += 1
                self._skip()
        if self._text[self._at] != closing:
            raise self._error(f"A comma or {closing} is expected here")
        self._at += 1


class JsonBody(Body):
    """An object, or an array of objects, that is the body of a block or of a file."""

    __slots__ = ("_source", "_value")

    def __init__(self, value: JsonValue, source: Source) -> None:
        self._value = value
        self._source = source
        super().__init__({}, [])

    def content(self, blocks: Mapping[str, int]) -> Body:
        """Return the body in which `blocks` are block types, each with its number of labels.

        Every other property is an attribute. Raises `HclSyntaxError`.
        """
        attributes: dict[str, Attribute] = {}
        found: list[Block] = []
        for name, value in _properties(self._value):
            kind = name.text
            if kind == _COMMENT:
                continue
            if kind in blocks:
                found += _blocks(kind, name, value, (), blocks[kind], self._source)
            elif kind in attributes:
                raise HclSyntaxError(f"The argument {kind} is set twice", name.start)
            else:
                attributes[kind] = JsonAttribute(kind, value, self._source, name.start)
        return Body(attributes, found)


class JsonAttribute(Attribute):
    """A property that is an attribute; its strings are templates when evaluated."""

    __slots__ = ("_value",)

    def __init__(self, name: str, value: JsonValue, source: Source, start: int) -> None:
        self.name = name
        self.source = source
        self.start = start
        self.end = value.end
        self._value = value
        self._expression = None

    @property
    def expression(self) -> Expression:
        if self._expression is None:
            self._expression = _expression(self._value, self.source, templates=True)
        return self._expression

    @property
    def verbatim(self) -> Expression:
        return _expression(self._value, self.source, templates=False)

    @property
    def reference(self) -> Expression:
        return _reference(self._value, self.source)


def _properties(value: JsonValue) -> Iterator[tuple[JsonString, JsonValue]]:
    """Yield the properties of an object, or of all objects of an array. Raises `HclSyntaxError`."""
    for each in value.items if isinstance(value, JsonArray) else [value]:
        if isinstance(each, JsonObject):
            yield from each.items
        elif each is not value or not (isinstance(each, JsonScalar) and each.value is None):
            raise HclSyntaxError("An object is expected here", each.start)


def _blocks(
    kind: str,
    name: JsonString,
    value: JsonValue,
    labels: tuple[str, ...],
    missing: int,
    source: Source,
) -> Iterator[Block]:
    """Yield the blocks of one type in a property. Raises `HclSyntaxError`."""
    if missing:
        properties = list(_properties(value))
        if not properties:
            raise HclSyntaxError(f"A {kind} block needs a label here", value.start)
        for label, inner in properties:
            yield from _blocks(kind, label, inner, (*labels, label.text), missing - 1, source)
    elif isinstance(value, JsonArray):
        for each in value.items:
            yield Block(kind, labels, JsonBody(each, source), source, each.start, each.end)
    elif isinstance(value, JsonObject):
        yield Block(kind, labels, JsonBody(value, source), source, name.start, value.end)
    elif isinstance(value, JsonString) or value.value is not None:
        raise HclSyntaxError(f"An object or an array is expected for {kind}", value.start)


def _expression(value: JsonValue, source: Source, *, templates: bool) -> Expression:
    start, end = value.start, value.end
    if isinstance(value, JsonString):
        if templates and ("${" in value.text or "%{" in value.text):
            return _template(value, source)
        text = located(normal(value.text), source, start, end, computed=False)
        return Literal(text, start, end)
    if isinstance(value, JsonArray):
        items = [_expression(each, source, templates=templates) for each in value.items]
        return TupleCons(items, start, end)
    if isinstance(value, JsonObject):
        pairs = [
            (
                _expression(name, source, templates=templates),
                _expression(each, source, templates=templates),
            )
            for name, each in value.items
        ]
        return ObjectCons(pairs, start, end, is_json=True)
    return _scalar(value)


def _scalar(value: JsonScalar) -> Expression:
    start, end = value.start, value.end
    if not isinstance(value.value, NumberText):
        return Literal(value.value, start, end)
    is_negative = value.value.startswith("-")
    digits = value.value.removeprefix("-")
    short = digits.isdigit() and len(digits) <= _EXACT_DIGITS
    number: Any = int(digits) if short else NumberText(digits)
    literal = Literal(number, start, end)
    return UnaryOp("-", literal, start, end) if is_negative else literal


def _template(value: JsonString, source: Source) -> Expression:
    try:
        found = parse_template(Source(source.path, value.text))
    except HclSyntaxError as error:
        return Invalid(error.message, value.start, value.end)
    relocate(found, source, value.start, value.end)
    return found


def _reference(value: JsonValue, source: Source) -> Expression:
    """Parse the expression in a string. Raises `HclSyntaxError` for an invalid one."""
    if isinstance(value, JsonString):
        try:
            found = parse_expression(Source(source.path, value.text))
        except HclSyntaxError as error:
            raise HclSyntaxError(error.message, value.start) from None
        relocate(found, source, value.start, value.end)
        return found
    if isinstance(value, JsonArray):
        items = [_reference(each, source) for each in value.items]
        return TupleCons(items, value.start, value.end)
    if isinstance(value, JsonObject):
        pairs = [
            (_expression(name, source, templates=False), _reference(each, source))
            for name, each in value.items
        ]
        return ObjectCons(pairs, value.start, value.end)
    return _scalar(value)
