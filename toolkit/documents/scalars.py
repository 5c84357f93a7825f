"""The values of unquoted YAML scalars, by the core schema of YAML 1.2."""

from __future__ import annotations

from typing import Final, TypeAlias

from toolkit.lazily import pattern

Scalar: TypeAlias = str | int | float | bool | None

#: Keeps numbers within the digits that Python prints and a float can hold.
MAX_NUMBER_LENGTH: Final = 100

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_START: Final = frozenset("+-.0123456789")
_INT: Final = pattern(r"[-+]?[0-9]+")
_PREFIXED_INT: Final = pattern(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = pattern(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def plain_value(text: str) -> Scalar:
    """Return the value of a scalar without quotes and tag.

    Raises `ValueError` for a number that JSON does not have (infinite, NaN) or that is too long.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    if len(text) > MAX_NUMBER_LENGTH:
        if _INT.fullmatch(text) or _PREFIXED_INT.fullmatch(text) or _FLOAT.fullmatch(text):
            raise ValueError(f"a number of {len(text)} characters")
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _PREFIXED_INT.fullmatch(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if abs(number) == float("inf"):
            raise ValueError("the number is larger than any can be")
        return number
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"JSON has no number {text}")
    return text
