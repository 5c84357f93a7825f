"""Validate policies beyond their schema.

The functions return all problems as `DocumentError`s, so that an author sees them at once.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import UNSET

from toolkit.catalog.catalog import Catalog
from toolkit.contracts.contract import Operation
from toolkit.documents.document import raise_all
from toolkit.documents.wording import named, nearest_of, quoted, suggestion
from toolkit.errors import DocumentError
from toolkit.policy.attributes import ATTRIBUTES, OPERATORS, AttributeKind
from toolkit.policy.document import (
    LEGACY_PERMISSIONS,
    RULE_KINDS,
    ForbiddenAccess,
    LoadedPolicy,
    Operator,
    Permissions,
    Policy,
    Rule,
    Setting,
    operations_named,
)
from toolkit.policy.patterns import PatternError, compiled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from toolkit.documents import Document

_Path: TypeAlias = tuple[str | int, ...]

_WORDS_FOR_DIVISIONS: Final = ("any", "home", "all")
#: The limit for all regular expressions of a policy together; nobody can read more.
_MAX_PATTERNS: Final = 10_000
#: The number of unknown operations that get a suggestion. Among thousands of published names each
#: suggestion takes 50 ms, and an untrusted policy may name thousands.
_MOST_MEANT: Final = 20
_PERMISSION_HINT: Final = (
    "A permission is domain:entity:action, such as recording:recording:view, or one of "
    f"the old names {' and '.join(LEGACY_PERMISSIONS)}."
)


def validate(loaded: Sequence[LoadedPolicy], checks: Collection[str], catalog: Catalog) -> None:
    """Validate policies that are used together; `checks` are the ids of the built-in checks.

    Raises the first `DocumentError`, with all others attached.
    """
    first: dict[tuple[str, tuple[int, int]], DocumentError] = {}
    for error in _faults(loaded, checks, catalog):
        # A second error in the same place is mostly a consequence of the first.
        first.setdefault((error.message.partition(":")[0], error.place), error)
    raise_all(first.values())


def _faults(
    loaded: Sequence[LoadedPolicy], checks: Collection[str], catalog: Catalog
) -> Iterator[DocumentError]:
    for one in loaded:
        yield from _faults_of_operations(one, catalog)
        yield from _faults_of_one(one.policy, one.document, checks)
    yield from _contradictions(loaded)
    yield from _ids_used_twice(loaded, checks)
    rules = {rule.id for one in loaded for rule in one.policy.rules}
    for one in loaded:
        yield from _faults_of_waivers(one.policy, one.document, rules | set(checks))


def _faults_of_operations(loaded: LoadedPolicy, catalog: Catalog) -> Iterator[DocumentError]:
    """Yield an error for each operation that is neither published nor in the policy's contracts."""
    policy, document = loaded.policy, loaded.document
    left = _MOST_MEANT
    for index, rule in enumerate(policy.rules):
        for place, at, name in operations_named(rule):
            if name in loaded.operations or name in loaded.published:
                continue
            path: _Path = ("rules", index, *place, "operations", at)
            near = nearest_of(name, {*loaded.operations, *catalog.operations}) if left else []
            left = max(0, left - 1)
            meant = f"; did you mean {' or '.join(map(quoted, near))}?" if near else ""
            yield document.error(
                f"{named(path)}: neither the published API of {catalog.header.date} nor a contract "
                f"of this policy has the operation {quoted(name)}{meant}",
                path,
                hint="'recording-toolkit catalog search WORDS' finds operations.",
            )


def _contradictions(loaded: Sequence[LoadedPolicy]) -> Iterator[DocumentError]:
    """Yield an error if two policies mean different operations by the same id."""
    known: dict[str, Operation] = {}
    # An operation from the catalog must not mean something else in another policy's contract.
    for one in sorted(loaded, key=lambda each: not each.operations):
        for name, operation in {**one.published, **one.operations}.items():
            if _needs(known.setdefault(name, operation)) != _needs(operation):
                yield one.document.error(
                    f"another policy in use defines the operation {quoted(name)} differently",
                    ("contracts",) if name in one.operations else ("rules",),
                    hint="Use the policies one at a time, or name the same contract in both.",
                )


