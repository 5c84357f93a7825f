"""Validate test cases beyond their schema.

Every function raises `DocumentError` for the first problem that it finds, and otherwise returns
None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from toolkit.documents.wording import named, quoted, suggestion
from toolkit.lazily import pattern
from toolkit.policy.attributes import ATTRIBUTES
from toolkit.policy.cases import INPUTS, NO_RESULT, UnknownValue
from toolkit.policy.validation import is_day, is_of_kind, listing, validate_patterns

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from toolkit.documents import Document
    from toolkit.policy.cases import Case, CaseClient, CaseRole
    from toolkit.policy.document import Policy

_Path: TypeAlias = tuple[str | int, ...]

# On any system, such a path stays in the folder that the files are written to.
_FILE: Final = pattern(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_LONGEST_FILE: Final = 200
#: The attributes for which a client of a case has a key of its own.
_OWN_KEYS: Final = {"name": "name", "authorized_grant_type": "grant_type", "scopes": "scopes"}
#: The possible outcomes of a built-in check: it fires, or there is no result.
_OF_BUILT_INS: Final = ("fail", "waived", NO_RESULT)


def validate_cases(
    cases: Sequence[Case], document: Document, policy: Policy, checks: Collection[str]
) -> None:
    """Validate the cases of a policy; `checks` are the ids of the built-in checks."""
    if not cases:
        raise document.error(
            "there are no cases, so nothing would be tested", ("cases",), hint="Add a case."
        )
    rules = [rule.id for rule in policy.rules]
    names: dict[str, int] = {}
    for index, case in enumerate(cases):
        path: _Path = ("cases", index)
        if case.name in names:
            raise document.error(
                f"{named(path)} has the name of the case in line {names[case.name]}: "
                f"{quoted(case.name)}",
                (*path, "name"),
                hint="Say what makes this one different.",
            )
        names[case.name] = document.line_of(path)
        if case.today is not None and not is_day(case.today):
            raise document.error(
                f"{named((*path, 'today'))} is {quoted(case.today)}, which is not a valid date",
                (*path, "today"),
                hint="Write the day by which waivers are judged, as YYYY-MM-DD.",
            )
        _validate_input(case, document, path)
        _validate_expectations(case, document, path, rules, checks)


def _validate_input(case: Case, document: Document, path: _Path) -> None:
    given = [key for key in INPUTS if key in document.value["cases"][path[-1]]]
    if len(given) != 1 or getattr(case, given[0]) is None:
        have = f"has {' and '.join(given)}" if len(given) > 1 else "has no input"
        raise document.error(
            f"{named(path)} ({case.name}) {have}",
            (*path, given[1]) if len(given) > 1 else path,
            hint="A case has exactly one of terraform, plan and clients.",
        )
    if case.variables and case.terraform is None:
        raise document.error(
            f"{named((*path, 'variables'))} are for terraform only", (*path, "variables"),
            hint="A plan has its values already, and a list of clients has them written out.",
        )  # fmt: skip
    if isinstance(case.terraform, dict):
        _validate_files(case.terraform, document, (*path, "terraform"))
    for index, client in enumerate(case.clients or ()):
        _validate_client(client, document, (*path, "clients", index))


def _validate_files(files: Collection[str], document: Document, path: _Path) -> None:
    if not files:
        raise document.error(f"{named(path)} is empty", path, hint="Name a file: main.tf.")
    seen: dict[str, str] = {}
    for name in files:
        if not _FILE.fullmatch(name) or len(name) > _LONGEST_FILE:
            raise document.error(
                f"{named(path)} has {quoted(name)}, which is not the name of a file below it",
                (*path, name),
                hint="Names are like main.tf or modules/client/main.tf.",
            )
        # Two names that differ only in case are one file on some systems.
        folded = name.lower()
        parts = folded.split("/")
        for other in ["/".join(parts[: end + 1]) for end in range(len(parts))]:
            if other in seen:
                raise document.error(
                    f"{named(path)} has {quoted(name)}, which is in the way of "
                    f"{quoted(seen[other])}",
                    (*path, name),
                    hint="Rename one of them.",
                )
        if any(other.startswith(f"{folded}/") for other in seen):
            raise document.error(
                f"{named(path)} has {quoted(name)} as a file and as a folder",
                (*path, name),
                hint="Rename one of them.",
            )
        seen[folded] = name


def _validate_client(client: CaseClient, document: Document, path: _Path) -> None:
    for name, value in client.settings.items():
        where = (*path, "settings", name)
        if name in _OWN_KEYS:
            raise document.error(
                f"{named(where)} is not a setting of a case", where,
                hint=f"Write it as {_OWN_KEYS[name]} of the client.",
            )  # fmt: skip
        if name not in ATTRIBUTES:
            raise document.error(
                f"unknown attribute {quoted(name)}{suggestion(name, ATTRIBUTES)}",
                where,
                hint=listing("Attributes", ATTRIBUTES.keys() - _OWN_KEYS.keys()),
            )
        if isinstance(value, UnknownValue):
            continue
        kind = ATTRIBUTES[name]
        is_set = kind == "a set of texts"
        if isinstance(value, tuple) != is_set or (not is_set and not is_of_kind(value, kind)):
            raise document.error(
                f"{named(where)} is {kind}", where, hint="Write a value of that kind, or unknown."
            )
    if isinstance(client.roles, tuple):
        for index, role in enumerate(client.roles):
            _validate_role(role, document, (*path, "roles", index))


def _validate_role(role: CaseRole, document: Document, path: _Path) -> None:
    if role.permissions is not None:
        validate_patterns(role.permissions, document, (*path, "permissions"))
    elif role.name is None and role.id is None and role.unknown is None:
        raise document.error(
            f"{named(path)} says nothing about the role", path,
            hint="Give it permissions; or a name, an id or what makes it unknown.",
        )  # fmt: skip
    if role.division == "any":
        where = (*path, "division")
        raise document.error(
            f"{named(where)} cannot be any", where,
            hint="A role is granted in one division (home or an id) or in all.",
        )  # fmt: skip


def _validate_expectations(
    case: Case,
    document: Document,
    path: _Path,
    rules: Collection[str],
    checks: Collection[str],
) -> None:
    if not case.expect and not case.unmatched and not case.exact:
        raise document.error(
            f"{named(path)} ({case.name}) expects nothing, so it would test nothing",
            path,
            hint="Under expect, write the verdict for each client and rule.",
        )
    for client, wanted in case.expect.items():
        where = (*path, "expect", client)
        if not wanted:
            raise document.error(f"{named(where)} is empty", where, hint="Name a rule.")
        for rule, verdict in wanted.items():
            _validate_rule(rule, document, (*where, rule), {*rules, *checks})
            if rule in checks and verdict not in _OF_BUILT_INS:
                raise document.error(
                    f"{named((*where, rule))} can never be {quoted(verdict)}: built-in checks are "
                    "reported only when they fire",
                    (*where, rule),
                    hint=f"Want one of {', '.join(_OF_BUILT_INS)}.",
                )
    for index, rule in enumerate(case.unmatched):
        _validate_rule(rule, document, (*path, "unmatched", index), rules)


def _validate_rule(rule: str, document: Document, path: _Path, known: Collection[str]) -> None:
    if rule not in known:
        raise document.error(
            f"the policy has no rule {quoted(rule)}{suggestion(rule, known)}",
            path,
            hint=listing("Known", known),
        )
