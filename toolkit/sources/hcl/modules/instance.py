"""One instance of a module; its names are evaluated on demand."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from toolkit.errors import SourceError
from toolkit.model.clients import SENSITIVE_ATTRIBUTES
from toolkit.model.inventory import Note
from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.evaluation.evaluator import Evaluator, Names
from toolkit.sources.hcl.evaluation.tracing import TracingEvaluator, digest, made_through
from toolkit.sources.hcl.functions import library
from toolkit.sources.hcl.functions.signature import Behaviour, Function
from toolkit.sources.hcl.modules import blocks, expansion, templates
from toolkit.sources.hcl.modules.constants import flag, type_constraint
from toolkit.sources.hcl.modules.expansion import Expansion
from toolkit.sources.hcl.modules.file_access import FileAccess
from toolkit.sources.hcl.modules.language import BEHAVIOURS, CALL_ARGUMENTS, OPEN_FUNCTIONS
from toolkit.sources.hcl.modules.loading import Module, blocks_of, refused
from toolkit.sources.hcl.modules.providers import block_of, configured_by
from toolkit.sources.hcl.modules.static_rules import StaticRules
from toolkit.sources.hcl.modules.tree import Called, ModuleTree, Unread, literal
from toolkit.sources.hcl.modules.variables import final_value
from toolkit.sources.hcl.schemas import DATA_SOURCES, PROVIDER_PREFIX, RESOURCES
from toolkit.sources.hcl.syntax.nodes import (
    Attribute,
    Block,
    Expression,
    FunctionCall,
    Literal,
    ScopeTraversal,
)
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source
from toolkit.sources.hcl.values import EvaluationError, Symbol, UnknownVal, Value
from toolkit.sources.hcl.values.budget import Budget, OverBudget
from toolkit.sources.reference_lists import index_text
from toolkit.sources.remedies import A_PLAN, A_VARIABLE, A_WORKSPACE, AFTER_APPLY, NOT_SENSITIVE

_NO_NAMES: Final[Names] = {}
_NOTHING_WRITTEN: Final[Mapping[str, Attribute]] = {}
_NO_MODULE: Final = Module("", "")
#: A location: a file and the offset in it.
Place: TypeAlias = "tuple[Source, int]"
_SENSITIVE: Final = frozenset({cty.SENSITIVE})
_EPHEMERAL: Final = frozenset({cty.EPHEMERAL})


class Root:
    """The state that all instances of one root module share.

    `rules` apply to every module of it; `given` holds the values of its variables, and `written`
    the attributes of the values from a file. `workspace` is None if unknown. With `has_inputs`, a
    program around Terraform may set any variable that is not given. With `traces`, unknown values
    record what they are made of.
    """

    def __init__(
        self,
        tree: ModuleTree,
        rules: StaticRules,
        given: Mapping[str, Value],
        workspace: str | None = None,
        *,
        written: Mapping[str, Attribute] = _NOTHING_WRITTEN,
        has_inputs: bool = False,
        traces: bool = False,
    ) -> None:
        self.written = written
        self.tree = tree
        self.rules = rules
        self.given = given
        self.workspace = workspace
        self.has_inputs = has_inputs
        self.traces = traces
        self.budget = Budget()
        self.notes = tree.notes
        self._modules = 0
        self._copies = 0

    def count_module(self, call: Block) -> None:
        """Count a module instance. Raises `SourceError` above the limit."""
        self._modules += 1
        if self._modules > expansion.MOST_INSTANCES:
            raise SourceError(
                f"{call.source.path}:{call.source.line(call.start)}: the calls of modules come to "
                f"more than {expansion.MOST_INSTANCES:,} instances",
                hint="Terraform may take them: check a plan.",
            )

    def count_copies(self, found: Expansion) -> Expansion:
        """Count the instances of a block. Raises `OverBudget` above the limit."""
        self._copies += len(found.copies)
        if self._copies > expansion.MOST_OF_ALL:
            raise OverBudget
        return found


class ResourceInstance(Struct, frozen=True):
    """One instance of a resource or data source, or a stand-in for all that may exist."""

    address: str
    content: blocks.Content
    existence: tuple[Reason, ...]


class _At:
    """Adds the location in the input to an unexpected error, for bug reports."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def __enter__(self) -> None:
        return

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None and not hasattr(error, "__notes__"):
            source, offset = self._place
            error.add_note(f"at {source.path}:{source.line(offset)}")


