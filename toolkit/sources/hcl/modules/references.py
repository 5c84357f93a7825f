"""Collect and check the references in a module's expressions without evaluating them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from typing import Final

from msgspec import Struct

from toolkit.sources.hcl.modules.forms import Feature
from toolkit.sources.hcl.modules.language import (
    CALL_ARGUMENTS,
    CONDITIONS,
    LATER_FUNCTIONS,
    SOURCE_REFERENCES,
    VALIDATION_REFERENCES,
    Since,
)
from toolkit.sources.hcl.modules.loading import Module, refused
from toolkit.sources.hcl.syntax import nodes
from toolkit.sources.hcl.syntax.nodes import (
    Attribute,
    Block,
    Expression,
    ForExpr,
    ScopeTraversal,
)
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source

#: Arguments without references, by block type: no expression, or only keywords.
_NO_REFERENCES: Final[Mapping[str, frozenset[str]]] = {
    "variable": frozenset({"type", "default"}),
    "output": frozenset({"type"}),
    "resource": frozenset({"provider"}),
    "data": frozenset({"provider"}),
    "ephemeral": frozenset({"provider"}),
    "module": frozenset({"providers", "version"}),
    "lifecycle": frozenset({"ignore_changes"}),
    "provisioner": frozenset({"when", "on_failure"}),
    "provider": frozenset({"alias", "version"}),
    "import": frozenset({"to", "provider"}),
    "removed": frozenset({"from"}),
    "moved": frozenset({"from", "to"}),
    "terraform": frozenset({"required_version", "experiments", "language"}),
}
#: Words beside resource types that a reference may begin with.
_RESERVED: Final = frozenset({"action", "self", "tofu"})
#: Names that only some blocks define.
_OF_PLACES: Final = frozenset({"count", "each", "self"})
_WITH_SELF: Final = frozenset({"connection", "postcondition", "provisioner"})
#: Blocks that run after their resource exists, and so may refer to it.
_RUN_LATER: Final = frozenset({"connection", "provisioner"})
#: The keywords that an argument of a provisioner accepts.
_KEYWORDS: Final = {"when": ("create", "destroy"), "on_failure": ("continue", "fail")}
#: What a destroy-time provisioner may refer to.
_WHEN_DESTROYED: Final = frozenset({"count", "each", "path", "self", "terraform"})
_WITH_ALL: Final = frozenset({"action", "action_trigger"})
_FOLLOWED_BY_NAME: Final = frozenset(
    {"count", "each", "local", "module", "path", "terraform", "var"}
)
_PATHS: Final = frozenset({"module", "root", "cwd"})
#: ``core::`` and ``provider::``.
_NAMESPACES: Final = Since(8, 7)


class Reference(Struct, frozen=True):
    """A name that an expression uses, and the file of that expression.

    A reference in a block that a `dynamic` block may not make is not `certain`.
    """

    node: ScopeTraversal
    source: Source
    certain: bool = True

    def refused(self, message: str) -> Exception:
        return refused(self.source, self.node.start, message)


class References:
    """The references of a module, by the declaration that contains them.

    A declaration has the name by which references use it: ``("local", "x")``, ``("data", type,
    name)``. Each argument of a module call has its own name: ``("module", "m", "x")``.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self.of: dict[tuple[str, ...], list[Reference]] = {}
        self.features = list(module.features)
        self._others: list[Reference] = []
        self._refused: list[tuple[Source, int, str]] = []
        for name, attribute in module.locals.items():
            self._collect(("local", name), attribute.expression, attribute.source)
        for kind, table in (
            ("var", module.variables),
            ("output", module.outputs),
            ("module", module.calls),
        ):
            for label, block in table.items():
                self._collect_block((kind, label), block)
        for call in module.calls.values():
            self._note_source(call)
        for name in module.variables:
            self._note_validation(name)
        for prefix, typed in (
            ((), module.resources),
            (("data",), module.data),
            (("ephemeral",), module.ephemerals),
        ):
            for (kind, name), block in typed.items():
                self._collect_block((*prefix, kind, name), block)
        #: Data sources that only the enclosing `check` block can use.
        self._scoped: set[tuple[str, ...]] = set()
        for block in module.others:
            if block.type == "check":
                nested = block.body.blocks
                self._scoped |= {each.labels for each in nested if each.type == "data"}
            self._collect_block(None, block)

    def _collect(
        self,
        key: tuple[str, ...] | None,
        expression: Expression,
        source: Source,
        bound: frozenset[str] = frozenset(),
        known: frozenset[str] = frozenset(),
        own: tuple[str, ...] = (),
        *,
        certain: bool = True,
    ) -> None:
        """Add what an expression uses, without the names that are `bound` there.

        `known` holds the names that the enclosing block defines, of those that only some blocks
        define. A reference to `own` makes no dependency.
        """
        if type(expression) is nodes.Literal:
            return
        found = self._others if key is None else self.of.setdefault(key, [])
        for node in used(expression, bound):
            if isinstance(node, ScopeTraversal):
                is_own = own == (node.root, *node.steps[:1])
                (self._others if is_own else found).append(Reference(node, source, certain))
                if certain and node.root in _OF_PLACES - known:
                    self._refuse(source, node.start, f"{node.root} is not known here")
            else:
                self._note_call(node, source)

    def _refuse(self, source: Source, offset: int, message: str) -> None:
        self._refused.append((source, offset, message))

    def _note_call(self, call: nodes.FunctionCall, source: Source) -> None:
        name = call.name.removeprefix("core::")
        since = _NAMESPACES if "::" in name else LATER_FUNCTIONS.get(name)
        if since is not None:
            self.features.append(Feature(since, f"the function {name}()", source, call.start))
        elif name is not call.name:
            self.features.append(Feature(_NAMESPACES, call.name, source, call.start))

    def _note_validation(self, name: str) -> None:
        for use in self.of.get(("var", name), ()):
            node = use.node
            if node.root != "var" or node.steps[:1] != [name]:
                what = "a validation that refers to other objects"
                self.features.append(Feature(VALIDATION_REFERENCES, what, use.source, node.start))

    def _note_source(self, call: Block) -> None:
        for name in ("source", "version"):
            attribute = call.body.attributes.get(name)
            if attribute is not None and not isinstance(attribute.expression, nodes.Literal):
                what = f"a {name} of a module that is not written out"
                self.features.append(
                    Feature(SOURCE_REFERENCES, what, attribute.source, attribute.start)
                )

    def _collect_block(
        self,
        key: tuple[str, ...] | None,
        block: Block,
        bound: frozenset[str] = frozenset(),
        outer: frozenset[str] = frozenset(),
        *,
        certain: bool = True,
    ) -> None:
        known = outer | _known_in(block)
        skipped = _NO_REFERENCES.get(block.type, frozenset())
        if block.type == "dynamic":
            bound |= {_iterator(block)}
            skipped = frozenset({"iterator"})
        for name, attribute in block.body.attributes.items():
            if name in skipped:
                continue
            if name == "depends_on":
                self._collect_dependencies(key, attribute)
                continue
            expression = attribute.expression
            if block.type == "lifecycle" and name == "replace_triggered_by":
                expression = self._reference(attribute)
                self._hold_triggers(expression, attribute.source)
            if block.type == "module" and key and name not in CALL_ARGUMENTS:
                self._collect((*key, name), expression, attribute.source, bound, known)
            else:
                own = key if key and block.type in _RUN_LATER else ()
                self._collect(key, expression, attribute.source, bound, known, own, certain=certain)
            if block.type in CONDITIONS and name == "condition":
                self._hold_condition(key, block.type, expression, attribute.source)
        if block.type == "provisioner":
            self._hold_provisioner(block)
        for nested in block.body.blocks:
            if block.type == "removed" and nested.type == "provisioner" and not _destroys(nested):
                self._refuse(
                    nested.source,
                    nested.start,
                    "a provisioner of a removed block needs when = destroy",
                )
            if block.type != "terraform":
                # Terraform evaluates a content block only if the dynamic block makes it.
                made = certain and block.type != "dynamic"
                self._collect_block(key, nested, bound, known, certain=made)

    def _hold_provisioner(self, block: Block) -> None:
        """Check the keywords of a provisioner, and the references of a destroy-time one."""
        for name, words in _KEYWORDS.items():
            attribute = block.body.attributes.get(name)
            if attribute is not None and _word(attribute) not in words:
                message = f"{name} of a provisioner is {' or '.join(words)}"
                self._refuse(attribute.source, attribute.start, message)
        if not _destroys(block):
            return
        for holder in (block, *(each for each in block.body.blocks if each.type == "connection")):
            for name, attribute in holder.body.attributes.items():
                for node in used(attribute.expression) if name not in _KEYWORDS else ():
                    if isinstance(node, ScopeTraversal) and node.root not in _WHEN_DESTROYED:
                        message = (
                            "a destroy-time provisioner may refer only to self, count and each"
                        )
                        self._refuse(attribute.source, node.start, message)

    def _reference(self, attribute: Attribute) -> Expression:
        """Return the expression with an attribute's references; in JSON its strings
        contain them.
        """
        try:
            return attribute.reference
        except HclSyntaxError as error:
            self._refuse(attribute.source, error.offset, error.message)
            return attribute.expression

    def _hold_condition(
        self, key: tuple[str, ...] | None, kind: str, expression: Expression, source: Source
    ) -> None:
        """Refuse a constant condition: it checks nothing."""
        found = [each for each in used(expression) if isinstance(each, ScopeTraversal)]
        if not found:
            message = "a condition has to refer to something: this one is always the same"
            self._refuse(source, expression.start, message)
        elif kind == "validation" and key and not any(map(_names_of(key[1]), found)):
            self._refuse(source, expression.start, f"a validation has to refer to var.{key[1]}")

    def _collect_dependencies(self, key: tuple[str, ...] | None, attribute: Attribute) -> None:
        """Add the whole objects in ``depends_on``, without a resource's dependency on itself."""
        source, expression = attribute.source, self._reference(attribute)
        if not isinstance(expression, nodes.TupleCons):
            self._refuse(source, expression.start, "depends_on has to be a list")
            return
        for item in expression.items:
            if not isinstance(item, ScopeTraversal):
                if not (isinstance(item, nodes.Literal) and isinstance(item.value, str)):
                    self._refuse(source, item.start, "depends_on has references and nothing else")
                continue
            words = [item.root, *item.steps]
            is_resource = item.root not in _FOLLOWED_BY_NAME | _RESERVED
            length = 3 if item.root in ("data", "ephemeral", "resource") else 2
            key_behind = len(words) > length and isinstance(words[length], nodes.Literal)
            if is_resource and len(words) > length + key_behind:
                self._refuse(source, item.start, "depends_on has whole objects, no attributes")
            self._collect(None if tuple(words) == key else key, item, source)

    def _hold_triggers(self, expression: Expression, source: Source) -> None:
        if not isinstance(expression, nodes.TupleCons):
            self._refuse(source, expression.start, "replace_triggered_by has to be a list")
            return
        for item in expression.items:
            roots = {each.root for each in used(item) if isinstance(each, ScopeTraversal)}
            if not roots - {"count", "each"} or roots & (_FOLLOWED_BY_NAME - {"count", "each"}):
                self._refuse(source, item.start, "replace_triggered_by has resources, nothing else")

    def check(self) -> None:
        """Raise `SourceError` for a reference to something undeclared."""
        for found in (*self.of.values(), self._others):
            scoped = self._scoped if found is self._others else frozenset()
            for reference in (each for each in found if each.certain):
                message = self._problem(reference.node, scoped)
                if message:
                    raise reference.refused(message)
        for source, offset, message in self._refused:
            raise refused(source, offset, message)

    def _problem(self, node: ScopeTraversal, scoped: Set[tuple[str, ...]]) -> str:
        """Return why Terraform refuses a reference, or ''."""
        module, root = self._module, node.root
        names = [step for step in node.steps if isinstance(step, str)]
        first = node.steps[0] if node.steps else None
        if root in _FOLLOWED_BY_NAME:
            if not isinstance(first, str):
                return f"{root} must be followed by a dot and a name"
            if root == "var" and first not in module.variables:
                return f"var.{first} is not declared in this module"
            if root == "local" and first not in module.locals:
                return f"local.{first} is not declared in this module"
            if root == "module" and first not in module.calls:
                return f"module.{first} is not called in this module"
            if root == "module" and [type(step) for step in node.steps[1:3]] == 2 * [nodes.Literal]:
                return f"an output of module.{first} stands behind a dot, not in brackets"
            if root == "path" and first not in _PATHS:
                return f"path.{first} does not exist: there is path.module, path.root and path.cwd"
            return ""
        if root == "resource":
            return _of_resource(module.resources, "", node.steps)
        if root == "data":
            return (
                "" if tuple(names[:2]) in scoped else _of_resource(module.data, "data.", node.steps)
            )
        if root == "ephemeral":
            return _of_resource(module.ephemerals, "ephemeral.", node.steps)
        if root in _RESERVED:
            return ""
        return _of_resource(module.resources, "", [root, *node.steps])


