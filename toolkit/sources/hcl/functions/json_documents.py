"""Read and write JSON as Terraform does. Source: cty 1.16, json; Go 1.23, encoding/json.

Strings may contain ids that are known only after apply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from json import JSONDecoder, dumps
from typing import Any, Final, NoReturn
from unicodedata import combining

from toolkit.lazily import pattern
from toolkit.model.values import HOLE
from toolkit.sources.hcl.functions.strings import concatenated
from toolkit.sources.hcl.syntax.scanner import normal
from toolkit.sources.hcl.values import (
    BOOL,
    DYNAMIC,
    MAPPINGS,
    NUMBER,
    SEQUENCES,
    STRING,
    EvaluationError,
    Float,
    Null,
    ObjectVal,
    Symbol,
    SymbolText,
    TupleVal,
    Type,
    UnknownVal,
    Value,
    convert,
    doubt,
    numbers,
    symbol_text,
    type_of,
    unknown,
)
from toolkit.sources.hcl.values.budget import OverBudget, check_elements, check_length

#: The deepest nesting that is supported.
_MOST_DEPTH: Final = 100
_SPACE: Final = pattern(r"[ \t\r\n]*")
#: Go also escapes these, so that JSON can be embedded in HTML and JavaScript.
_ESCAPED: Final = str.maketrans(
    {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
)
#: Half of a surrogate pair, which no text contains: it stands for an id while a text is read.
_HALF: Final = pattern("([\ud800-\udfff])")
_ESCAPED_HALF: Final = pattern(r"\\u[dD][89a-fA-F]")
_BRACKET: Final = pattern(r'"(?:[^"\\]+|\\.)*+"?|([\[{])|[\]}]', re.DOTALL)


class _Unsure(Exception):  # noqa: N818 - not an error: the value is unknown
    """The value of a text depends on the characters of an id."""


def encode(value: Value) -> Value:
    """Return the JSON of a value without marks. Raises `EvaluationError` and `OverBudget`."""
    writer = _Writer()
    writer.put(value)
    return concatenated(writer.finished())


class _Writer:
    def __init__(self) -> None:
        self._parts: list[Value] = []
        self._text: list[str] = []
        self._length = 0

    def finished(self) -> list[Value]:
        self._add("")
        return self._parts

    def put(self, value: Value, depth: int = 0) -> None:
        if depth > _MOST_DEPTH:
            raise OverBudget
        if isinstance(value, str):
            self._write(_quoted(value))
        elif isinstance(value, bool):
            self._write("true" if value else "false")
        elif isinstance(value, Null):
            self._write("null")
        elif isinstance(value, int | Float):
            if numbers.is_infinite(value):
                raise EvaluationError("JSON has no infinite number")
            self._write(numbers.text(value))
        elif isinstance(value, SEQUENCES):
            self._list("[]", ((None, item) for item in value.items), depth)
        elif isinstance(value, MAPPINGS):
            self._list("{}", sorted(value.items.items()), depth)
        elif isinstance(value, UnknownVal):
            self._unknown(value)
        else:
            self._write('"')
            for part in value.parts if isinstance(value, SymbolText) else (value,):
                if isinstance(part, str):
                    self._write(_quoted(part)[1:-1])
                else:
                    self._add(part)
            self._write('"')

    def _list(self, brackets: str, items: Iterable[tuple[str | None, Value]], depth: int) -> None:
        self._write(brackets[0])
        for at, (name, item) in enumerate(items):
            if at:
                self._write(",")
            if name is not None:
                self._write(f"{_quoted(name)}:")
            self.put(item, depth + 1)
        self._write(brackets[1])

    def _unknown(self, value: UnknownVal) -> None:
        if _may_be_infinite(value.type):
            doubt(value.reasons)
        template = HOLE
        if value.type is STRING and value.not_null:
            template = _quoted(value.template or HOLE)
        self._add(UnknownVal(STRING, value.reasons, not_null=True, template=template))

    def _write(self, text: str) -> None:
        self._length += len(text)
        check_length(self._length)
        self._text.append(text)

    def _add(self, part: Value) -> None:
        # A combining accent after an escape joins the escape's last letter.
        self._parts += [normal("".join(self._text)), part]
        self._text = []


def _quoted(text: str) -> str:
    return dumps(text, ensure_ascii=False).translate(_ESCAPED)


def _may_be_infinite(kind: Type) -> bool:
    if kind.kind in ("number", "dynamic"):
        return True
    inner = (kind.element,) if kind.is_collection else (*kind.elements, *kind.attributes.values())
    return any(map(_may_be_infinite, inner))


def decode(text: str | Symbol | SymbolText) -> Value:
    """Return the value of a JSON text. Raises `EvaluationError` and `OverBudget`."""
    if isinstance(text, str):
        return _Reader({}).read(text)
    symbols: dict[str, Symbol] = {}
    joined = ""
    for part in text.parts if isinstance(text, SymbolText) else (text,):
        if isinstance(part, Symbol):
            half = chr(0xD800 + len(symbols) % 0x800)
            symbols[half] = part
            part = half
        joined += part
    try:
        if _ESCAPED_HALF.search(joined) or len(symbols) != len(_HALF.findall(joined)):
            raise _Unsure
        return _Reader(symbols).read(joined)
    except (_Unsure, EvaluationError):
        # Terraform may refuse it.
        found = unknown(DYNAMIC, text)
        doubt(found.reasons)
        return found


class _Repeated(list[tuple[str, Any]]):
    """The properties of an object in which a name occurs more than once."""


class _Reader:
    """Reads a text in which `symbols` stand for ids."""

    def __init__(self, symbols: dict[str, Symbol]) -> None:
        self._symbols = symbols
        self._decoder = JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=numbers.number,
            parse_float=numbers.number,
            parse_constant=_refuse,
        )

    def read(self, text: str) -> Value:
        _check_depth(text)
        try:
            tree, end = self._decoder.raw_decode(text, _end_of_space(text, 0))
        except ValueError:
            raise EvaluationError("the text is not JSON") from None
        # Terraform ignores trailing text that begins with a closing bracket.
        if text[_end_of_space(text, end) :][:1] not in ("", "]", "}"):
            raise EvaluationError("there is more than one value")
        return self._value(tree)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Repeated:
        if not self._symbols:
            pairs = [(_HALF.sub("\ufffd", name), each) for name, each in pairs]
        found = dict(pairs)
        return found if len(found) == len(pairs) else _Repeated(pairs)

    def _value(self, tree: Any) -> Value:
        if isinstance(tree, str):
            return self._string(tree)
        if tree is None:
            return Null()
        if isinstance(tree, _Repeated):
            return self._repeated(tree)
        if isinstance(tree, list):
            return TupleVal([self._value(each) for each in tree])
        if isinstance(tree, dict):
            return ObjectVal({self._name(name): self._value(each) for name, each in tree.items()})
        found: Value = tree
        return found

    def _string(self, text: str) -> Value:
        if not self._symbols:
            return normal(_HALF.sub("\ufffd", text))
        parts: list[str | Symbol] = []
        for part in _HALF.split(text):
            if part in self._symbols:
                parts.append(self._symbols[part])
            elif parts and combining(part[:1] or "-"):
                raise _Unsure
            else:
                parts.append(normal(part))
        return symbol_text(parts)

    def _name(self, name: str) -> str:
        if _HALF.search(name):
            raise _Unsure
        if normal(name) != name:
            # Terraform normalizes the names of a type, and then does not find this one.
            raise EvaluationError(f"the name {normal(name)} is not composed")
        return name

    def _repeated(self, pairs: _Repeated) -> Value:
        """Return the last value of each name; earlier values must convert to its type."""
        last = dict(pairs)
        found = {self._name(name): self._value(each) for name, each in last.items()}
        for name, each in pairs:
            if each is not last[name] and not self._fits(each, type_of(found[name])):
                raise EvaluationError(f"the values of {name} have different types")
        return ObjectVal(found)

    def _fits(self, tree: Any, kind: Type) -> bool:
        if tree is None:
            return True
        if isinstance(tree, dict | _Repeated):
            pairs = tree.items() if isinstance(tree, dict) else tree
            if kind.kind == "dynamic" and {name for name, _ in pairs} == {"type", "value"}:
                # cty reads this as a value of any type.
                raise OverBudget
            return kind.kind == "object" and all(
                name in kind.attributes and self._fits(each, kind.attributes[name])
                for name, each in pairs
            )
        if isinstance(tree, list):
            return (
                len(tree) == len(kind.elements)
                and kind.kind == "tuple"
                and all(map(self._fits, tree, kind.elements))
            )
        if isinstance(tree, str) and kind in (BOOL, NUMBER):
            try:
                convert(self._string(tree), kind)
            except EvaluationError:
                return False
            return True
        return kind in (STRING, type_of(tree))


def _end_of_space(text: str, start: int) -> int:
    return _SPACE.match(text, start).end()  # type: ignore[union-attr]


def _check_depth(text: str) -> None:
    check_elements(text.count(","))
    if text.count("[") + text.count("{") <= _MOST_DEPTH:
        return
    depth = 0
    for found in _BRACKET.finditer(text):
        if found[1]:
            depth += 1
            if depth > _MOST_DEPTH:
                raise OverBudget
        elif found[0][0] != '"':
            depth -= 1


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)