def _needs(operation: Operation) -> tuple[object, ...]:
    return (operation.scopes, operation.permissions, operation.user_context)


def _faults_of_one(
    policy: Policy, document: Document, checks: Collection[str]
) -> Iterator[DocumentError]:
    if not policy.rules:
        yield document.error(
            "the policy has no rules, so it would check nothing", ("rules",), hint="Add a rule."
        )
    yield from _faults_of_many_patterns(policy, document)
    for index, rule in enumerate(policy.rules):
        yield from _faults_of_rule(rule, document, ("rules", index))
    for name in policy.checks:
        if name not in checks:
            yield document.error(
                f"unknown check {quoted(name)}{suggestion(name, checks)}",
                ("checks", name),
                hint=listing("Checks", checks),
            )
    for index, role in enumerate(policy.roles):
        path: _Path = ("roles", index)
        if role.name is None and role.id is None:
            yield document.error(
                f"{named(path)} has neither a name nor an id", path, hint="Say which role it is."
            )
        yield from _faults_of_patterns(role.permissions, document, (*path, "permissions"))
    if policy.operator is not None:
        yield from _faults_of_operator(policy.operator, document)


def _faults_of_operator(operator: Operator, document: Document) -> Iterator[DocumentError]:
    path: _Path = ("operator",)
    yield from _faults_of_patterns(operator.permissions, document, (*path, "permissions"))
    division = operator.division
    if division not in ("all", "home"):
        meant = "all" if division in ("*", "any") else division.strip().lower()
        if meant in ("all", "home"):
            yield document.error(
                f"{named((*path, 'division'))} is {quoted(division)}; "
                f"did you mean {quoted(meant)}?",
                (*path, "division"),
                hint="The operator's division is all, home or an id.",
            )


def _faults_of_many_patterns(policy: Policy, document: Document) -> Iterator[DocumentError]:
    settings = [one for rule in policy.rules for one in (rule.settings or {}).values()]
    patterns = [p for one in settings for p in (one.matches, one.each_matches) if p is not UNSET]
    length = sum(map(len, patterns))
    if length > _MAX_PATTERNS:
        yield document.error(
            f"the regular expressions of the policy have {length:,} characters, more than "
            f"{_MAX_PATTERNS:,}",
            ("rules",),
            hint="To compare with fixed texts, use one_of.",
        )


def _faults_of_rule(rule: Rule, document: Document, path: _Path) -> Iterator[DocumentError]:
    written = document.value["rules"][path[-1]]
    given = [kind for kind in RULE_KINDS if kind in written]
    if len(given) != 1:
        have = f"has {' and '.join(given)}" if given else "asks for nothing"
        yield document.error(
            f"{named(path)} ({rule.id}) {have}",
            (*path, given[1]) if given else path,
            hint="A rule has exactly one of require, forbid, settings and change.",
        )
        return
    kind: _Path = (*path, given[0])
    if rule.require is not None:
        yield from _faults_of_needed(
            rule.require.scopes.all_of, document, (*kind, "scopes", "all_of")
        )
        yield from _faults_of_needed(
            rule.require.scopes.any_of, document, (*kind, "scopes", "any_of")
        )
        yield from _faults_of_permissions(
            rule.require.permissions, document, (*kind, "permissions")
        )
        something = rule.require.scopes, rule.require.permissions
        asks = bool(rule.require.operations) or any(p.all_of or p.any_of for p in something)
    elif rule.forbid is not None:
        yield from _faults_of_names(rule.forbid.scopes, document, (*kind, "scopes"))
        yield from _faults_of_patterns(rule.forbid.permissions, document, (*kind, "permissions"))
        asks = bool(rule.forbid.scopes or rule.forbid.permissions)
    elif rule.change is not None:
        sides = (("forbid_gain", rule.change.forbid_gain), ("forbid_loss", rule.change.forbid_loss))
        for key, side in sides:
            yield from _faults_of_names(side.scopes, document, (*kind, key, "scopes"))
            yield from _faults_of_patterns(side.permissions, document, (*kind, key, "permissions"))
        asks = rule.change.forbid_replacement or any(side != ForbiddenAccess() for _, side in sides)
    else:
        for name, setting in (rule.settings or {}).items():
            yield from _faults_of_setting(name, setting, document, (*kind, name))
        asks = bool(rule.settings)
    if not asks:
        hint = "Name operations, scopes, permissions or, under settings, attributes; or remove it."
        yield document.error(f"{named(kind)} asks for nothing", kind, hint=hint)


