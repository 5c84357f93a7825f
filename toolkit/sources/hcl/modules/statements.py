"""Check the validations and statements of a root's modules against their values and objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.evaluation.access import elements
from toolkit.sources.hcl.evaluation.evaluator import Names
from toolkit.sources.hcl.modules.constants import flag
from toolkit.sources.hcl.modules.expansion import Key
from toolkit.sources.hcl.modules.instance import ModuleInstance
from toolkit.sources.hcl.modules.loading import blocks_of, refused
from toolkit.sources.hcl.modules.outline import Outlines
from toolkit.sources.hcl.modules.targets import Target, statements
from toolkit.sources.hcl.schemas import DATA_SOURCES, RESOURCES
from toolkit.sources.hcl.syntax.nodes import Attribute, Block, Index
from toolkit.sources.hcl.values import EvaluationError, UnknownVal, Value


def module_instances(
    instance: ModuleInstance, outlines: Outlines | None = None
) -> Iterator[ModuleInstance]:
    """Yield a module instance and all instances called from it. Raises `SourceError`."""
    outlines = outlines or Outlines(instance.root)
    _hold(instance)
    _hold_outlines(instance, outlines)
    yield instance
    for name, call in instance.module.calls.items():
        children = instance.children(name)
        if not children:
            outlines.hold_module(instance, name, call)
        for _, child in children:
            yield from module_instances(child, outlines)


def _hold_outlines(instance: ModuleInstance, outlines: Outlines) -> None:
    """Check the blocks without instances. Raises `SourceError`."""
    for table, known, prefix in (
        (instance.module.resources, RESOURCES, ""),
        (instance.module.data, DATA_SOURCES, "data."),
    ):
        for (kind, name), block in table.items():
            if kind in known and not block.body.attributes.keys().isdisjoint(("count", "for_each")):
                label = f"{prefix}{kind}.{name}"
                found = instance.expansion_of(label, block)
                if not found.copies and not found.unknown:
                    outlines.hold_block(instance, label, block)


def _hold(instance: ModuleInstance) -> None:
    """Check a module instance's validations and statements. Raises `SourceError`."""
    if instance.existence:
        return
    for name, variable in instance.module.variables.items():
        if any(blocks_of(variable, "validation")):
            instance.variable(name)
    for name, output in instance.module.outputs.items():
        if instance.call is None:
            _hold_root_output(name, output, instance.output(name))
        elif any(blocks_of(output, "precondition")):
            instance.output(name)
    for block, before, after in statements(instance.module, "moved"):
        assert after is not None  # noqa: S101 - both are required
        is_instance = before.is_keyed or after.is_keyed
        if _exists(instance, before, is_instance=is_instance):
            message = f"{before} is still there, so it has not moved to {after}"
            raise refused(block.source, block.start, message)
    for block, target, _ in statements(instance.module, "import"):
        _hold_import(instance, block, target)


def _hold_root_output(name: str, output: Block, value: Value) -> None:
    """Check what only a root module's output must not be. Raises `SourceError`."""
    where = output.source, output.start
    if flag(output, "ephemeral"):
        raise refused(*where, "an output of a root module cannot be ephemeral")
    if cty.SENSITIVE in cty.unmark_deep(value)[1] and not flag(output, "sensitive"):
        message = f"output.{name} has a sensitive value, so it needs sensitive = true"
        raise refused(*where, message)


def _exists(instance: ModuleInstance, target: Target, *, is_instance: bool) -> bool:
    """Whether an object, or with `is_instance` that instance of it, is certainly declared."""
    holder, path = instance, list(target.path)
    last = path.pop() if target.resource is None else None
    for name, key in path:
        child = _child(holder, name, key)
        if child is None:
            return False
        holder = child
    if last is not None:
        name, key = last
        if not is_instance:
            return name in holder.module.calls
        return _child(holder, name, key) is not None
    table = holder.module.data if target.mode else holder.module.resources
    block = table.get(target.resource or ("", ""))
    if block is None or not is_instance:
        return block is not None
    return target.key in _keys(holder, target, block)


