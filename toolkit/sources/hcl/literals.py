"""Strings and numbers as Terraform keeps them.

A string is composed Unicode (NFC). A number has 512 bits, so one whose digits a Python int or float
does not keep is none here: the evaluator has no more digits.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

_HALF_PAIR = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
#: Digits that 512 bits are sure to keep.
_DIGITS = 150


def kept_text(text: str) -> str:
    """A string as Terraform keeps it; half of a surrogate pair is no character."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _HALF_PAIR.sub("\ufffd", text))


def kept_number(text: str) -> int | float | None:
    """The number that a text is; None where it is none, or has digits that would be lost."""
    if _NUMBER.fullmatch(text) is None or len(text) > _DIGITS:
        return None
    try:
        exact = Decimal(text)
        if exact == 0:
            return -0.0 if exact.is_signed() else 0
        if abs(exact.adjusted()) > _DIGITS:
            return None
        if exact == exact.to_integral_value():
            return int(exact)
        nearest = float(text)
        return nearest if Decimal(repr(nearest)) == exact else None
    except (InvalidOperation, OverflowError):
        return None


def number_text(number: int | float) -> str:
    """The string that Terraform makes of a number: all its digits, and no exponent."""
    if isinstance(number, int):
        return str(number)
    digits = format(Decimal(repr(number)), "f")
    return digits.rstrip("0").removesuffix(".") if "." in digits else digits
