"""Function signatures, and calls with arguments that are only partly known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from functools import partial
from typing import Protocol, TypeAlias

from msgspec import Struct

from toolkit.sources.hcl.syntax.scanner import normal
from toolkit.sources.hcl.values.conversion import convert
from toolkit.sources.hcl.values.types import DYNAMIC, Type
from toolkit.sources.hcl.values.values import (
    DEFERRED,
    NO_MARKS,
    SENSITIVE,
    EvaluationError,
    Null,
    UnknownVal,
    Value,
    doubt,
    has_symbols,
    is_plain,
    mark,
    reasons_of,
    unknown,
    unmark,
    unmark_deep,
)

#: The result type, or a function that derives it from the arguments.
Returns: TypeAlias = "Type | Callable[..., Type]"
Body: TypeAlias = Callable[..., Value]


class Behaviour(Enum):
    """A behaviour of expressions in which versions of the tools differ."""

    EARLY_STOP = "&& and || ignore an error in a side that they do not need"
    NEGATIVE_INDEX = "element() counts from the end of a list"
    NEGATIVE_TUPLE_INDEX = "element() counts from the end of a tuple"


#: Whether the tool in use has a behaviour; called only if the answer matters.
Has: TypeAlias = Callable[[Behaviour], bool]


class Nullable(Struct, frozen=True):
    """A parameter that accepts null."""

    type: Type


class Function(Struct, frozen=True):
    """A function.

    `rest` is the type of further arguments, `returns` the type of an unknown result. A `total`
    function refuses no value of its parameters' types. A `partial` one receives unknown values and
    partly known values unchanged; any other receives only known values. A `structural` one is
    partial and only moves elements: they keep their marks, and facts such as their number are known
    before apply even if they are not. A `raw` one also sees the marks of its arguments. One that
    `opens` files receives `Files` before its arguments; one that `asks` receives a `Has`.
    """

    name: str
    parameters: tuple[Type, ...]
    nullable: frozenset[int]
    rest: Type | None
    body: Body
    returns: Returns
    total: bool
    partial: bool
    structural: bool
    raw: bool
    opens: bool
    asks: bool


class Definitions(dict[str, Function]):
    """The functions of a module; calling it decorates a function."""

    def __call__(
        self,
        *parameters: Type | Nullable,
        rest: Type | Nullable | None = None,
        returns: Returns = DYNAMIC,
        total: bool = False,
        partial: bool = False,
        structural: bool = False,
        raw: bool = False,
        opens: bool = False,
        asks: bool = False,
    ) -> Callable[[Body], Body]:
        taken = [*parameters, *([] if rest is None else [rest])]
        nullable = frozenset(at for at, each in enumerate(taken) if isinstance(each, Nullable))
        types = tuple(each.type if isinstance(each, Nullable) else each for each in parameters)
        last = rest.type if isinstance(rest, Nullable) else rest

        def define(body: Body) -> Body:
            name = body.__name__.rstrip("_")
            self[name] = Function(
                name,
                types,
                nullable,
                last,
                body,
                returns,
                total=total,
                partial=partial or structural,
                structural=structural,
                raw=raw,
                opens=opens,
                asks=asks,
            )
            return body

        return define


class Files(Protocol):
    """The files that functions may open; paths are as in the configuration.

    A path may be unknown, and so may each result. All methods raise `EvaluationError` if Terraform
    refuses the path.
    """

    def read(self, path: Value) -> bytes | Value:
        """Return the content of a file."""

    def exists(self, path: Value) -> Value:
        """Whether the file exists; may be unknown."""

    def matching(self, path: Value, pattern: Value) -> Value:
        """Return the set of matching files below a folder, relative to it."""

    def absolute(self, path: Value) -> Value:
        """Return the absolute path, which is known only where Terraform runs."""


def text_of(path: Value, content: bytes) -> str:
    """Return a file's content as a string. Raises `EvaluationError`."""
    try:
        return normal(content.decode())
    except UnicodeDecodeError:
        raise EvaluationError(f"{path} is not UTF-8; filebase64() takes any file") from None


def call(function: Function, arguments: Sequence[Value], files: Files, has: Has) -> Value:
    """Call the function. Raises `EvaluationError` if Terraform refuses the arguments."""
    parameters = function.parameters
    if len(arguments) < len(parameters) or (
        function.rest is None and len(arguments) > len(parameters)
    ):
        least = "" if function.rest is None else "at least "
        raise EvaluationError(
            f"{function.name}() takes {least}{len(parameters)} arguments, not {len(arguments)}"
        )
    plain = True
    taken: list[Value] = []
    for at, value in enumerate(arguments):
        place = min(at, len(parameters))
        wanted = parameters[at] if at < len(parameters) else function.rest
        if wanted is not DYNAMIC and wanted is not None:
            try:
                value = convert(value, wanted)
            except EvaluationError as error:
                raise _refused(function, at, error.message) from None
        if not is_plain(value):
            plain = False
            bare, _ = unmark(value)
            if isinstance(bare, Null):
                _refuse_null(function, at, place)
            elif (
                isinstance(bare, UnknownVal)
                and not bare.not_null
                and place not in function.nullable
            ):
                doubt(bare.reasons)
        elif isinstance(value, Null):
            _refuse_null(function, at, place)
        taken.append(value)
    body = function.body
    if function.opens:
        body = partial(body, files)
    elif function.asks:
        body = partial(body, has)
    return body(*taken) if plain or function.raw else _partly(function, body, taken)


def _refuse_null(function: Function, at: int, place: int) -> None:
    if place not in function.nullable:
        raise _refused(function, at, "it must not be null")


def _refused(function: Function, at: int, message: str) -> EvaluationError:
    return EvaluationError(f"{function.name}(), argument {at + 1}: {message}")


def _partly(function: Function, body: Body, arguments: list[Value]) -> Value:
    """Return the result for arguments of which some are marked or unknown."""
    strip = unmark if function.structural else unmark_deep
    stripped = [strip(each) for each in arguments]
    values = [value for value, _ in stripped]
    marks = frozenset[str]().union(*(each for _, each in stripped))
    try:
        return mark(_result(function, body, values), marks)
    except EvaluationError as error:
        if SENSITIVE in marks:
            # The reason of the error may reveal the value.
            raise EvaluationError(f"{function.name}() refuses a sensitive value") from None
        raise error


def _result(function: Function, body: Body, values: list[Value]) -> Value:
    """Return the result for arguments without marks, some of which are unknown."""
    marks = NO_MARKS
    if function.partial:
        result = body(*values)
        if not function.structural and is_plain(result) and any(map(has_symbols, values)):
            marks |= {DEFERRED}
    elif all(map(is_plain, values)):
        result = body(*values)
    else:
        if not function.total:
            doubt(reasons_of(*values))
        returns = function.returns
        kind = returns if isinstance(returns, Type) else returns(*values)
        result = unknown(kind, *values, not_null=kind is not DYNAMIC)
    return mark(result, marks)
