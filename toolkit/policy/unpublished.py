"""Names in a policy that nothing published has, nor a contract of it: they may be misspelled.

A rule that forbids such a name passes whatever a client holds, and one that requires it is passed
by none. A role that is known to grant it lets pass what forbids the name that was meant. It is not
an error: the published permissions are those that operations ask for, not all.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.catalog.catalog import Catalog, including
from toolkit.catalog.nearest import nearest_permission, nearest_scope, phrase
from toolkit.contracts.contract import Operation
from toolkit.documents.document import JsonPath
from toolkit.documents.wording import quoted
from toolkit.model.permissions import permissions_overlap, scope_violates
from toolkit.model.report import Problem
from toolkit.policy.document import LoadedPolicy, Policy, Rule


def unpublished_names(loaded: LoadedPolicy, catalog: Catalog) -> list[Problem]:
    """One problem for each such name of a rule or a role, in the order in which they stand.

    None of a kind whose built-in check (`unpublished-scope`, `unpublished-permission`) the policy
    switches off: it is for an API of its own.
    """
    checks = loaded.policy.checks
    scopes, permissions = set(catalog.scopes), set[str]()
    for operation in loaded.operations.values():
        scopes.update(_scopes_of(operation))
        permissions.update(operation.permissions.names if operation.permissions else ())

    def unknown(kind: str, name: str) -> bool:
        if kind == "permission":
            return not catalog.has_permission(name) and not any(
                permissions_overlap(name, known) for known in permissions
            )
        return including(name) not in scopes and not any(
            scope_violates(known, name) for known in scopes
        )

    found = []
    for verb, path, kind, name in _names(loaded.policy):
        if checks.get(f"unpublished-{kind}") != "off" and unknown(kind, name):
            near = nearest_permission if kind == "permission" else nearest_scope
            error = loaded.document.error(
                f"{verb} {quoted(name)}, and nothing published has such a {kind}",
                path,
                hint=phrase(near(name, catalog)) or None,
            )
            found.append((error.place, Problem(error.message, error.hint)))
    return [problem for _, problem in sorted(found)]


def _scopes_of(operation: Operation) -> Iterator[str]:
    for way in operation.scopes or ():
        yield from way


def _names(policy: Policy) -> Iterator[tuple[str, JsonPath, str, str]]:
    """What is said of the names in a policy, where they stand, what they are names of, and they."""
    for at, rule in enumerate(policy.rules):
        for path, kind, name in _of_rule(rule):
            yield f"{path[0]}s", ("rules", at, *path), kind, name
    for at, role in enumerate(policy.roles):
        for number, name in enumerate(role.permissions):
            yield "grants", ("roles", at, "permissions", number), "permission", name


def _of_rule(rule: Rule) -> Iterator[tuple[JsonPath, str, str]]:
    """Where in a rule names stand, what they are names of, and the names."""
    if rule.forbid is not None:
        for kind, names in (("scope", rule.forbid.scopes), ("permission", rule.forbid.permissions)):
            for at, name in enumerate(names):
                yield ("forbid", f"{kind}s", at), kind, name
    if rule.require is not None:
        for kind, part in (
            ("scope", rule.require.scopes),
            ("permission", rule.require.permissions),
        ):
            for key, names in (("all_of", part.all_of), ("any_of", part.any_of)):
                for at, name in enumerate(names):
                    yield ("require", f"{kind}s", key, at), kind, name
