"""Validates a payload against the schema of its operation, every field at once.

It is a separate module because jsonschema is slow to import, and checking Terraform does not need
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from msgspec import Struct
from referencing import Registry
from referencing.exceptions import Unresolvable

from toolkit.contracts.contract import Json, Operation
from toolkit.documents.wording import dotted
from toolkit.errors import ContractError
from toolkit.lazily import pattern

#: The registry for a schema's references. By default, jsonschema downloads unknown ones.
_NOTHING_ELSE: Registry[Any] = Registry()
#: Marks an enumeration with case-insensitive values, as the platform's SDKs compare them.
_ANY_CASE = "x-any-case"
#: Forbids properties that neither the schema nor a part of it names.
_CLOSED = "unevaluatedProperties"
#: The message for a field that the schema does not name.
NO_PART = "is not part of this request"
_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_-]{0,40}")
#: Names of JSON Schema types for messages.
_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}


class FieldProblem(Struct, frozen=True, order=True):
    """One field that violates the schema.

    `field` is written ``mediaTypes[0]`` and is empty for the body as a whole. `keyword` is the
    violated rule of JSON Schema. `message` never repeats the value: it may be personal.
    """

    field: str
    keyword: str
    message: str

    def __str__(self) -> str:
        return f"{self.field or 'the body'} {self.message}"


def _one_of(
    validator: Any, allowed: list[Json], value: Json, schema: Mapping[str, Json]
) -> Iterator[ValidationError]:
    if schema.get(_ANY_CASE) is True and isinstance(value, str):
        allowed = [each.casefold() if isinstance(each, str) else each for each in allowed]
        value = value.casefold()
    yield from Draft202012Validator.VALIDATORS["enum"](validator, allowed, value, schema)


_Validator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"enum": _one_of}
)


def validate_payload(
    operation: Operation, payload: Json, *, closed: bool = False
) -> tuple[FieldProblem, ...]:
    """Return everything that is wrong with `payload`, in the order of the fields' names.

    None means no body at all. With `closed`, fields that the schema does not name are wrong too.
    Raises ContractError if the schema itself is invalid.
    """
    if operation.payload is None:
        return ()
    if payload is None and not operation.payload_required:
        return ()
    try:
        Draft202012Validator.check_schema(operation.payload)
    except SchemaError as error:
        raise ContractError(
            f"the payload schema of {operation.id} is not a JSON Schema: {error.message}"
        ) from error
    schema = _closed(operation.payload) if closed else operation.payload
    validator = _Validator(schema, registry=_NOTHING_ELSE)
    try:
        found = {item for error in validator.iter_errors(payload) for item in _problems(error)}
    except Unresolvable as error:
        raise ContractError(
            f"the payload schema of {operation.id} has a reference that leads nowhere",
            hint="A $ref must lead to something under components; $dynamicRef is not supported.",
        ) from error
    return tuple(sorted(found))


def is_answer(operation: Operation, body: Json) -> bool:
    """Whether `body` fits the schema of a success; false if the contract has none."""
    schema = operation.answer
    if schema is None:
        return False
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ContractError(
            f"the response schema of {operation.id} is not a JSON Schema: {error.message}"
        ) from error
    try:
        return bool(_Validator(schema, registry=_NOTHING_ELSE).is_valid(body))
    except Unresolvable:
        return False


def _closed(schema: Any) -> Any:
    """Return the schema, closed against properties that it does not name."""
    if not isinstance(schema, Mapping):
        return schema
    plain = dict(schema)
    if isinstance(plain.get("properties"), Mapping):
        plain["properties"] = {key: _closed(value) for key, value in plain["properties"].items()}
    if "items" in plain:
        plain["items"] = _closed(plain["items"])
    if plain.get("type") != "object" and not _named(plain):
        return plain
    if plain.get("additionalProperties") is True:
        del plain["additionalProperties"]
    return {**plain, _CLOSED: False}


def _named(schema: Any) -> set[str]:
    """Return the properties that a schema names, including those in its parts."""
    if not isinstance(schema, Mapping):
        return set()
    parts = [part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key) or ()]
    return {*schema.get("properties", ())}.union(*map(_named, parts))


def _problems(error: ValidationError) -> Iterator[FieldProblem]:
    keyword = str(error.validator)
    expected: Any = error.validator_value
    value: Any = error.instance
    if keyword == "required":
        # There is one error for each missing field, and only its text would say which.
        missing = set(expected).difference(value) if isinstance(value, dict) else ()
        for name in missing:
            yield FieldProblem(_field([*error.absolute_path, name]), keyword, "is required")
    elif keyword == _CLOSED and isinstance(value, dict):
        for name in {*value} - _named(error.schema):
            # A key that does not look like a name may be a misplaced value.
            if _NAME.fullmatch(name):
                place = _field([*error.absolute_path, name])
                yield FieldProblem(place, keyword, NO_PART)
            else:
                place = _field(error.absolute_path)
                yield FieldProblem(place, keyword, "has a key that is not part of this request")
    else:
        field = _field(error.absolute_path)
        yield FieldProblem(field, keyword, _message(keyword, expected, error))


def _message(keyword: str, expected: Any, error: ValidationError) -> str:
    match keyword:
        case "type":
            return f"must be {_types(expected)}"
        case "enum":
            return f"must be one of {', '.join(_spelled_once(expected))}"
        case "const":
            return f"must be {expected}"
        case "minItems":
            return f"must have at least {expected} {_entries(expected)}"
        case "maxItems":
            return f"must have at most {expected} {_entries(expected)}"
        case "uniqueItems":
            return "must not contain duplicates"
        case "minLength":
            return "must not be empty" if expected == 1 else f"is shorter than {expected}"
        case "maxLength":
            return f"is longer than {expected}"
        case "minimum":
            return f"must be at least {expected}"
        case "maximum":
            return f"must be at most {expected}"
        case "pattern":
            # An example is easier to understand than a regular expression.
            schema = error.schema
            examples = schema.get("examples") if isinstance(schema, dict) else None
            return f"must look like {examples[0]}" if examples else f"must match {expected}"
    return f"breaks the rule '{keyword}' of the schema"


def _spelled_once(values: Any) -> list[str]:
    """Return the values; of those that differ only in case, the first."""
    return list({str(value).casefold(): str(value) for value in reversed(list(values))}.values())[
        ::-1
    ]


def _types(expected: Any) -> str:
    names = [expected] if isinstance(expected, str) else list(expected)
    return " or ".join(_TYPES.get(name, str(name)) for name in names)


def _entries(count: Any) -> str:
    return "entry" if count == 1 else "entries"


def _field(keys: Iterable[str | int]) -> str:
    return dotted(tuple(keys))