class ModuleInstance:
    """One instance of a called module. `names` are those that the call's arguments may use.

    `existence` says why the instance may not exist.
    """

    def __init__(
        self,
        root: Root,
        called: Called | Unread,
        call: tuple[ModuleInstance, Block] | None = None,
        address: str = "",
        names: Names = _NO_NAMES,
        existence: tuple[Reason, ...] = (),
    ) -> None:
        self.root = root
        self.called = called
        self.unread = called if isinstance(called, Unread) else None
        self.module = _NO_MODULE if isinstance(called, Unread) else called.module
        self.call = call
        self.address = address
        self.existence = existence
        self.budget = root.budget
        self.files = FileAccess(
            root.tree.files,
            root.tree.folder,
            self.module.folder,
            root.budget.spend,
            root.rules.later_files,
        )
        self._names = names
        self._tracer = TracingEvaluator(self) if root.traces else None
        self._evaluator = self._tracer or Evaluator(self)
        self._values: dict[tuple[str, str], Value] = {}
        self._expansions: dict[str, Expansion] = {}
        self._held: set[str] = set()
        self._children: dict[str, list[tuple[expansion.Key, ModuleInstance]]] = {}

    # The evaluator's environment

    def resolve(self, node: ScopeTraversal, names: Names) -> tuple[Value, int]:
        root, steps = node.root, node.steps
        first = steps[0] if steps and isinstance(steps[0], str) else ""
        match root:
            case "var":
                return self.variable(first), 1
            case "local":
                return self.local(first), 1
            case "module":
                return self._module(steps)
            case "path":
                return self._path(first), 1
            case "terraform" | "tofu":
                return self._terraform(first), 1
            case "each" | "count" | "self":
                raise EvaluationError(f"{root} is not known here")
            case "data":
                return self._resource(self.module.data, steps, "data.")
            case "ephemeral":
                reason = Reason(".".join([root, *map(str, steps[:2])]), A_PLAN)
                return cty.mark(UnknownVal(cty.DYNAMIC, [reason]), _EPHEMERAL), len(steps)
            case "resource":
                return self._resource(self.module.resources, steps, "")
        value, taken = self._resource(self.module.resources, (root, *steps), "")
        return value, taken - 1

    def function(self, name: str) -> Function | UnknownVal:
        name = name.removeprefix("core::")
        decided_by = OPEN_FUNCTIONS.get(name)
        if decided_by is not None:
            return UnknownVal(cty.STRING, [Reason(f"{name}()", decided_by)], not_null=True)
        found = library.find(name)
        return found or UnknownVal(cty.DYNAMIC, [Reason(f"{name}()", A_PLAN)])

    def special(self, node: FunctionCall, names: Names) -> Value | None:
        name = node.name.removeprefix("core::")
        if name in templates.TEMPLATE_FUNCTIONS:
            return templates.call_template(self._evaluator, node, names)
        return templates.call_convert(self._evaluator, node, names) if name == "convert" else None

    def has(self, behaviour: Behaviour) -> bool:
        return self.root.tree.versions.has(BEHAVIOURS[behaviour])

    # Evaluation

    def evaluate(self, attribute: Attribute, names: Names = _NO_NAMES) -> Value:
        """Return the value of an attribute.

        Raises `EvaluationError` with its location, and `OverBudget`.
        """
        return self.evaluated(attribute.expression, attribute.source, names)

    def evaluated(self, expression: Expression, source: Source, names: Names) -> Value:
        """Return the value of an expression of a file, with the same errors as `evaluate`."""
        return self._evaluator.value(expression, source, names)

    def origin_of(self, *contents: blocks.Content) -> str:
        """Return a digest of blocks with everything in them; '' if tracing is off."""
        if self._tracer is None:
            return ""
        return " ".join(map(self._origin, contents))

    def _origin(self, content: blocks.Content) -> str:
        assert self._tracer is not None  # noqa: S101 - called only with a tracer
        outer, block = self.budget.open(), content.block
        try:
            return self._tracer.of_block(block, content.names)
        except (OverBudget, RecursionError, SourceError, HclSyntaxError):
            # Blocks that cannot be evaluated are equal if their source texts are.
            return digest(block.source.text[block.start : block.end])
        finally:
            self.budget.close(outer)

    def provider_of(self, block: Block) -> tuple[str, str]:
        """Return a resource's provider configuration, and a digest of its content.

        Both are empty if tracing is off. Raises `SourceError`.
        """
        if self._tracer is None:
            return "", ""
        instances = [self]
        while instances[-1].call is not None:
            instances.append(instances[-1].call[0])
        calls = [(each.module, None if each.call is None else each.call[1]) for each in instances]
        name, depth = configured_by(block, calls)
        holder = instances[depth]
        found = block_of(name, holder.module)
        label = ".".join(part for part in name if part)
        origin = "" if found is None else holder.origin_of(blocks.Content(found, _NO_NAMES))
        return holder.within(f"provider.{label}"), origin

    def made_in(self, reasons: Sequence[Reason], *contents: blocks.Content) -> tuple[Reason, ...]:
        """Return the reasons of an unknown value that depends on these blocks."""
        if self._tracer is None or not reasons:
            return tuple(reasons)
        return made_through(self.origin_of(*contents), reasons)

    def known(self, what: str, attribute: Attribute) -> Value:
        """Return the value of an attribute outside of resources, without marks.

        Raises `SourceError`.
        """
        place = attribute.source, attribute.expression.start
        return cty.unmark(self.settled(what, place, lambda: self.evaluate(attribute)))[0]

    def settled(self, what: str, place: Place, compute: Callable[[], Value]) -> Value:
        """Return the result of `compute`, or an unknown value if it costs too much.

        Terraform refuses the configuration if it refuses this value, so code that uses an unknown
        one may assume that it is valid. Raises `SourceError`.
        """
        outer, before = self.budget.open(), cty.doubts.count
        try:
            with _At(place):
                return compute()
        except (OverBudget, RecursionError):
            source, offset = place
            message = (
                f"{source.path}:{source.line(offset)}: {what} comes to more than is evaluated "
                "here, so it is unknown; check a plan."
            )
            self.root.notes.add(Note("too-large", message))
            return UnknownVal(cty.DYNAMIC, [Reason(what, A_PLAN)])
        except EvaluationError as error:
            if self.existence:
                return UnknownVal(cty.DYNAMIC, self.existence)
            source, offset = error.place or place
            raise refused(source, offset, error.message) from None
        except HclSyntaxError as error:
            # In JSON, a string is parsed as an expression only once its meaning is known.
            raise refused(place[0], error.offset, error.message) from None
        finally:
            cty.doubts.count = before
            self.budget.close(outer)

    def _once(self, kind: str, name: str, place: Place, compute: Callable[[], Value]) -> Value:
        found = self._values.get((kind, name))
        if found is None:
            found = self.settled(f"{kind}.{name}", place, compute)
            self._values[kind, name] = found
        return found

    # Names

    def local(self, name: str) -> Value:
        """Return the value of ``local.NAME``. Raises `SourceError`."""
        attribute = self.module.locals.get(name)
        if attribute is None:
            return self._undeclared(f"local.{name}")
        place = attribute.source, attribute.start
        return self._once("local", name, place, lambda: self.evaluate(attribute))

    def variable(self, name: str) -> Value:
        """Return the value of ``var.NAME``. Raises `SourceError`."""
        block = self.module.variables.get(name)
        if block is None:
            return self._undeclared(f"var.{name}")
        is_new = ("var", name) not in self._values
        place = block.source, block.start
        value = self._once("var", name, place, lambda: self._variable(name, block))
        if is_new:
            self._validate(name, block)
        return value

    def _variable(self, name: str, block: Block) -> Value:
        if self.call is None:
            value = self.root.given.get(name)
            if value is None and (self.root.has_inputs or "default" not in block.body.attributes):
                decided_by = A_PLAN if self.root.has_inputs else A_VARIABLE
                return self._unset(name, block, decided_by)
        else:
            caller, call = self.call
            argument = call.body.attributes.get(name)
            value = None if argument is None else caller.evaluate(argument, self._names)
            if value is None and "default" not in block.body.attributes:
                where = call.source, call.start
                raise refused(*where, f"module.{call.labels[0]} needs the argument {name}")
        return final_value(name, block, value)

    def _unset(self, name: str, block: Block, decided_by: str) -> Value:
        constraint = block.body.attributes.get("type")
        kind = cty.DYNAMIC
        if constraint is not None:
            kind, _ = type_constraint(constraint.reference)
        value = UnknownVal(
            kind.without_optional(),
            [Reason(f"var.{name}", decided_by)],
            not_null=not flag(block, "nullable", default=True),
        )
        return final_value(name, block, value)

    def _validate(self, name: str, block: Block) -> None:
        """Check a variable's validation rules. Raises `SourceError`."""
        for rule in blocks_of(block, "validation"):
            self._hold(f"var.{name}", rule, _NO_NAMES)

    def _hold(self, what: str, rule: Block, names: Names) -> None:
        """Check a condition. Raises `SourceError` if it is false."""
        condition = rule.body.attributes["condition"]
        place = condition.source, condition.expression.start

        def compute() -> Value:
            answer, marks = cty.unmark_deep(self.evaluate(condition, names))
            if isinstance(answer, cty.Null):
                raise EvaluationError("a condition must not be null")
            # Conditions that depend on ids are checked after apply.
            is_false = cty.convert(answer, cty.BOOL) is False and cty.DEFERRED not in marks
            if is_false or rule.type != "validation":
                message = self._message(rule, names)
            if is_false:
                raise EvaluationError(f"{what} is refused: {message}")
            return True

        self.settled(f"a condition of {what}", place, compute)

    def _message(self, rule: Block, names: Names) -> str:
        """Return the error message of a condition. Raises `EvaluationError`."""
        attribute = rule.body.attributes["error_message"]
        value, marks = cty.unmark(cty.convert(self.evaluate(attribute, names), cty.STRING))
        if isinstance(value, cty.Null):
            raise EvaluationError("an error_message must not be null")
        is_shown = isinstance(value, str) and value and cty.SENSITIVE not in marks
        return str(value) if is_shown else "its condition is false"

    def _undeclared(self, name: str) -> UnknownVal:
        """Return the value of a name that no file declares; a generated file may declare it.

        Raises `EvaluationError`.
        """
        if self.root.rules.complete:
            raise EvaluationError(f"{name} is not declared in this module")
        return UnknownVal(cty.DYNAMIC, [Reason(name, A_PLAN)])

    def _path(self, name: str) -> Value:
        tree = self.root.tree
        if name == "module":
            return posixpath.relpath(self.module.folder or ".", tree.folder or ".")
        if name == "root":
            return "."
        if name != "cwd":
            raise EvaluationError(f"there is no path.{name}")
        return UnknownVal(cty.STRING, [Reason("path.cwd", A_PLAN)], not_null=True)

    def _terraform(self, name: str) -> Value:
        if name == "workspace":
            found = self.root.workspace
            reason = Reason("terraform.workspace", A_WORKSPACE)
            return UnknownVal(cty.STRING, [reason], not_null=True) if found is None else found
        return UnknownVal(cty.DYNAMIC, [Reason(f"terraform.{name}", A_PLAN)])

    # Resources

    def expansion_of(self, label: str, block: Block) -> Expansion:
        """Return the instances of a resource or module call of this module.

        Raises `SourceError`.
        """
        found = self._expansions.get(label)
        if found is None:
            found = self._expansions[label] = self._expand(label, block)
        return found

    def _expand(self, label: str, block: Block) -> Expansion:
        attributes = block.body.attributes
        # Only an override file can make both present; Terraform evaluates `count` first.
        for name, make in (("count", expansion.by_count), ("for_each", expansion.by_for_each)):
            attribute = attributes.get(name)
            if attribute is not None:
                return self._expanded(label, attribute, make)
        for lifecycle in blocks_of(block, "lifecycle"):
            attribute = lifecycle.body.attributes.get("enabled")
            if attribute is not None:
                return self._expanded(label, attribute, expansion.by_enabled)
        return expansion.ONE

    def _expanded(
        self, label: str, attribute: Attribute, make: Callable[[Value], Expansion]
    ) -> Expansion:
        made: list[Expansion] = []

        def compute() -> Value:
            made.append(self.root.count_copies(make(self.evaluate(attribute))))
            return True

        place = attribute.source, attribute.expression.start
        answer = self.settled(f"{attribute.name} of {label}", place, compute)
        if made:
            return made[0]
        keyed = {"count": int, "for_each": str}.get(attribute.name)
        return Expansion((), cty.reasons_of(answer), keyed)

    def instances(self, kind: str, *, is_data: bool = False) -> Iterator[ResourceInstance]:
        """Yield the instances of all resources, or data sources, of a type.

        Raises `SourceError`.
        """
        table = self.module.data if is_data else self.module.resources
        for (block_kind, name), block in table.items():
            if block_kind == kind:
                label = f"data.{kind}.{name}" if is_data else f"{kind}.{name}"
                yield from self._instances(label, block)

    def _instances(self, label: str, block: Block) -> Iterator[ResourceInstance]:
        found = self.expansion_of(label, block)
        for copy in found.copies:
            content = blocks.Content(block, copy.names)
            address = self.within(label, copy.key)
            instance = ResourceInstance(address, content, self.existence)
            self._hold_conditions(instance, is_data=label.startswith("data."))
            yield instance
        if found.unknown:
            content = blocks.Content(block, found.unknown_names)
            yield ResourceInstance(self.within(label), content, found.unknown)

    def _hold_conditions(self, instance: ResourceInstance, *, is_data: bool) -> None:
        """Check the conditions in an instance's own block, once. Raises `SourceError`."""
        if instance.address in self._held:
            return
        self._held.add(instance.address)
        names = instance.content.names
        for lifecycle in blocks_of(instance.content.block, "lifecycle"):
            for rule in blocks_of(lifecycle, "precondition"):
                self._hold(instance.address, rule, names)
            for rule in blocks_of(lifecycle, "postcondition"):
                own = self._object(instance, is_data=is_data)
                self._hold(instance.address, rule, {**names, "self": own})

    def within(self, label: str, key: expansion.Key = None) -> str:
        """Return Terraform's address of an object in this module."""
        return (
            f"{self.address}.{label}{index_text(key)}"
            if self.address
            else (label + index_text(key))
        )

    def _resource(
        self, table: Mapping[tuple[str, str], Block], steps: Sequence[str | Literal], prefix: str
    ) -> tuple[Value, int]:
        """Return the value of a resource reference, and the number of steps that were resolved."""
        kind, name = steps[0], steps[1]
        block = table.get((kind, name)) if isinstance(kind, str) and isinstance(name, str) else None
        label = f"{prefix}{kind}.{name}"
        if block is None:
            return self._undeclared(label), len(steps)
        found = self.expansion_of(label, block)
        taken = 2
        copies = {copy.key: copy for copy in found.copies}
        if found.keyed is not None and len(steps) > taken:
            step = steps[taken]
            key = step.value if isinstance(step, Literal) else None
            copies = {key: copies[key]} if key in copies and type(key) is not bool else copies
            if len(copies) == 1 and key in copies:
                taken += 1
        values: dict[expansion.Key, Value] = {}
        whole = len(steps) == taken or not isinstance(steps[taken], str)
        single = found.keyed is None or taken == 3
        for key, copy in copies.items():
            instance = ResourceInstance(
                self.within(label, key), blocks.Content(block, copy.names), self.existence
            )
            self._hold_conditions(instance, is_data=prefix == "data.")
            if single and not whole:
                return self._attribute(instance, str(steps[taken]), is_data=bool(prefix)), taken + 1
            values[key] = self._object(instance, is_data=bool(prefix))
        if single and values:
            return next(iter(values.values())), taken
        return _of_instances(found, values), 2

    def _object(self, instance: ResourceInstance, *, is_data: bool) -> Value:
        """Return the value of a whole resource."""
        block = instance.content.block
        schema = (DATA_SOURCES if is_data else RESOURCES).get(block.labels[0])
        if schema is None:
            origin = self.origin_of(instance.content) if is_data else ""
            decided_by = A_PLAN if is_data else AFTER_APPLY
            reason = Reason(instance.address, decided_by, origin=origin)
            known = {"input": self._attribute(instance, "input", is_data=is_data)}
            sure = known if block.labels[0] == "terraform_data" else {}
            return UnknownVal(cty.DYNAMIC, [reason], sure=sure, not_null=True)
        names = (*schema.attributes, *schema.blocks)
        return cty.ObjectVal({n: self._attribute(instance, n, is_data=is_data) for n in names})

    def _attribute(self, instance: ResourceInstance, name: str, *, is_data: bool) -> Value:
        block = instance.content.block
        place = block.source, block.start
        return self._once(
            instance.address,
            name,
            place,
            lambda: self._attribute_value(instance, name, is_data=is_data),
        )

    def _attribute_value(self, instance: ResourceInstance, name: str, *, is_data: bool) -> Value:
        address, content = instance.address, instance.content
        kind, body = content.block.labels[0], content.block.body
        origin = self.origin_of(content) if is_data else ""
        reason = Reason(f"{address}.{name}", A_PLAN if is_data else AFTER_APPLY, origin=origin)
        if name == "id" and kind.startswith(PROVIDER_PREFIX) and name not in body.attributes:
            return Symbol(address, kind, reason, is_data=is_data)
        schema = (DATA_SOURCES if is_data else RESOURCES).get(kind)
        if name in SENSITIVE_ATTRIBUTES:
            reason = Reason(reason.reference, NOT_SENSITIVE)
            return cty.mark(UnknownVal(cty.STRING, [reason]), _SENSITIVE)
        passed_over = blocks.ignored(content.block, name)
        if passed_over is not None:
            return UnknownVal(cty.DYNAMIC, [passed_over])

        def unset(_: str) -> Value:
            return UnknownVal(cty.STRING, [reason])

        if schema is None:
            return self._of_no_schema(content, name, reason)
        if name in schema.blocks:
            return blocks.blocks_value(content, name, schema.blocks[name], self.evaluate, unset)
        if name not in schema.attributes:
            raise EvaluationError(f"{kind} has no attribute {name}")
        value = blocks.attribute_value(content, name, schema.attributes[name], self.evaluate)
        if isinstance(value, cty.Null):
            return unset(name) if name in schema.computed else schema.defaults.get(name, value)
        return value

    def _of_no_schema(self, content: blocks.Content, name: str, reason: Reason) -> Value:
        """Return an attribute without a schema: only a string has a certain type and value."""
        attribute = content.block.body.attributes.get(name)
        kind = content.block.labels[0]
        if attribute is not None and (
            kind.startswith(PROVIDER_PREFIX) or (kind, name) == ("terraform_data", "input")
        ):
            value = self.evaluate(attribute, content.names)
            if kind == "terraform_data" or isinstance(cty.unmark(value)[0], str):
                return value
        return UnknownVal(cty.DYNAMIC, [reason])

    # Modules

    def children(self, name: str) -> list[tuple[expansion.Key, ModuleInstance]]:
        """Return the instances that a module call makes, the uncertain one last."""
        found = self._children.get(name)
        if found is None:
            found = self._children[name] = list(self._made(name))
        return found

    def _made(self, name: str) -> Iterator[tuple[expansion.Key, ModuleInstance]]:
        call = self.module.calls[name]
        called = self.callee(call)
        if isinstance(called, Called):
            _refuse_arguments(call, called.module)
        label = f"module.{name}"
        found = self.expansion_of(label, call)
        for copy in found.copies:
            self.root.count_module(call)
            address = self.within(label, copy.key)
            yield (
                copy.key,
                ModuleInstance(
                    self.root, called, (self, call), address, copy.names, self.existence
                ),
            )
        if found.unknown:
            self.root.count_module(call)
            yield None, ModuleInstance(
                self.root, called, (self, call), self.within(label), found.unknown_names,
                found.unknown,
            )  # fmt: skip

    def callee(self, call: Block) -> Called | Unread:
        attribute = call.body.attributes["source"]
        source = literal(call, "source")
        if source is None:
            place = attribute.source, attribute.start
            value = self.settled(
                f"the source of module.{call.labels[0]}", place, lambda: self.evaluate(attribute)
            )
            source = value if isinstance(value, str) else None
        caller = self.called
        assert isinstance(caller, Called)  # noqa: S101 - one that is not read calls nothing
        called = self.root.tree.called(caller, call, source)
        if isinstance(called, Called):
            self.root.rules.hold(called)
        return called

    def _module(self, steps: Sequence[str | Literal]) -> tuple[Value, int]:
        """Return the value of a module reference, and the number of steps that were resolved."""
        name = str(steps[0])
        call = self.module.calls.get(name)
        if call is None:
            return self._undeclared(f"module.{name}"), len(steps)
        found = self.expansion_of(f"module.{name}", call)
        certain = dict(self.children(name)[: len(found.copies)])
        taken = 1
        if found.keyed is not None and len(steps) > 1 and isinstance(steps[1], Literal):
            key = steps[1].value
            if key in certain:
                certain, taken = {key: certain[key]}, 2
        single = found.keyed is None or taken == 2
        if single and len(certain) == 1:
            (child,) = certain.values()
            if len(steps) > taken and isinstance(steps[taken], str):
                return child.output(str(steps[taken])), taken + 1
            return child.outputs(), taken
        return _of_instances(found, {key: child.outputs() for key, child in certain.items()}), 1

    def not_read(self) -> Reason:
        """Return why nothing is known about an unread module, with its call."""
        assert self.unread is not None  # noqa: S101 - called only for an unread module
        if self.call is None:
            return Reason(self.address, self.unread.decided_by)
        caller, call = self.call
        origin = caller.origin_of(blocks.Content(call, self._names))
        return Reason(self.address, self.unread.decided_by, origin=origin)

    def outputs(self) -> Value:
        """Return the object of all outputs."""
        if self.unread is not None:
            return UnknownVal(cty.DYNAMIC, [self.not_read()], not_null=True)
        return cty.ObjectVal({name: self.output(name) for name in self.module.outputs})

    def output(self, name: str) -> Value:
        """Return the value of an output as the caller sees it. Raises `SourceError`."""
        if self.unread is not None:
            reason = self.not_read()
            return UnknownVal(cty.DYNAMIC, [replace(reason, reference=f"{self.address}.{name}")])
        block = self.module.outputs.get(name)
        if block is None:
            raise EvaluationError(f"{self.address} has no output {name}")
        place = block.source, block.start
        return self._once("output", name, place, lambda: self._output(block))

    def _output(self, block: Block) -> Value:
        for rule in blocks_of(block, "precondition"):
            self._hold(f"output.{block.labels[0]}", rule, _NO_NAMES)
        attribute = block.body.attributes.get("value")
        if attribute is None:
            raise EvaluationError("an output needs a value")
        value = self.evaluate(attribute)
        is_ephemeral = cty.EPHEMERAL in cty.unmark_deep(value)[1]
        if is_ephemeral is not flag(block, "ephemeral") and cty.is_known(value):
            message = "is an ephemeral value" if is_ephemeral else "is not an ephemeral value"
            raise EvaluationError(f"output.{block.labels[0]} {message}, other than it says")
        constraint = block.body.attributes.get("type")
        if constraint is not None:
            kind, _ = type_constraint(constraint.reference)
            value = cty.convert(value, kind)
        marks = _SENSITIVE if flag(block, "sensitive") else cty.NO_MARKS
        return cty.mark(value, marks | (_EPHEMERAL if flag(block, "ephemeral") else cty.NO_MARKS))

    def calls(self) -> Iterator[Block]:
        """Yield the calls that lead to this module, innermost first."""
        if self.call is not None:
            yield self.call[1]
            yield from self.call[0].calls()


def _of_instances(found: Expansion, values: Mapping[expansion.Key, Value]) -> Value:
    """Return all instances of a block as one value."""
    if found.unknown:
        sure = {str(key): value for key, value in values.items()} if found.keyed is str else {}
        return UnknownVal(cty.DYNAMIC, found.unknown, sure=sure, not_null=found.keyed is not None)
    if found.keyed is None:
        # A disabled block is null.
        return cty.NULL
    if found.keyed is str:
        return cty.ObjectVal({str(key): value for key, value in values.items()})
    return cty.TupleVal(list(values.values()))


def _refuse_arguments(call: Block, module: Module) -> None:
    """Check a call's arguments. Raises `SourceError` if one is not a variable of the module."""
    for name, attribute in call.body.attributes.items():
        if name not in module.variables and name not in CALL_ARGUMENTS:
            message = f"module.{call.labels[0]} has no variable {name}"
            raise refused(attribute.source, attribute.start, message)
