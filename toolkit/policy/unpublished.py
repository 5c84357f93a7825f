"""Names in a policy that are neither published nor in one of its contracts: possible typos.

A rule that forbids a misspelled name passes for every client, and a rule that requires one passes
for none. A known role that grants a misspelled name hides a violation of the intended name. This is
not an error, because the catalog has only the permissions that operations require.
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
    """Return one problem for each such name in a rule or a role, in document order.

    If the policy switches off the built-in check of a kind (`unpublished-scope` or
    `unpublished-permission`), it is for a private API, and names of that kind are not reported.
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
                f"{verb} {quoted(name)}, but the published API has no such {kind}",
                path,
                hint=phrase(near(name, catalog)) or None,
            )
            found.append((error.place, Problem(error.message, error.hint)))
    return [problem for _, problem in sorted(found)]


def _scopes_of(operation: Operation) -> Iterator[str]:
    for way in operation.scopes or ():
        yield from way


def _names(policy: Policy) -> Iterator[tuple[str, JsonPath, str, str]]:
    """Yield the verb for the message, the path, the kind and the name of each name in a policy."""
    for at, rule in enumerate(policy.rules):
        for path, kind, name in _of_rule(rule):
            yield f"{path[0]}s", ("rules", at, *path), kind, name
    for at, role in enumerate(policy.roles):
        for number, name in enumerate(role.permissions):
            yield "grants", ("roles", at, "permissions", number), "permission", name


def _of_rule(rule: Rule) -> Iterator[tuple[JsonPath, str, str]]:
    """Yield the path in the rule, the kind and the name of each name in a rule."""
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
