"""Follow the references in a plan's configuration to the objects that they lead to.

A role id that is known after apply is not among the plan's values; only the references tell which
role it will be. References name what an expression uses, not what it does with it. The reading here
is therefore narrow: an unknown value comes from the only unknown thing in its expression. The trace
ends, and names what ended it, at two such things, at an id that the expression could take instead,
at a local, or at a key that the plan does not show.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from msgspec import Struct

from toolkit.lazily import pattern
from toolkit.model.clients import (
    DIVISION_TYPE,
    HOME_DIVISION_TYPE,
    ROLE_TYPE,
    Division,
    Role,
)
from toolkit.model.values import Unknown
from toolkit.sources.plan.instance_keys import KeyChoice, scalar_at
from toolkit.sources.plan.plan_configuration import (
    ONCE,
    ConfiguredCall,
    Expression,
    ModulePath,
    Modules,
    Repetition,
    decode_expressions,
    is_constant,
    references_in,
)
from toolkit.sources.reference_lists import Reference, Step, index_text, module_text

#: Role attributes that are never its id: a reference to one does not lead to the role.
_NEVER_AN_ID: Final = frozenset({"name", "description", "permissions", "permission_policies"})
#: Names that have a meaning only within their block.
_OF_THE_BLOCK: Final = frozenset({"each", "count", "path", "terraform", "self"})
#: Deeper than any modules are nested; ends a trace through crafted JSON with a cycle.
_DEPTH: Final = 64
#: More expressions than any value comes from. If each refers to two others, a few dozen of them
#: have more paths than can be followed.
_EXPRESSIONS: Final = 10_000


class Settled(Struct, frozen=True):
    """A value that the plan knows: if the expression selects it, the planned values show it.

    The exception is a value that is selected by an unknown one. `may_be_id` says whether the value
    can be a role id, which is a UUID.
    """

    may_be_id: bool = False


class RoleId(Struct, frozen=True):
    """The id of a role."""

    role: Role

    def __hash__(self) -> int:
        # Outcomes are compared often, and a role's own hash covers all its permissions.
        return hash(self.role.address)


class DivisionId(Struct, frozen=True):
    """The id of a division in the plan; `reference` is how the configuration refers to it."""

    division: Division
    reference: str


class Attribute(Struct, frozen=True):
    """An attribute of another object in the plan: `taken` holds the steps from the object to it.

    Without steps, the attribute is unknown.
    """

    address: str
    taken: tuple[Step, ...]

    @property
    def reference(self) -> str:
        return ".".join([self.address, *map(str, self.taken)])


class Opaque(Struct, frozen=True):
    """A reference that this plan does not resolve, as its author wrote it: ``local.role``.

    In a module, the module's address comes first.
    """

    reference: str


Outcome: TypeAlias = Settled | RoleId | DivisionId | Attribute | Opaque
#: The ids of the platform's objects.
_UUID: Final = pattern(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: Return the references of a local (``local.x``) of the module with this address, in the form of a
#: plan's expression; None if unknown.
ResolveLocal: TypeAlias = Callable[[str, str], Expression | None]
#: The instances of one role block, by key; the key is None without count and for_each.
RoleBlock: TypeAlias = Mapping[Step | None, Role]
#: The same for a division.
DivisionBlock: TypeAlias = Mapping[Step | None, Division]


class Scope(Struct, frozen=True):
    """The location of an expression: its module instance, and its repetition there."""

    path: ModulePath = ()
    repetition: Repetition = ONCE


class _Trail:
    """The depth of a trace, and the number of expressions that it has visited in total."""

    def __init__(self, depth: int = 0, seen: list[None] | None = None) -> None:
        self._depth = depth
        self._seen = [] if seen is None else seen

    def deeper(self) -> "_Trail":
        return _Trail(self._depth + 1, self._seen)

    @property
    def too_deep(self) -> bool:
        return self._depth > _DEPTH

    def ends(self) -> bool:
        """Count an expression; return whether the trace must stop."""
        self._seen.append(None)
        return self.too_deep or len(self._seen) > _EXPRESSIONS


class Tracer(Struct, frozen=True):
    """Traces the expressions of one plan.

    `blocks` is keyed by module address, mode and name, `divisions` by module address and name.
    `objects` holds the instance keys of other objects to find, by module address, type and name.
    """

    modules: Modules
    blocks: Mapping[tuple[str, str, str], RoleBlock]
    home_division: str | None = None
    resolve_local: ResolveLocal | None = None
    divisions: Mapping[tuple[str, str], DivisionBlock] = {}
    objects: Mapping[tuple[str, str, str], frozenset[Step | None]] = {}

    def trace(
        self,
        expression: Expression,
        scope: Scope,
        rest: tuple[Step, ...] = (),
        trail: _Trail | None = None,
    ) -> tuple[Outcome, ...]:
        """Return everything that the expression's value may come from; empty for a constant.

        `rest` holds the steps taken on the value: for the expression given to a variable, the steps
        after ``var.x``.
        """
        references = references_in(expression)
        trail = trail or _Trail()
        if trail.ends():
            return tuple(_opaque(reference, scope) for reference in references)
        offered = [self._keys(reference, scope, trail) for reference in references]
        keys = KeyChoice({key for found in offered for key in found}, scope.repetition)
        outcomes: dict[Outcome, None] = {}
        settled: list[tuple[Reference, tuple[Step, ...]]] = []
        for reference, found in zip(references, offered, strict=True):
            followed = self._follow(reference, scope, rest, keys, trail)
            outcomes.update(dict.fromkeys(followed))
            if not followed:
                settled.append((reference, found))
        for reference, found in settled:
            # A reference that only selected the instance is not an alternative value.
            if not (found and keys.used):
                outcomes[Settled(self._may_be_id(reference, scope))] = None
        return tuple(outcomes)

    def _may_be_id(self, reference: Reference, scope: Scope) -> bool:
        """Whether the value of a settled reference can be a role id."""
        steps = reference.steps
        if steps[0] == "each":
            over = scope.repetition.for_each
            constant = over["constant_value"] if over is not None and is_constant(over) else None
            return _has_id([scope.repetition.key, constant])
        if steps[0] != "var" or len(steps) < 2:
            return False
        name = str(steps[1])
        module = self.modules.module(scope.path)
        declared = None if module is None else module.variables.get(name)
        given = self._given(steps, scope)
        if declared is not None and declared.sensitive:
            return True
        if not scope.path:
            return _has_id(self.modules.root_value(name))
        if given is None:
            return declared is not None and _has_id(declared.default)
        return not is_constant(given[0]) or _has_id(given[0]["constant_value"])

    def likely_value(self, expression: Expression, scope: Scope) -> str | None:
        """Return the value of the expression's only reference, assuming that it is used
        unchanged.
        """
        references = references_in(expression)
        if len(references) != 1:
            return None
        if references[0].steps[:2] == ("data", HOME_DIVISION_TYPE):
            return self.home_division
        value = self._keys(references[0], scope, _Trail())
        return value[0] if value and isinstance(value[0], str) else None

    def references(self, expression: Expression | None, scope: Scope) -> tuple[str, ...]:
        """Return the references, as written, that an unknown value can come from."""
        if expression is None:
            return ()
        return references_of(self.trace(expression, scope))

    def _follow(
        self,
        reference: Reference,
        scope: Scope,
        rest: tuple[Step, ...],
        keys: KeyChoice,
        trail: _Trail,
    ) -> tuple[Outcome, ...]:
        steps = reference.steps
        match steps[0]:
            case "var" if len(steps) > 1:
                return self._variable(steps, scope, rest, trail)
            case "module" if len(steps) > 1:
                return self._module(reference, scope, rest, keys, trail)
            case "each" if steps[1:2] == ("value",):
                return self._each_value(reference, scope, rest, trail)
            case "each" | "count" | "path" | "terraform" | "self":
                return ()
            case "local":
                return self._local(reference, scope, rest, trail)
            case "data" if len(steps) > 2:
                if steps[1] == HOME_DIVISION_TYPE and self.home_division is not None:
                    return ()
                mode, steps = "data", steps[1:]
            case _:
                mode = "managed"
        if steps[0] == DIVISION_TYPE and mode == "managed" and len(steps) > 1:
            divisions = self.divisions.get((module_text(scope.path), str(steps[1])), {})
            return (_division_id(divisions, reference, scope, (*steps[2:], *rest)),)
        if mode == "managed" and len(steps) > 1:
            module = module_text(scope.path)
            instances = self.objects.get((module, str(steps[0]), str(steps[1])))
            if instances:
                return (_attribute(instances, reference, scope, rest, keys),)
        if steps[0] != ROLE_TYPE or len(steps) < 2:
            return (_opaque(reference, scope),)
        block = self.blocks.get((module_text(scope.path), mode, str(steps[1])))
        if block is None:
            return (_opaque(reference, scope),)
        return _role_id(block, reference, scope, (steps[2:], rest), keys)

    def _variable(
        self, steps: tuple[Step, ...], scope: Scope, rest: tuple[Step, ...], trail: _Trail
    ) -> tuple[Outcome, ...]:
        given = self._given(steps, scope)
        if given is None:
            return ()
        return self.trace(*given, (*steps[2:], *rest), trail.deeper())

    def _given(self, steps: tuple[Step, ...], scope: Scope) -> tuple[Expression, Scope] | None:
        """Return the expression that a call gives to a variable; None in the root module."""
        call = self.modules.call(scope.path) if scope.path else None
        if call is None:
            return None
        expression = decode_expressions(call.expressions).get(str(steps[1]))
        if not isinstance(expression, dict):
            return None
        return expression, Scope(scope.path[:-1], self.modules.call_repetition(scope.path))

    def _local(
        self, reference: Reference, scope: Scope, rest: tuple[Step, ...], trail: _Trail
    ) -> tuple[Outcome, ...]:
        name = ".".join(str(step) for step in reference.steps[:2])
        expression = self.resolve_local and self.resolve_local(module_text(scope.path), name)
        if not expression:
            return (_opaque(reference, scope),)
        return self.trace(
            expression, Scope(scope.path), (*reference.steps[2:], *rest), trail.deeper()
        )

    def _each_value(
        self, reference: Reference, scope: Scope, rest: tuple[Step, ...], trail: _Trail
    ) -> tuple[Outcome, ...]:
        for_each, key = scope.repetition.for_each, scope.repetition.key
        if for_each is None or key is None:
            return (_opaque(reference, scope),)
        taken = (key, *reference.steps[2:], *rest)
        return self.trace(for_each, Scope(scope.path), taken, trail.deeper())

    def _module(
        self,
        reference: Reference,
        scope: Scope,
        rest: tuple[Step, ...],
        keys: KeyChoice,
        trail: _Trail,
    ) -> tuple[Outcome, ...]:
        opaque = (_opaque(reference, scope),)
        name = str(reference.steps[1])
        parent = self.modules.module(scope.path)
        call = None if parent is None else parent.module_calls.get(name)
        if call is None:
            return opaque
        taken = (*reference.steps[2:], *rest)
        key: Step | None = None
        instances = self.modules.instance_keys(scope.path, name)
        # The configuration cannot tell: it omits a for_each of constants and functions.
        if instances - {None}:
            if taken:
                key, taken = taken[0], taken[1:]
            else:
                key = keys.choose(instances)
            if key is None or key not in instances:
                return opaque
        found = self._output(call, scope, (name, key), taken, trail)
        own = reference.steps[2:]
        if not instances - {None} or (own and own[0] in instances):
            return found
        # The key is not a literal, so it proves nothing: see `_role_id`.
        each = [self._output(call, scope, (name, k), taken, trail) for k in instances]
        roles = [one.role for outs in each for one in outs if isinstance(one, RoleId)]
        certain = len(roles) == sum(map(len, each)) == len(instances) and _equivalent(roles)
        are_attributes = all(isinstance(one, Attribute) for one in found)
        return found if certain or are_attributes or not any(each) else opaque

    def _output(
        self,
        call: ConfiguredCall,
        scope: Scope,
        instance: tuple[str, Step | None],
        taken: tuple[Step, ...],
        trail: _Trail,
    ) -> tuple[Outcome, ...]:
        """Return what an output of a module instance may come from."""
        inside = Scope((*scope.path, instance))
        if taken:
            output = call.module.outputs.get(str(taken[0]))
            if output is None:
                return (Opaque(f"{module_text(inside.path)}.{taken[0]}"),)
            return self.trace(output.expression, inside, taken[1:], trail.deeper())
        # The plan cut off the name of the output: the result is certain only without an
        # alternative.
        every = {
            outcome
            for output in call.module.outputs.values()
            for outcome in self.trace(output.expression, inside, (), trail.deeper())
            if not isinstance(outcome, Settled)
        }
        reference = module_text(inside.path)
        of = {each.address if isinstance(each, Attribute) else None for each in every}
        if len(every) > 1 and len(of) == 1 and None not in of:
            return (Attribute(str(*of), ()),)
        return tuple(every) if len(every) == 1 else (Opaque(reference),)

    def _keys(self, reference: Reference, scope: Scope, trail: _Trail) -> tuple[Step, ...]:
        """Return the reference's value, if it can be the key in a neighboring ``x.r[…]``."""
        steps = reference.steps
        if steps in (("each", "key"), ("count", "index")):
            return () if scope.repetition.key is None else (scope.repetition.key,)
        if steps[0] == "each" and scope.repetition.for_each is not None:
            over = scope.repetition.for_each
            constant = over["constant_value"] if is_constant(over) else None
            return scalar_at(constant, (scope.repetition.key, *steps[2:]))
        if steps[0] != "var" or len(steps) < 2 or trail.too_deep:
            return ()
        if not scope.path:
            return scalar_at(self.modules.root_value(str(steps[1])), steps[2:])
        given = self._given(steps, scope)
        if given is None:
            return ()
        expression, outer = given
        if is_constant(expression):
            return scalar_at(expression["constant_value"], steps[2:])
        inner = references_in(expression)
        return self._keys(inner[0], outer, trail.deeper()) if len(inner) == 1 else ()