def _of_resource(
    declared: Mapping[tuple[str, str], Block], prefix: str, steps: Sequence[nodes.Step]
) -> str:
    """Return why Terraform refuses a reference to a resource, or ''."""
    names = [step for step in steps[:2] if isinstance(step, str)]
    if len(names) < 2:
        word = f"{prefix}{names[0]}" if names else prefix.rstrip(".")
        return f"{word} is not a reference: a string stands in quotes"
    label, behind = f"{prefix}{names[0]}.{names[1]}", steps[2:]
    block = declared.get((names[0], names[1]))
    if block is None:
        return f"{label} is not declared in this module"
    is_keyed = not block.body.attributes.keys().isdisjoint({"count", "for_each"})
    if not behind:
        return ""
    if isinstance(behind[0], str):
        return f"{label} has instances, so it takes an index: {label}[…]" if is_keyed else ""
    if not is_keyed:
        return f"{label} has neither count nor for_each, so it takes no index"
    if len(behind) > 1 and not isinstance(behind[1], str):
        return f"an attribute of {label} stands behind a dot, not in brackets"
    return ""


def _word(attribute: Attribute) -> str:
    """Return the keyword of an argument; '' for any other value."""
    with suppress(HclSyntaxError):
        value = attribute.reference
        if isinstance(value, ScopeTraversal) and not value.steps:
            return value.root
        if isinstance(value, nodes.Literal):
            return str(value.value)
    return ""


