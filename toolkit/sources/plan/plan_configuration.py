"""The `configuration` of a plan: the expressions of its resources, modules and outputs.

It has no locals, no `dynamic` blocks and no full expressions, only constants and lists of
references (Terraform's JSON output format, "Configuration Representation").
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from toolkit.sources.reference_lists import (
    MODULE_STEP,
    Reference,
    Step,
    parse_steps,
    written_references,
)

#: ``{"constant_value": …}``, ``{"references": […]}``, or ``{}`` for a value without either.
Expression: TypeAlias = Mapping[str, Any]
#: The path to a module instance: for each call its name and the instance key.
ModulePath: TypeAlias = tuple[tuple[str, Step | None], ...]

_EMPTY: Final[Expression] = {}


class ConfiguredResource(Struct):
    type: str
    name: str
    mode: str = "managed"
    expressions: Raw | UnsetType = UNSET
    count_expression: Raw | UnsetType = UNSET
    for_each_expression: Raw | UnsetType = UNSET

    @property
    def repeated(self) -> bool:
        return self.count_expression is not UNSET or self.for_each_expression is not UNSET


class ConfiguredVariable(Struct):
    default: Any = UNSET
    sensitive: bool = False


class ConfiguredOutput(Struct):
    expression: dict[str, Any] = {}


class ConfiguredModule(Struct):
    resources: list[ConfiguredResource] = []
    module_calls: dict[str, "ConfiguredCall"] = {}
    outputs: dict[str, ConfiguredOutput] = {}
    variables: dict[str, ConfiguredVariable] = {}


class ConfiguredCall(Struct):
    expressions: Raw | UnsetType = UNSET
    count_expression: Raw | UnsetType = UNSET
    for_each_expression: Raw | UnsetType = UNSET
    module: ConfiguredModule = msgspec.field(default_factory=ConfiguredModule)

    @property
    def repeated(self) -> bool:
        return self.count_expression is not UNSET or self.for_each_expression is not UNSET


class Configuration(Struct):
    root_module: ConfiguredModule = msgspec.field(default_factory=ConfiguredModule)


class PlanVariable(Struct):
    value: Any = None


class Repetition(Struct, frozen=True):
    """An instance of a resource or module call, and the `count` or `for_each` that repeats it."""

    key: Step | None = None
    for_each: Expression | None = None
    siblings: frozenset[Step | None] = frozenset()


ONCE: Final = Repetition()


class Modules:
    """Finds modules, resources and expressions by the addresses in a plan.

    `call_keys` holds the instance keys of each module call in the plan, by the path of its module
    and its name.
    """

    def __init__(
        self,
        configuration: Configuration,
        variables: Mapping[str, PlanVariable] = MappingProxyType({}),
        call_keys: Mapping[tuple[ModulePath, str], frozenset[Step | None]] = MappingProxyType({}),
    ) -> None:
        self.configuration = configuration
        self.variables = variables
        self.call_keys = call_keys

    def module(self, path: ModulePath) -> ConfiguredModule | None:
        module = self.configuration.root_module
        for name, _ in path:
            call = module.module_calls.get(name)
            if call is None:
                return None
            module = call.module
        return module

    def call(self, path: ModulePath) -> ConfiguredCall | None:
        """Return the module call that made the module instance at `path`."""
        parent = self.module(path[:-1])
        return None if parent is None else parent.module_calls.get(path[-1][0])

    def instance_keys(self, path: ModulePath, name: str) -> frozenset[Step | None]:
        """Return the keys of the instances of the call `name` in the module at `path`."""
        return self.call_keys.get((path, name), frozenset())

    def call_repetition(self, path: ModulePath) -> Repetition:
        """Return the repetition of the call that made the module instance at `path`."""
        call = self.call(path)
        name, key = path[-1]
        return Repetition(
            key,
            None if call is None else decode_expression(call.for_each_expression),
            self.instance_keys(path[:-1], name),
        )

    def root_value(self, name: str) -> Any:
        """Return the value of a root module variable; None if it must not be shown."""
        declared = self.configuration.root_module.variables.get(name)
        given = self.variables.get(name)
        if declared is None or declared.sensitive or given is None:
            return None
        return given.value

    @cached_property
    def _resources(self) -> dict[tuple[tuple[str, ...], str, str, str], ConfiguredResource]:
        return {
            (names, resource.mode, resource.type, resource.name): resource
            for names, module, _ in walk(self.configuration.root_module)
            for resource in module.resources
        }

    def resource(
        self, path: ModulePath, mode: str, type_name: str, name: str
    ) -> ConfiguredResource | None:
        return self._resources.get((tuple(name for name, _ in path), mode, type_name, name))


def walk(
    module: ConfiguredModule, names: tuple[str, ...] = (), repeated: bool = False
) -> Iterator[tuple[tuple[str, ...], ConfiguredModule, bool]]:
    """Yield every module with the names of its calls, and whether one has a count or for_each."""
    yield names, module, repeated
    for name, call in module.module_calls.items():
        yield from walk(call.module, (*names, name), repeated or call.repeated)


def decode_expression(raw: Raw | UnsetType) -> Expression | None:
    """Decode one expression; return None if there is none."""
    return None if raw is UNSET else _EXPRESSION.decode(raw)


def decode_expressions(raw: Raw | UnsetType) -> Mapping[str, Any]:
    """Decode a block's expressions by attribute; nested blocks are lists of the same."""
    return _EMPTY if raw is UNSET else _EXPRESSION.decode(raw)


def is_constant(expression: Expression) -> bool:
    """Whether an expression is the constant that it shows.

    For JSON syntax, Terraform also shows a constant for a string with references.
    """
    return "constant_value" in expression and not expression.get("references")


def references_in(expression: Expression) -> list[Reference]:
    """Return an expression's references. Raises msgspec.ValidationError for anything else."""
    listed = expression.get("references", []) if isinstance(expression, dict) else None
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        raise msgspec.ValidationError("Expected an expression in `configuration`")
    return written_references(listed)


def module_path(address: str | None) -> ModulePath:
    """Return the path of a module address: ``module.a["x"].module.b``."""
    return tuple(
        (match["name"], parse_steps(match["key"])[0] if match["key"] else None)
        for match in MODULE_STEP.finditer(address or "")
    )


_EXPRESSION: Final = msgspec.json.Decoder(dict[str, Any])