def references_of(outcomes: tuple[Outcome, ...]) -> tuple[str, ...]:
    """Return the references by which the outcomes are reported."""
    return tuple(
        dict.fromkeys(
            f"{outcome.role.label}.id" if isinstance(outcome, RoleId) else outcome.reference
            for outcome in outcomes
            if not isinstance(outcome, Settled)
        )
    )


def _has_id(value: Any) -> bool:
    """Whether a value contains a UUID."""
    if isinstance(value, dict):
        return any(map(_has_id, value.values())) or any(map(_has_id, value))
    if isinstance(value, list):
        return any(map(_has_id, value))
    return isinstance(value, str) and _UUID.search(value) is not None


def _role_id(
    block: RoleBlock,
    reference: Reference,
    scope: Scope,
    steps: tuple[tuple[Step, ...], tuple[Step, ...]],
    keys: KeyChoice,
) -> tuple[Outcome, ...]:
    """Return the role whose id ``type.name`` leads to, after its own `steps` and the rest.

    Only a literal key proves which instance is meant. In a plan, ``[1 - count.index]`` leaves the
    same references as ``[count.index]``, and ``{for r in x : r.name => r.id}["a"]`` the same as
    ``x["a"].id``. Such a key is accepted only if all instances grant the same permissions.
    """
    key: Step | None = None
    own, rest = steps
    proven, taken = True, (*own, *rest)
    if None not in block:
        proven = bool(own) and own[0] in block
        if taken and taken[0] in block:
            key, taken = taken[0], taken[1:]
        elif not taken:
            key = keys.choose(frozenset(block))
    role = block.get(key)
    if role is None or not (proven or _equivalent(block.values())):
        return (_opaque(reference, scope),)
    if taken and taken[0] in _NEVER_AN_ID:
        return ()
    # ``{a = r.id}`` read at ``a`` has a step after the id, ``{a = r}`` read at ``a.id`` has it
    # before.
    if not taken or taken[0] == "id" or taken[-1] == "id":
        return (RoleId(role),)
    return (_opaque(reference, scope),)


