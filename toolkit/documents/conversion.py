"""Convert documents into typed structs, and explain why a document does not fit.

`msgspec` decides whether a value fits. If it does not, this module walks the value along the types
once more, because the messages of msgspec name types, omit the key of a mapping and have no lines.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec
from msgspec import Struct, inspect

from toolkit.documents.document import raise_all
from toolkit.documents.wording import dotted, named, nearest_of, quoted, shown_key, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.documents.document import Document

T = TypeVar("T")
_Path: TypeAlias = tuple[str | int, ...]

_LISTS = (
    inspect.ListType,
    inspect.VarTupleType,
    inspect.SetType,
    inspect.FrozenSetType,
    inspect.CollectionType,
)
_BOUNDS = (
    ("ge", "at least", operator.ge),
    ("gt", "more than", operator.gt),
    ("le", "at most", operator.le),
    ("lt", "less than", operator.lt),
)


class _Problem(Struct, frozen=True):
    path: _Path
    message: str
    hint: str | None = None


def convert(document: Document, type_: type[T]) -> T:
    """Convert the document to `type_`.

    Raises the first `DocumentError` about a part that does not fit, with all others attached.
    """
    try:
        return msgspec.convert(document.value, type_)
    except msgspec.ValidationError as error:
        kind = inspect.type_info(type_)
        problems = _problems(document.value, kind, ())
        if not _is_one(document.value, kind):
            problems = (_without_values(problem, document) for problem in problems)
        raise_all(
            document.error(problem.message, problem.path, hint=problem.hint) for problem in problems
        )
        # The walk does not handle this type.
        raise document.error(" ".join(str(error).split())) from error


def _is_one(value: Any, kind: inspect.Type) -> bool:
    """Whether the document is meant to be of this type, judged by most of its keys.

    Any other document may be an arbitrary file that a link leads to, such as one that has a token.
    """
    if not isinstance(kind, inspect.StructType) or not isinstance(value, dict):
        return False
    known = sum(field.encode_name in value for field in kind.fields)
    return known == len(value) or (known > 1 and known * 2 > len(value))


def _without_values(problem: _Problem, document: Document) -> _Problem:
    """Return the problem with a type instead of a value, and without a key that may be secret."""
    value: Any = document.value
    for step in problem.path:
        value = value[step]
    message, hint = problem.message, problem.hint
    if problem.path and message.startswith("unknown key "):
        key = str(problem.path[-1])
        return _Problem(problem.path, message.replace(f" {quoted(key)}", shown_key(key)), hint)
    if isinstance(value, str | int | float):
        kind = "text" if isinstance(value, str) else "a number"
        kind = "true or false" if isinstance(value, bool) else kind
        message = message.replace(f" not {_shown(value)}", f" not {kind}")
        if isinstance(value, str):
            message = message.replace(quoted(value), kind)
            hint = None if hint is not None and quoted(value) in hint else hint
    return _Problem(problem.path, message, hint)


def _problems(value: Any, kind: inspect.Type, path: _Path) -> Iterator[_Problem]:
    if isinstance(kind, inspect.Metadata):
        # A field's description, written for the schema, is the best available hint.
        description = _description(kind)
        for problem in _problems(value, kind.type, path):
            yield _Problem(problem.path, problem.message, problem.hint or description)
        return
    if isinstance(kind, inspect.UnionType):
        yield from _problems_in_union(value, kind, path)
        return
    if not _same_kind(value, kind):
        hint = None
        if isinstance(kind, _LISTS) and isinstance(value, str):
            hint = f"Put it in brackets: [{quoted(value)}]"
        elif isinstance(kind, inspect.StrType) and isinstance(value, bool | int | float):
            hint = "Put it in quotes to make it text."
        message = f"{named(path)} must be {_expected(kind)}, not {_described(value)}"
        yield _Problem(path, message, hint)
        return
    match kind:
        case inspect.StructType():
            yield from _problems_in_struct(value, kind, path)
        case inspect.DictType():
            yield from _outside_length(value, kind, path)
            for key, item in value.items():
                yield from _problems(item, kind.value_type, (*path, key))
        case inspect.LiteralType() | inspect.EnumType():
            words = _words(kind)
            if value not in words:
                near = suggestion(value, words) if isinstance(value, str) else ""
                message = f"{named(path)} must be {_expected(kind)}, not {_shown(value)}{near}"
                yield _Problem(path, message)
        case inspect.StrType():
            # For a text that is too short, the form is not reported as well.
            yield from list(_outside_length(value, kind, path)) or _problems_in_text(
                value, kind, path
            )
        case inspect.IntType() | inspect.FloatType():
            for name, words_for, holds in _BOUNDS:
                bound = getattr(kind, name)
                if bound is not None and not holds(value, bound):
                    message = f"{named(path)} must be {words_for} {bound}, not {value}"
                    yield _Problem(path, message)
        case _ if isinstance(kind, _LISTS):
            yield from _outside_length(value, kind, path)
            for index, item in enumerate(value):
                yield from _problems(item, kind.item_type, (*path, index))


def _problems_in_struct(
    value: dict[str, Any], kind: inspect.StructType, path: _Path
) -> Iterator[_Problem]:
    fields = {field.encode_name: field for field in kind.fields}
    keys = list(fields) if kind.tag_field is None else [kind.tag_field, *fields]
    for key, item in value.items():
        if key in fields:
            yield from _problems(item, fields[key].type, (*path, key))
        elif key not in keys and kind.forbid_unknown_fields:
            where = f" in {dotted(path)}" if path else ""
            yield _Problem(
                (*path, key),
                f"unknown key {quoted(key)}{where}{suggestion(key, keys)}",
                f"Keys here: {', '.join(keys)}.",
            )
    meant = {near for key in value if key not in keys for near in nearest_of(key, keys)}
    for name, field in fields.items():
        if field.required and name not in value and name not in meant:
            hint = _description(field.type) or f"Add the key {name}."
            yield _Problem(path, f"{named(path)} has no {quoted(name)}", hint)


def _problems_in_union(value: Any, kind: inspect.UnionType, path: _Path) -> Iterator[_Problem]:
    """Yield the problems of the value as the one alternative that it can be, or as all of them."""
    parts = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
    fitting = [part for part in kind.types if _same_kind(value, part)]
    if any(next(_problems(value, part, path), None) is None for part in fitting):
        return
    if len(parts) == 1:
        fitting = parts
    if len(fitting) == 1 and not isinstance(fitting[0], inspect.LiteralType):
        yield from _problems(value, fitting[0], path)
        return
    words = list(dict.fromkeys(_expected(part) for part in parts))
    if "a number" in words and "a whole number" in words:
        words.remove("a whole number")
    yield _Problem(path, f"{named(path)} must be {' or '.join(words)}, not {_described(value)}")


def _problems_in_text(value: str, kind: inspect.StrType, path: _Path) -> Iterator[_Problem]:
    # `search`, as in msgspec: a pattern has its own anchors.
    if kind.pattern is not None and not re.search(kind.pattern, value):
        yield _Problem(path, f"{named(path)} is {quoted(value)}, which is not of the right form")


def _outside_length(
    value: Any, kind: inspect.StrType | inspect.DictType | Any, path: _Path
) -> Iterator[_Problem]:
    if kind.min_length is not None and len(value) < kind.min_length:
        few = "is empty" if not value else f"needs at least {kind.min_length}, has {len(value)}"
        yield _Problem(path, f"{named(path)} {few}")
    if kind.max_length is not None and len(value) > kind.max_length:
        message = f"{named(path)} may have {kind.max_length} at most, has {len(value)}"
        yield _Problem(path, message)


def _same_kind(value: Any, kind: inspect.Type) -> bool:
    """Whether the value is of the JSON type that `kind` is decoded from."""
    match kind:
        case inspect.Metadata():
            return _same_kind(value, kind.type)
        case inspect.NoneType():
            return value is None
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            whole = isinstance(value, float) and value.is_integer()
            return whole or (isinstance(value, int) and not isinstance(value, bool))
        case inspect.FloatType():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case inspect.StrType():
            return isinstance(value, str)
        case inspect.LiteralType() | inspect.EnumType():
            return any(type(value) is type(word) for word in _words(kind))
        case inspect.StructType() | inspect.DictType():
            return isinstance(value, dict)
    return isinstance(value, list) if isinstance(kind, _LISTS) else True


def _words(kind: inspect.LiteralType | inspect.EnumType) -> list[Any]:
    if isinstance(kind, inspect.LiteralType):
        return list(kind.values)
    return [member.value for member in kind.cls]


def _expected(kind: inspect.Type) -> str:
    match kind:
        case inspect.Metadata():
            return _expected(kind.type)
        case inspect.NoneType():
            return "empty"
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return "a whole number"
        case inspect.FloatType():
            return "a number"
        case inspect.LiteralType() | inspect.EnumType():
            words = [_shown(word) for word in _words(kind)]
            return words[0] if len(words) == 1 else f"one of {', '.join(words)}"
        case inspect.StructType() | inspect.DictType():
            return "a mapping"
    return "a list" if isinstance(kind, _LISTS) else "text"


def _described(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "empty" if value is None else _shown(value)


def _shown(value: Any) -> str:
    """Return a scalar as it would be written in the document."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else str(value)


def _description(kind: inspect.Type) -> str | None:
    if isinstance(kind, inspect.Metadata):
        return (kind.extra_json_schema or {}).get("description")
    return None