def _destroys(provisioner: Block) -> bool:
    """Whether a provisioner is a destroy-time one."""
    attribute = provisioner.body.attributes.get("when")
    return attribute is not None and _word(attribute) == "destroy"


def _known_in(block: Block) -> frozenset[str]:
    """Return which of the names that only some blocks define are defined in this block."""
    if block.type in _WITH_ALL:
        return _OF_PLACES
    if block.type in _WITH_SELF:
        return frozenset({"self"})
    names = block.body.attributes
    return frozenset({"each"} if "for_each" in names else ()) | (
        frozenset({"count"}) if "count" in names else frozenset()
    )


def _names_of(variable: str) -> Callable[[ScopeTraversal], bool]:
    return lambda node: node.root == "var" and node.steps[:1] == [variable]


def _iterator(block: Block) -> str:
    """Return the name that a `dynamic` block gives to the current element."""
    attribute = block.body.attributes.get("iterator")
    if attribute is not None:
        # An invalid name is refused when the blocks are made.
        with suppress(HclSyntaxError):
            found = attribute.reference
            if isinstance(found, ScopeTraversal):
                return found.root
    return block.labels[0] if block.labels else ""


def used(
    expression: Expression, bound: frozenset[str] = frozenset()
) -> Iterator[ScopeTraversal | nodes.FunctionCall]:
    """Yield the references and calls in an expression, without the names that a `for` defines."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is nodes.Literal:
            continue
        if isinstance(node, ScopeTraversal):
            if node.root not in bound:
                yield node
        elif isinstance(node, ForExpr):
            yield from used(node.collection, bound)
            inner = bound | {node.key_name or "", node.value_name}
            for part in (node.key, node.value, node.condition):
                if part is not None:
                    yield from used(part, inner)
        else:
            if isinstance(node, nodes.FunctionCall):
                yield node
                if node.name.removeprefix("core::") == "convert":
                    # The argument after the value is a type.
                    waiting += node.arguments[:1]
                    continue
            waiting += nodes.children(node)