def _faults_of_names(
    names: Sequence[str], document: Document, path: _Path
) -> Iterator[DocumentError]:
    """Yield an error for each name that no client can hold, so that it could never be met."""
    for index, name in enumerate(names):
        if re.search(r"\s", name):
            yield document.error(
                f"{named(path)} has {quoted(name)}, which has a space in it",
                (*path, index),
                hint="Write one name per entry.",
            )


def _faults_of_needed(
    names: Sequence[str], document: Document, path: _Path
) -> Iterator[DocumentError]:
    yield from _faults_of_names(names, document, path)
    for index, name in enumerate(names):
        if "*" in name:
            yield document.error(
                f"{named(path)} has {quoted(name)}: * is not allowed in a require",
                (*path, index),
                hint="Name each one that is needed.",
            )


def _faults_of_permissions(
    permissions: Permissions, document: Document, path: _Path
) -> Iterator[DocumentError]:
    for key, names in (("all_of", permissions.all_of), ("any_of", permissions.any_of)):
        yield from _faults_of_needed(names, document, (*path, key))
        yield from _faults_of_patterns(names, document, (*path, key))
    division = permissions.division
    if division not in _WORDS_FOR_DIVISIONS:
        meant = "all" if division == "*" else division.strip().lower()
        if meant in _WORDS_FOR_DIVISIONS:
            yield document.error(
                f"{named((*path, 'division'))} is {quoted(division)}; "
                f"did you mean {quoted(meant)}?",
                (*path, "division"),
                hint="A division is any, home, all or an id.",
            )


def validate_patterns(patterns: Sequence[str], document: Document, path: _Path) -> None:
    """Raise `DocumentError` about texts that are not permissions."""
    raise_all(_faults_of_patterns(patterns, document, path))


def _faults_of_patterns(
    patterns: Sequence[str], document: Document, path: _Path
) -> Iterator[DocumentError]:
    yield from _faults_of_names(patterns, document, path)
    for index, pattern in enumerate(patterns):
        parts = pattern.split(":")
        problem = None
        if pattern in LEGACY_PERMISSIONS:
            continue
        if len(parts) != 3 or not all(parts):
            problem, hint = "which is not a permission", _PERMISSION_HINT
        elif any("*" in part and part != "*" for part in parts):
            problem, hint = "where a * is only part of a segment", "A * stands for a whole segment."
        if problem is not None and not re.search(r"\s", pattern):
            message = f"{named(path)} has {quoted(pattern)}, {problem}"
            yield document.error(message, (*path, index), hint=hint)


