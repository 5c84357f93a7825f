"""Provider configurations: which ones a module has, and which ones it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from toolkit.sources.hcl.modules.loading import Module, blocks_of, refused
from toolkit.sources.hcl.syntax import nodes
from toolkit.sources.hcl.syntax.nodes import Attribute, Block, Expression, Literal, ScopeTraversal
from toolkit.sources.hcl.syntax.source import HclSyntaxError

#: A provider's name in a module, and the alias of one of its configurations.
_Name: TypeAlias = "tuple[str, str]"
_ALIASES: Final = "configuration_aliases"


def hold_providers(module: Module, *, is_root: bool) -> None:
    """Refuse a reference to an undeclared configuration. Raises `SourceError`.

    A child module declares what it expects from its caller; a root module has no caller.
    """
    declared = set(_configured(module))
    if not is_root:
        declared |= set(_expected(module))
    for table in (module.resources, module.data, module.ephemerals):
        for block in table.values():
            attribute = block.body.attributes.get("provider")
            if attribute is not None:
                _hold(_reference(attribute), declared, attribute)
    for call in module.calls.values():
        for _, given, attribute in _passed(call):
            _hold(given, declared, attribute)


def hold_passed(call: Block, child: Module) -> None:
    """Refuse a call that passes too few configurations to a module, or some that it does not
    accept.

    Raises `SourceError`.
    """
    expected = set(_expected(child))
    passed = {name: attribute for name, _, attribute in _passed(call) if name is not None}
    own = set(own_configurations(child))
    for name, attribute in passed.items():
        if name in own:
            shown = ".".join(filter(None, name))
            message = f"module.{call.labels[0]} configures the provider {shown} itself"
            raise refused(call.source, attribute.start, message)
        if name[1] and name not in expected | set(_configured(child)):
            message = f"module.{call.labels[0]} does not expect the provider {'.'.join(name)}"
            raise refused(call.source, attribute.start, message)
    for name in sorted(expected - passed.keys()):
        message = f"module.{call.labels[0]} needs the provider {'.'.join(name)}"
        raise refused(call.source, call.start, message)


def _hold(name: _Name | None, declared: set[_Name], attribute: Attribute) -> None:
    if name is not None and name[1] and name not in declared:
        message = f"the provider {'.'.join(name)} is not configured in this module"
        raise refused(attribute.source, attribute.start, message)


def _configured(module: Module) -> Iterator[_Name]:
    """Yield the configurations of a module's `provider` blocks that have an alias."""
    for block in module.others:
        alias = block.body.attributes.get("alias") if block.type == "provider" else None
        if alias is not None:
            value = alias.verbatim
            if isinstance(value, Literal) and isinstance(value.value, str):
                yield block.labels[0], str(value.value)


def own_configurations(module: Module) -> Iterator[_Name]:
    """Yield the module's own configurations: an empty block stands for one that the
    caller passes.
    """
    for block in module.others:
        if block.type == "provider":
            body = block.body.content({})
            alias = body.attributes.get("alias")
            if body.blocks or body.attributes.keys() - {"alias", "version"}:
                value = None if alias is None else alias.verbatim
                yield block.labels[0], str(value.value) if isinstance(value, Literal) else ""


def configured_by(block: Block, calls: Iterable[tuple[Module, Block | None]]) -> tuple[_Name, int]:
    """Return a resource's provider configuration, and the index of the module that has it.

    `calls` holds the resource's module and the modules that lead to it, each with its call.
    """
    attribute = block.body.attributes.get("provider")
    name = None if attribute is None else _reference(attribute)
    if name is None:
        name = block.labels[0].partition("_")[0], ""
    depth = -1
    for module, call in calls:
        depth += 1
        if call is None or name in set(own_configurations(module)):
            break
        name = next((outer for inner, outer, _ in _passed(call) if inner == name and outer), name)
    return name, depth


def block_of(name: _Name, module: Module) -> Block | None:
    """Return the block of a configuration in a module; None if the environment configures it."""
    for block in module.others:
        if block.type == "provider" and block.labels[0] == name[0]:
            alias = block.body.content({}).attributes.get("alias")
            value = None if alias is None else alias.verbatim
            if (str(value.value) if isinstance(value, Literal) else "") == name[1]:
                return block
    return None


def _expected(module: Module) -> Iterator[_Name]:
    """Yield the configurations that a module expects from its caller."""
    for block in module.others:
        if block.type != "terraform":
            continue
        for required in blocks_of(block, "required_providers"):
            for name, attribute in required.body.content({}).attributes.items():
                try:
                    value = attribute.reference
                except HclSyntaxError:
                    # In JSON, `required_providers` also contains strings that are not references.
                    value = attribute.expression
                yield from _aliases(name, value)


def _aliases(name: str, value: Expression) -> Iterator[_Name]:
    for key, listed in value.items if isinstance(value, nodes.ObjectCons) else ():
        is_it = isinstance(key, Literal) and key.value == _ALIASES
        for item in listed.items if is_it and isinstance(listed, nodes.TupleCons) else ():
            text = _text(item)
            if text is not None and text[0] == name:
                yield text


def _passed(call: Block) -> Iterator[tuple[_Name | None, _Name | None, Attribute]]:
    """Yield what a call passes: the name in the called module, and the name in the
    calling module.
    """
    attribute = call.body.attributes.get("providers")
    if attribute is None:
        return
    try:
        value = attribute.reference
    except HclSyntaxError as error:
        raise refused(call.source, error.offset, error.message) from None
    if not isinstance(value, nodes.ObjectCons):
        raise refused(call.source, attribute.start, "providers has to be a map")
    for key, given in value.items:
        if isinstance(key, nodes.Invalid):
            # name.alias is a key here, although it is not a valid key of an object expression.
            name, _, alias = call.source.text[key.start : key.end].partition(".")
            yield (name.strip(), alias.strip()), _text(given), attribute
        else:
            yield _text(key), _text(given), attribute


def _reference(attribute: Attribute) -> _Name | None:
    try:
        return _text(attribute.reference)
    except HclSyntaxError as error:
        raise refused(attribute.source, error.offset, error.message) from None


def _text(node: Expression) -> _Name | None:
    """Return the name and the alias ('' if absent); None for a computed reference."""
    if isinstance(node, nodes.Parentheses):
        return _text(node.inner)
    if isinstance(node, nodes.Index):
        # An instance of a configuration, in OpenTofu.
        return _text(node.collection)
    if isinstance(node, Literal) and isinstance(node.value, str):
        name, _, alias = node.value.partition(".")
        return name, alias
    if not isinstance(node, ScopeTraversal):
        return None
    step = node.steps[0] if node.steps else ""
    return (node.root, step) if isinstance(step, str) else None
