"""Provider configurations: which ones a module has, and which ones it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from toolkit.sources.hcl.modules.language import PROVIDER_INSTANCES
from toolkit.sources.hcl.modules.loading import Module, blocks_of, refused
from toolkit.sources.hcl.modules.versions import Versions
from toolkit.sources.hcl.syntax import nodes
from toolkit.sources.hcl.syntax.nodes import Attribute, Block, Expression, Literal, ScopeTraversal
from toolkit.sources.hcl.syntax.source import HclSyntaxError

#: A provider's name in a module, and the alias of one of its configurations.
_Name: TypeAlias = "tuple[str, str]"
_ALIASES: Final = "configuration_aliases"
#: A name and an alias, and with them the key of an instance.
_WORDS: Final = 2
_WORDS_WITH_KEY: Final = 3


def hold_providers(module: Module, versions: Versions, *, is_root: bool) -> None:
    """Refuse a reference to an undeclared configuration. Raises `SourceError`.

    A child module declares what it expects from its caller; a root module has no caller.
    """
    declared, expected = set(_configured(module)), set(_expected(module))
    for name in sorted(expected - declared) if is_root else ():
        message = f"a root module has no caller that would pass the provider {'.'.join(name)}"
        raise refused(module.sources[0], 0, message)
    declared |= expected

    def hold(node: Expression, attribute: Attribute) -> None:
        name = _text(node)
        if name is None:
            message = "a provider is a name, and perhaps a dot and an alias, nothing else"
            raise refused(attribute.source, attribute.start, message)
        if name[1] and name not in declared:
            message = f"the provider {'.'.join(name)} is not configured in this module"
            raise refused(attribute.source, attribute.start, message)
        is_instance = isinstance(node, nodes.Index) or _has_key(node)
        if is_instance and not versions.has(PROVIDER_INSTANCES):
            message = f"{versions.agreed[0]} has no instances of a provider's configuration"
            raise refused(attribute.source, attribute.start, message)

    for table in (module.resources, module.data, module.ephemerals):
        for block in table.values():
            attribute = block.body.attributes.get("provider")
            if attribute is not None:
                hold(_reference(attribute), attribute)
    for call in module.calls.values():
        for passed, given, attribute in _passed(call):
            if passed is None:
                message = "what is passed to a module has a provider's name, and perhaps an alias"
                raise refused(attribute.source, attribute.start, message)
            hold(given, attribute)


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
    name = None if attribute is None else _text(_reference(attribute))
    if name is None:
        name = block.labels[0].partition("_")[0], ""
    depth = -1
    for module, call in calls:
        depth += 1
        if call is None or name in set(own_configurations(module)):
            break
        given = {inner: _text(outer) for inner, outer, _ in reversed([*_passed(call)])}
        name = given.get(name) or name
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


def _passed(call: Block) -> Iterator[tuple[_Name | None, Expression, Attribute]]:
    """Yield what a call passes: the name in the called module, and the reference in the
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
            yield (name.strip(), alias.strip()), given, attribute
        else:
            yield _text(key), given, attribute


def _reference(attribute: Attribute) -> Expression:
    try:
        return attribute.reference
    except HclSyntaxError as error:
        raise refused(attribute.source, error.offset, error.message) from None


def _text(node: Expression) -> _Name | None:
    """Return the name and the alias ('' if absent); None for anything but a reference."""
    if isinstance(node, nodes.Index):
        # An instance of a configuration, in OpenTofu.
        found = _text(node.collection)
        return found if found is not None and found[1] else None
    if isinstance(node, Literal) and isinstance(node.value, str):
        words: list[nodes.Step] = [*node.value.split(".")]
    elif isinstance(node, ScopeTraversal):
        words = [node.root, *node.steps]
    else:
        return None
    if len(words) == _WORDS_WITH_KEY and _has_key(node):
        words.pop()
    texts = [word for word in words if isinstance(word, str)]
    if not all(texts) or len(texts) != len(words) or len(texts) > _WORDS:
        return None
    return texts[0], texts[1] if len(texts) == _WORDS else ""


def _has_key(node: Expression) -> bool:
    """Whether a reference ends with a literal key."""
    return (
        isinstance(node, ScopeTraversal)
        and bool(node.steps)
        and isinstance(node.steps[-1], Literal)
    )