def _faults_of_setting(
    name: str, setting: Setting, document: Document, path: _Path
) -> Iterator[DocumentError]:
    if name not in ATTRIBUTES:
        hint = listing("Attributes", ATTRIBUTES)
        if name == "roles":
            hint = "Use require and forbid for the permissions of roles."
        yield document.error(
            f"unknown attribute {quoted(name)}{suggestion(name, ATTRIBUTES)}", path, hint=hint
        )
        return
    kind = ATTRIBUTES[name]
    operators = {key: value for key, value in _operators(setting) if value is not UNSET}
    if not operators:
        yield document.error(
            f"{named(path)} asks for nothing", path, hint=listing("Operators", OPERATORS[kind])
        )
    for operator, wanted in operators.items():
        where = (*path, operator)
        if operator not in OPERATORS[kind]:
            yield document.error(
                f"{named(where)} can never hold: {name} is {kind}",
                where,
                hint=listing("Operators for it", OPERATORS[kind]),
            )
            continue
        if operator in ("matches", "each_matches"):
            yield from _faults_of_regex(wanted, document, where)
        elif operator == "one_of" and not wanted:
            yield document.error(f"{named(where)} is empty", where, hint="List what is allowed.")
        for value in wanted if operator == "one_of" else (wanted,):
            if not is_of_kind(value, kind):
                shown = quoted(value) if isinstance(value, str) else str(value).lower()
                yield document.error(
                    f"{named(where)} can never hold: {name} is {kind}, not {shown}",
                    where,
                    hint="Write text in quotes; numbers, true and false without.",
                )


def _operators(setting: Setting) -> Iterator[tuple[str, Any]]:
    return ((key, getattr(setting, key)) for key in setting.__struct_fields__)


def is_of_kind(value: object, kind: AttributeKind) -> bool:
    """Whether an attribute of the kind can equal the value. Null means that it is not set."""
    match kind:
        case "a number":
            return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        case "true or false":
            return value is None or isinstance(value, bool)
    return value is None or isinstance(value, str)


def _faults_of_regex(pattern: str, document: Document, path: _Path) -> Iterator[DocumentError]:
    try:
        compiled(pattern)
    except PatternError as error:
        yield document.error(
            f"{named(path)} is not a regular expression: {error}", path, hint=error.hint
        )


def _ids_used_twice(
    loaded: Sequence[LoadedPolicy], checks: Collection[str]
) -> Iterator[DocumentError]:
    first: dict[str, str] = {}
    for one in loaded:
        for index, rule in enumerate(one.policy.rules):
            path: _Path = ("rules", index, "id")
            if rule.id in checks:
                yield one.document.error(
                    f"the id {quoted(rule.id)} is the id of a built-in check",
                    path,
                    hint="Choose another id, or set the check's severity under checks.",
                )
            if rule.id in first:
                yield one.document.error(
                    f"the id {quoted(rule.id)} is used twice, first at {first[rule.id]}",
                    path,
                    hint="Give each rule a unique id, also across policies.",
                )
            first.setdefault(rule.id, f"{one.document.path}:{one.document.line_of(path)}")


def _faults_of_waivers(
    policy: Policy, document: Document, known: Collection[str]
) -> Iterator[DocumentError]:
    for index, waiver in enumerate(policy.waivers):
        path: _Path = ("waivers", index)
        if waiver.rule not in known:
            yield document.error(
                f"{named(path)} is for {quoted(waiver.rule)}, which is neither a rule nor a check"
                f"{suggestion(waiver.rule, known)}",
                (*path, "rule"),
                hint=listing("Known", known),
            )
        if not waiver.reason.strip():
            yield document.error(
                f"{named(path)} has no reason", (*path, "reason"), hint="Say why it is accepted."
            )
        if not is_day(waiver.expires):
            yield document.error(
                f"{named((*path, 'expires'))} is {quoted(waiver.expires)}, which is not a "
                "valid date",
                (*path, "expires"),
                hint="Write the last day on which the waiver holds, as YYYY-MM-DD.",
            )


def is_day(text: str) -> bool:
    """Whether the text is a valid date. The schema checks only its form."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def listing(what: str, names: Collection[str]) -> str:
    return f"{what}: {', '.join(sorted(names)) or 'none'}."