def _attribute(
    instances: frozenset[Step | None],
    reference: Reference,
    scope: Scope,
    rest: tuple[Step, ...],
    keys: KeyChoice,
) -> Attribute | Opaque:
    """Return an instance's attribute; the key is a literal, or the key of the repetition."""
    key, taken = None, (*reference.steps[2:], *rest)
    if None not in instances:
        if taken and taken[0] in instances:
            key, taken = taken[0], taken[1:]
        elif not taken:
            key = keys.choose(instances)
        if key is None:
            return _opaque(reference, scope)
    kind, name = reference.steps[:2]
    return Attribute(_whole(f"{kind}.{name}{index_text(key)}", scope), taken)


def _division_id(
    block: DivisionBlock, reference: Reference, scope: Scope, taken: tuple[Step, ...]
) -> DivisionId | Opaque:
    """Return the referenced division, if its key is a literal or it has none."""
    key = None
    if None not in block and taken:
        key, taken = taken[0], taken[1:]
    if key not in block or taken not in ((), ("id",)):
        return _opaque(reference, scope)
    return DivisionId(block[key], _whole(reference.text, scope))


def _opaque(reference: Reference, scope: Scope) -> Opaque:
    """Return a reference that is not followed, with the address of its module."""
    text = reference.text
    return Opaque(text if reference.steps[0] in _OF_THE_BLOCK else _whole(text, scope))


def _whole(text: str, scope: Scope) -> str:
    return f"{module_text(scope.path)}.{text}" if scope.path else text


def _equivalent(roles: Iterable[Role]) -> bool:
    """Whether it makes no difference which of the roles a client gets."""
    return len({_permitted(role) for role in roles}) == 1


def _permitted(role: Role) -> tuple[frozenset[tuple[str, bool]], tuple[Unknown, ...]]:
    permitted = frozenset((each.pattern, each.conditional) for each in role.permissions)
    return permitted, role.unknown
