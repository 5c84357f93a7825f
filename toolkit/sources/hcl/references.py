"""What the first words of a reference stand for."""

from __future__ import annotations

from toolkit.sources.hcl.expressions import Reference, Step
from toolkit.sources.hcl.scopes import Scope
from toolkit.sources.hcl.steps import module_values, resource_values
from toolkit.sources.hcl.values import BY_DECLARATION, BY_PLAN, Computed, Value, missing


def follow(reference: Reference, scope: Scope) -> tuple[Value, tuple[Step, ...]]:
    """The value that the reference starts from, and the steps that are left."""
    root, steps, instance = reference.root, reference.steps, scope.instance
    if root in scope.names:
        return scope.names[root], steps
    first = steps[0] if steps else None
    second = steps[1] if len(steps) > 1 else None
    third = steps[2] if len(steps) > 2 else None
    if isinstance(first, str):
        match root:
            case "var":
                return instance.variable(first), steps[1:]
            case "local":
                return instance.local(first), steps[1:]
            case "module":
                return module_values(instance, first), steps[1:]
            case "path" if first != "cwd":
                return Computed(reference.text), steps[1:]
            case "data" if isinstance(second, str):
                return resource_values(instance, first, second, is_data=True), steps[2:]
            case "path" | "terraform" | "each" | "count" | "self" | "ephemeral":
                return missing(reference.text, BY_PLAN), ()
        if third is None or root.isidentifier():
            return resource_values(instance, root, first, is_data=False), steps[1:]
    # A word by itself is perhaps a string that lost its quotes.
    return missing(reference.text, BY_PLAN if steps else BY_DECLARATION), ()
