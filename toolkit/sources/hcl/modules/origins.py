"""Find where the value of an attribute is written, behind its references to variables and locals.

A finding about a value that is missing names these places: there is no string to point at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from toolkit.sources.hcl.modules.references import used
from toolkit.sources.hcl.syntax.nodes import Attribute, Block, ScopeTraversal

if TYPE_CHECKING:
    from toolkit.sources.hcl.modules.instance import ModuleInstance


class Written(Struct, frozen=True):
    """An attribute, the module that it is in, and the block with the `for_each` that it may use.

    `is_given` is true in a file of variables.
    """

    instance: ModuleInstance
    attribute: Attribute
    block: Block | None = None
    is_given: bool = False


def origins(start: Written) -> list[Written]:
    """Return the attributes that the value comes from, if that is elsewhere.

    Those in files of variables are what differs between environments, so they are all of the answer
    if there are any. Otherwise it is the attribute that a plain reference leads to.
    """
    given: list[Written] = []
    seen = {id(start.attribute)}
    waiting, plain = [start], start
    while waiting:
        at = waiting.pop()
        for node in used(at.attribute.expression):
            found = _behind(at, node) if isinstance(node, ScopeTraversal) else None
            if found is None or id(found.attribute) in seen:
                continue
            seen.add(id(found.attribute))
            if plain is at and node is at.attribute.expression:
                plain = found
            if found.is_given:
                given.append(found)
            else:
                waiting.append(found)
    if given:
        return given
    return [] if plain is start else [plain]


def _behind(at: Written, node: ScopeTraversal) -> Written | None:
    """Return where the value of a reference is written, or None if that is in no attribute."""
    name = node.steps[0] if node.steps else ""
    instance = at.instance
    if node.root == "each" and at.block is not None:
        found = at.block.body.attributes.get("for_each")
        return None if found is None else Written(instance, found)
    if not isinstance(name, str):
        return None
    if node.root == "local":
        found = instance.module.locals.get(name)
        return None if found is None else Written(instance, found)
    if node.root != "var" or name not in instance.module.variables:
        return None
    if instance.call is None:
        found = instance.root.written.get(name)
        if found is not None or name in instance.root.given:
            return None if found is None else Written(instance, found, is_given=True)
    else:
        caller, call = instance.call
        found = call.body.attributes.get(name)
        if found is not None:
            return Written(caller, found, call)
    found = instance.module.variables[name].body.attributes.get("default")
    return None if found is None else Written(instance, found)
