"""What a function takes and gives, and how one is called with what is known only in part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

#: The type of a result, or what tells it from the arguments.
Returns: TypeAlias = "Type | Callable[..., Type]"
Body: TypeAlias = Callable[..., Value]


class Nullable(Struct, frozen=True):
    """A parameter that takes null."""

    type: Type


class Function(Struct, frozen=True):
    """A function.

    `rest` is the type of any further arguments. `returns` is the type of a result that is not
    known. A `total` function refuses no value of its parameters' types. A `partial` one is given
    unknown values and parts as they are; any other sees known values only. A `structural` one is
    partial and only moves elements: they keep their marks, and what it says of them is known before
    the apply even if they are not. A `raw` one sees the marks of its arguments too. One that
    `opens` files is given `Files` before its arguments.
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


class Definitions(dict[str, Function]):
    """The functions of a module; calling it decorates one."""

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
            )
            return body

        return define


class Files(Protocol):
    """What the functions that open files may see; paths are as the configuration writes them.

    A path may be a value that is not known, and so may be each answer. All of these raise
    `EvaluationError` where Terraform refuses the path.
    """

    def read(self, path: Value) -> bytes | Value:
        """The content of a file."""

    def exists(self, path: Value) -> Value:
        """Whether there is a file."""

    def matching(self, path: Value, pattern: Value) -> Value:
        """The set of the files below a folder that match, relative to it."""

    def absolute(self, path: Value) -> Value:
        """The path from the root of the file system, which is known only where Terraform runs."""


def text_of(path: Value, content: bytes) -> str:
    """A file's content as a string. Raises `EvaluationError`."""
    try:
        return normal(content.decode())
    except UnicodeDecodeError:
        raise EvaluationError(f"{path} is not UTF-8; filebase64() takes any file") from None


def call(function: Function, arguments: Sequence[Value], files: Files) -> Value:
    """The result for the arguments. Raises `EvaluationError` where Terraform refuses them."""
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
    body = partial(function.body, files) if function.opens else function.body
    return body(*taken) if plain or function.raw else _partly(function, body, taken)


def _refuse_null(function: Function, at: int, place: int) -> None:
    if place not in function.nullable:
        raise _refused(function, at, "it must not be null")


def _refused(function: Function, at: int, message: str) -> EvaluationError:
    return EvaluationError(f"{function.name}(), argument {at + 1}: {message}")


def _partly(function: Function, body: Body, arguments: list[Value]) -> Value:
    """The result for arguments of which some are marked, or not known."""
    strip = unmark if function.structural else unmark_deep
    stripped = [strip(each) for each in arguments]
    values = [value for value, _ in stripped]
    marks = frozenset[str]().union(*(each for _, each in stripped))
    try:
        return mark(_result(function, body, values), marks)
    except EvaluationError as error:
        if SENSITIVE in marks:
            # Why it is refused may say what it is.
            raise EvaluationError(f"{function.name}() refuses a sensitive value") from None
        raise error


def _result(function: Function, body: Body, values: list[Value]) -> Value:
    """The result for arguments without marks, of which some are not known."""
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
