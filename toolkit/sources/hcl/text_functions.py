"""Functions of Terraform that make one text, number or list of another, on known values.

The evaluator knows them too, but it gives up a whole module call or map of objects in which one
value is missing, and with it the values beside that one. Each answers None for whatever it is not
sure to see as Terraform does: then the evaluator has to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from toolkit.sources.hcl.literals import kept_number, kept_text
from toolkit.sources.hcl.values import SetValue, Value

#: What Go takes for white space, in ASCII.
_SPACE = " \t\n\v\f\r"
_VERB = re.compile(r"%(.?)", re.DOTALL)
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})")


def _texts(arguments: Sequence[Value], count: int) -> list[str] | None:
    """The arguments, where they are so many texts in ASCII: of others the case and width differ."""
    texts = [each for each in arguments if isinstance(each, str) and each.isascii()]
    return texts if len(texts) == len(arguments) == count else None


def _trimspace(arguments: list[Value]) -> Value | None:
    texts = _texts(arguments, 1)
    return texts and texts[0].strip(_SPACE)


def _lower(arguments: list[Value]) -> Value | None:
    texts = _texts(arguments, 1)
    return texts and texts[0].lower()


def _upper(arguments: list[Value]) -> Value | None:
    texts = _texts(arguments, 1)
    return texts and texts[0].upper()


def _trimprefix(arguments: list[Value]) -> Value | None:
    texts = _texts(arguments, 2)
    return texts and texts[0].removeprefix(texts[1])


def _trimsuffix(arguments: list[Value]) -> Value | None:
    texts = _texts(arguments, 2)
    return texts and texts[0].removesuffix(texts[1])


def _startswith(arguments: list[Value]) -> Value | None:
    texts = _texts(arguments, 2)
    return None if texts is None else texts[0].startswith(texts[1])


def _endswith(arguments: list[Value]) -> Value | None:
    texts = _texts(arguments, 2)
    return None if texts is None else texts[0].endswith(texts[1])


def _strcontains(arguments: list[Value]) -> Value | None:
    texts = _texts(arguments, 2)
    return None if texts is None else texts[1] in texts[0]


def _replace(arguments: list[Value]) -> Value | None:
    texts = _texts(arguments, 3)
    # Between slashes it is a regular expression of Go.
    if texts is None or not texts[1] or texts[1].startswith("/"):
        return None
    return texts[0].replace(texts[1], texts[2])


def _format(arguments: list[Value]) -> Value | None:
    """Plain `%s` of texts and `%d` of whole numbers, and nothing else."""
    if not arguments or not isinstance(arguments[0], str):
        return None
    left = list(arguments[1:])
    parts: list[str] = []
    end = 0
    for verb in _VERB.finditer(arguments[0]):
        parts.append(arguments[0][end : verb.start()])
        end = verb.end()
        if verb[1] == "%":
            parts.append("%")
            continue
        value = left.pop(0) if left else None
        if (verb[1] == "s" and isinstance(value, str)) or (verb[1] == "d" and type(value) is int):
            parts.append(str(value))
        else:
            return None
    return None if left else "".join((*parts, arguments[0][end:]))


def _tonumber(arguments: list[Value]) -> Value | None:
    (only,) = arguments if len(arguments) == 1 else (None,)
    if type(only) is int:
        return only
    return int(only) if isinstance(only, str) and _WHOLE.fullmatch(only) else None


def _jsondecode(arguments: list[Value]) -> Value | None:
    (only,) = arguments if len(arguments) == 1 else (None,)
    if not isinstance(only, str):
        return None
    try:
        return _kept(
            json.loads(only, parse_float=_number, parse_int=_number, parse_constant=_number)
        )
    except (ValueError, RecursionError):
        return None


def _number(text: str) -> int | float:
    number = kept_number(text)
    if number is None:
        raise ValueError(f"Terraform may see another number in {text}")
    return number


def _kept(decoded: Any) -> Value:
    """A decoded value, its strings as Terraform keeps them."""
    if isinstance(decoded, dict):
        # Terraform fails on a key that it keeps as another one.
        if any(kept_text(key) != key for key in decoded):
            raise ValueError("a key that is not composed")
        return {key: _kept(item) for key, item in decoded.items()}
    if isinstance(decoded, list):
        return [_kept(item) for item in decoded]
    return kept_text(decoded) if isinstance(decoded, str) else decoded


def _slice(arguments: list[Value]) -> Value | None:
    if len(arguments) != 3:
        return None
    members, (start, end) = _list(arguments[0]), arguments[1:]
    if members is None or type(start) is not int or type(end) is not int:
        return None
    return members[start:end] if 0 <= start <= end <= len(members) else None


def _reverse(arguments: list[Value]) -> Value | None:
    members = _list(arguments[0]) if len(arguments) == 1 else None
    return None if members is None else members[::-1]


def _list(value: Value) -> list[Value] | None:
    """The value, where it is a list and no set: those have no order."""
    return value if isinstance(value, list) and not isinstance(value, SetValue) else None


TEXT_FUNCTIONS: dict[str, Callable[[list[Value]], Value | None]] = {
    "trimspace": _trimspace,
    "lower": _lower,
    "upper": _upper,
    "trimprefix": _trimprefix,
    "trimsuffix": _trimsuffix,
    "startswith": _startswith,
    "endswith": _endswith,
    "strcontains": _strcontains,
    "replace": _replace,
    "format": _format,
    "tonumber": _tonumber,
    "jsondecode": _jsondecode,
    "slice": _slice,
    "reverse": _reverse,
}
