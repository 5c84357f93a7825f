"""Functions of regular expressions.

RE2 finds the same matches as Go's regexp. Patterns that only one of the two accepts are detected
separately. Source: Go 1.23, regexp and regexp/syntax; cty 1.16, stdlib; Terraform 1.11, lang/funcs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias
from unicodedata import category

import re2  # type: ignore[import-not-found, import-untyped, unused-ignore]
from msgspec import Struct

from toolkit.sources.hcl.functions.signature import Definitions
from toolkit.sources.hcl.syntax.scanner import normal
from toolkit.sources.hcl.values import (
    DYNAMIC,
    STRING,
    EvaluationError,
    ListVal,
    Null,
    ObjectVal,
    TupleVal,
    Type,
    Value,
    list_of,
    object_of,
    tuple_of,
)
from toolkit.sources.hcl.values.budget import OverBudget, check_elements, check_length

define: Final = Definitions()

#: A part of a pattern: quoted text, an escape, a class, the start of a group with an optional name,
#: a repetition with its counts, or a character.
_TOKEN: Final = re.compile(
    r"""\\Q.*?(?:\\E|\Z) | \\. | \[\^?\]?(?:\[:[^\]]*:\]|\\.|[^\]\\])*\]
    | \((?:\?P?<(?P<name>[^>]*)>|\?)?
    | \{(?P<least>0|[1-9][0-9]*)(?:,(?P<most>0|[1-9][0-9]*)?)?\} | .""",
    re.DOTALL | re.VERBOSE,
)
#: RE2 reads counts from here on as text.
_LARGEST_COUNT: Final = 10**8
#: Go does not count repetitions inside a part that is repeated zero times; RE2 does.
_NEVER: Final = re.compile(r"\{0(?:,0)?\}")
#: Within these limits Go rejects no pattern as too large or too deeply nested.
_MOST_CHARACTERS: Final = 10_000
_MOST_COPIES: Final = 1_600_000
_MOST_GROUPS: Final = 200
#: The limit of search steps for one text: each search may run the whole pattern at every byte.
_MOST_STEPS: Final = 1 << 29
#: Characters that RE2 knows from Unicode 15.1; Go knows Unicode 15.0.
_NEWER: Final = re.compile("[\u2ffc-\u2fff\u31ef\ufb05\ufb06\U0002ebf0-\U0002ee5d]")
#: Parts of a pattern that use Unicode's classes or cases.
_OF_UNICODE: Final = re.compile(r"\\[pP]|\(\?[a-zA-Z]*i")
_GROUP_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,8}")

#: Start and end, in bytes, of the match and each group; negative for a group without a match.
_Spans: TypeAlias = "Sequence[tuple[int, int]]"


class _Pattern(Struct, frozen=True):
    compiled: Any
    #: The names of the groups in order; empty for a group without a name.
    names: Sequence[str]
    is_of_unicode: bool


@define(STRING, STRING, returns=lambda pattern, _: _type_of_match(pattern))
def regex(pattern: str, text: str) -> Value:
    kind = _type_of_match(pattern)
    compiled = _compiled(pattern)
    data = _encoded(compiled, text)
    for _, spans in _searches(compiled, data):
        return _result(compiled, kind, data, spans)
    raise EvaluationError("the pattern matches no part of the string")


@define(STRING, STRING, returns=lambda pattern, _: list_of(_type_of_match(pattern)))
def regexall(pattern: str, text: str) -> Value:
    kind = _type_of_match(pattern)
    compiled = _compiled(pattern)
    data = _encoded(compiled, text)
    found: list[Value] = []
    last = -1
    for at, spans in _searches(compiled, data):
        start, end = spans[0]
        # An empty match directly after another match does not count.
        if end != at or start != last:
            found.append(_result(compiled, kind, data, spans))
        last = end
    return ListVal(found, kind)


@define(STRING, STRING, STRING, returns=STRING)
def replace(text: str, part: str, replacement: str) -> Value:
    if len(part) > 1 and part.startswith("/") and part.endswith("/"):
        return normal(_replaced(_compiled(part[1:-1]), text, replacement))
    check_length(len(text) + text.count(part) * (len(replacement) - len(part)))
    return normal(text.replace(part, replacement))


def _replaced(pattern: _Pattern, text: str, replacement: str) -> str:
    data = _encoded(pattern, text)
    pieces = _expansion(pattern, replacement)
    made: list[bytes] = []
    last = length = 0
    for _, spans in _searches(pattern, data):
        start, end = spans[0]
        made.append(data[last:start])
        if end > last or not start:
            for piece in pieces:
                part = piece if isinstance(piece, bytes) else _captured(data, spans, piece)
                made.append(part)
                length += len(part)
            check_length(length)
        last = end
    check_length(length + len(data))
    return b"".join([*made, data[last:]]).decode()


def _captured(data: bytes, spans: _Spans, groups: Sequence[int]) -> bytes:
    """Return the bytes of the first of these groups that took part in the match."""
    for group in groups:
        start, end = spans[group]
        if start >= 0:
            return data[start:end]
    return b""


def _expansion(pattern: _Pattern, replacement: str) -> list[bytes | Sequence[int]]:
    """Return the texts and groups of a replacement; several groups may have one name.

    ``$1``, ``$name`` and ``${name}`` are groups, ``$$`` is a dollar; a name is as long as possible.
    """
    pieces: list[bytes | Sequence[int]] = []
    at = 0
    while (dollar := replacement.find("$", at)) >= 0:
        pieces.append(replacement[at:dollar].encode())
        at = dollar + 1
        if replacement.startswith("$", at):
            pieces.append(b"$")
            at += 1
            continue
        brace = replacement.startswith("{", at)
        start = end = at + brace
        while end < len(replacement) and _is_in_name(replacement[end]):
            end += 1
        if start == end or (brace and not replacement.startswith("}", end)):
            pieces.append(b"$")
            continue
        at = end + brace
        pieces.append(_named(pattern, replacement[start:end]))
    return [*pieces, replacement[at:].encode()]


def _is_in_name(character: str) -> bool:
    kind = category(character)
    if kind == "Cn" or _NEWER.match(character):
        # Python's version of Unicode may differ from Go's.
        raise OverBudget
    return character == "_" or kind == "Nd" or kind.startswith("L")


def _named(pattern: _Pattern, name: str) -> Sequence[int]:
    """Return the numbers of the groups that a replacement names."""
    if _GROUP_NUMBER.fullmatch(name):
        number = int(name)
        return [number] if number <= len(pattern.names) else []
    return [at for at, each in enumerate(pattern.names, 1) if each == name]


# Matches


def _encoded(pattern: _Pattern, text: str) -> bytes:
    """Encode a text. Raises `OverBudget` for characters on which RE2 and Go may differ."""
    if pattern.is_of_unicode and not text.isascii():
        characters = set(text)
        if _NEWER.search(text) or "Cn" in map(category, characters):
            raise OverBudget
    return text.encode()


def _searches(pattern: _Pattern, data: bytes) -> Iterator[tuple[int, _Spans]]:
    """Yield consecutive matches, each with the offset at which its search began."""
    at = count = steps = 0
    while at <= len(data):
        steps += pattern.compiled.programsize * (len(data) - at)
        if steps > _MOST_STEPS:
            raise OverBudget
        spans = _search(pattern, data, at)
        if spans is None:
            return
        yield at, spans
        count += 1
        check_elements(count)
        end = spans[0][1]
        at = _next(data, at) if end == at else end


def _search(pattern: _Pattern, data: bytes, at: int) -> _Spans | None:
    while True:
        found = pattern.compiled.search(data, at)
        if found is None:
            return None
        spans = [found.span(group) for group in range(len(pattern.names) + 1)]
        start = spans[0][0]
        if start == len(data) or not _is_inside(data[start]):
            return spans
        # RE2 also finds empty matches inside characters.
        at = _next(data, start)


def _is_inside(byte: int) -> bool:
    """Whether a byte is not the first one of its character."""
    return byte & 0xC0 == 0x80


def _next(data: bytes, at: int) -> int:
    """Return the start of the next character; after the last one, an offset beyond the end."""
    at += 1
    while at < len(data) and _is_inside(data[at]):
        at += 1
    return at


def _result(pattern: _Pattern, kind: Type, data: bytes, spans: _Spans) -> Value:
    texts: list[Value] = [
        Null(STRING) if start < 0 else normal(data[start:end].decode()) for start, end in spans
    ]
    if kind is STRING:
        return texts[0]
    if kind.kind == "tuple":
        return TupleVal(texts[1:])
    return ObjectVal(dict(zip(pattern.names, texts[1:], strict=True)))


# Patterns


def _type_of_match(pattern: Value) -> Type:
    """Return the type of a match. Raises `EvaluationError` if only some groups have names."""
    if not isinstance(pattern, str):
        return DYNAMIC
    names = _compiled(pattern).names
    if not names:
        return STRING
    if not any(names):
        return tuple_of([STRING] * len(names))
    if not all(names):
        raise EvaluationError("the pattern has groups with names and groups without")
    return object_of(dict.fromkeys(names, STRING))


@lru_cache
def _compiled(pattern: str) -> _Pattern:
    """Compile a pattern. Raises `EvaluationError` for what Go rejects, and `OverBudget`."""
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern.encode(), options)
    except re2.error as error:
        message = error.args[0].decode()
        if "too large" in message or ("repetition size" in message and _NEVER.search(pattern)):
            raise OverBudget from None
        raise EvaluationError(f"the pattern is not valid: {message}") from None
    names = _groups(pattern)
    if len(names) != compiled.groups:
        raise OverBudget
    return _Pattern(compiled, names, _OF_UNICODE.search(pattern) is not None)


def _groups(pattern: str) -> list[str]:
    """Return the group names of a pattern that RE2 accepts; empty for a group without a name.

    Raises `EvaluationError` if Go rejects the pattern, and `OverBudget`.
    """
    names: list[str] = []
    copies = 1
    for token in _TOKEN.finditer(pattern):
        if token[0] == r"\C":
            raise EvaluationError(r"\C is not an escape")
        if token[0] == "(" or token["name"]:
            names.append(token["name"] or "")
        counts = [int(each[:10]) for each in token.group("least", "most") if each]
        if counts:
            if max(counts) >= _LARGEST_COUNT:
                raise EvaluationError("a repetition is too large")
            copies *= max(1, *counts)
    if not "".join(names).isascii():
        raise EvaluationError("the name of a group has letters, digits and _ only")
    if (
        len(pattern) > _MOST_CHARACTERS
        or len(pattern) * min(copies, 1000) > _MOST_COPIES
        or pattern.count("(") > _MOST_GROUPS
    ):
        raise OverBudget
    return names