def _child(instance: ModuleInstance, name: str, key: Key) -> ModuleInstance | None:
    """Return a module instance that certainly exists."""
    if name not in instance.module.calls:
        return None
    for own, child in instance.children(name):
        if own == key and not child.existence:
            return child
    return None


def _keys(instance: ModuleInstance, target: Target, block: Block) -> Mapping[Key, object]:
    label = ".".join(["data"] * bool(target.mode) + list(target.resource or ()))
    return {copy.key: copy for copy in instance.expansion_of(label, block).copies}


def _hold_import(instance: ModuleInstance, block: Block, target: Target) -> None:
    where = block.source, block.start
    holder: ModuleInstance | None = instance
    for name, key in target.path:
        assert holder is not None  # noqa: S101 - the loop ends if there is none
        if name in holder.module.calls:
            known = holder.children(name)
            if not target.is_static or any(child.unread or child.existence for _, child in known):
                return
        holder = _child(holder, name, key)
        if holder is None:
            raise refused(*where, f"{target} is imported, but there is no such module")
    assert holder is not None  # noqa: S101 - as above
    assert target.resource is not None  # noqa: S101 - only resources are imported
    declared = holder.module.resources.get(target.resource)
    if declared is None:
        if instance.root.rules.complete:
            hint = "Declare it; `terraform plan -generate-config-out=FILE` can write it."
            raise refused(*where, f"{target} is imported, but it is not declared", hint)
        return
    if "provider" in block.body.attributes:
        raise refused(*where, f"{target} is declared, so its import names no provider")
    found = holder.expansion_of(".".join(target.resource), declared)
    keys = _keys(holder, target, declared)

    def compute() -> Value:
        for names in _each(instance, block):
            key = _key(instance, block.body.attributes["to"], target, names)
            if not found.unknown and not isinstance(key, UnknownVal) and key not in keys:
                raise EvaluationError(f"{target} is imported, but there is no instance {key}")
            if "id" in block.body.attributes:
                _hold_id(instance, block.body.attributes["id"], names)
        return True

    instance.settled(f"the import of {target}", where, compute)


def _each(instance: ModuleInstance, block: Block) -> Iterator[Names]:
    """Yield the names that each instance of an import defines. Raises `EvaluationError`."""
    attribute = block.body.attributes.get("for_each")
    if attribute is None:
        yield {}
        return
    value, marks = cty.unmark(instance.evaluate(attribute))
    kind = cty.type_of(value)
    if isinstance(value, cty.Null):
        return
    if not (kind.is_sequence or kind.is_mapping or kind is cty.DYNAMIC):
        raise EvaluationError("the for_each of an import takes a collection")
    for key, item in elements(value):
        yield {"each": cty.ObjectVal({"key": key, "value": cty.mark(item, marks)})}


def _key(
    instance: ModuleInstance, attribute: Attribute, target: Target, names: Names
) -> Key | UnknownVal:
    """Return the key of the imported instance. Raises `EvaluationError`."""
    expression = attribute.reference
    if target.is_static:
        return target.key
    if not isinstance(expression, Index):
        return UnknownVal(cty.DYNAMIC, ())
    value, marks = cty.unmark_deep(instance.evaluated(expression.key, attribute.source, names))
    if cty.SENSITIVE in marks:
        raise EvaluationError("the index of what is imported must not be sensitive")
    return value if isinstance(value, str | int) else UnknownVal(cty.DYNAMIC, ())


def _hold_id(instance: ModuleInstance, attribute: Attribute, names: Names) -> None:
    """Refuse an empty id. Raises `EvaluationError`."""
    value = cty.convert(cty.unmark(instance.evaluate(attribute, names))[0], cty.STRING)
    if isinstance(value, cty.Null) or value == "":
        raise EvaluationError("an import needs an id that is not empty")
