"""The files that `policy derive` writes: a policy as YAML, clients and a role as Terraform."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from msgspec import Struct

from toolkit.lazily import pattern
from toolkit.model.clients import CLIENT_CREDENTIALS, CLIENT_TYPE, ROLE_TYPE
from toolkit.model.permissions import READONLY
from toolkit.policy.requirements import Clause

_BY = "recording-toolkit policy derive"
_WIDTH = 80
_WORD = pattern(r"[A-Za-z][A-Za-z0-9_-]*")


class Wanted(Struct, frozen=True):
    """The data of both files.

    `choices` are the clauses that more than one name would satisfy; the open ones are operations
    with unknown needs. `user_context` are operations that may refuse a client without a logged-in
    user. `narrowed` are permissions that recorded request bodies show to be needed.
    """

    name: str
    grant_types: tuple[str, ...]
    operations: tuple[str, ...]
    contracts: tuple[str, ...]
    date: str
    scopes: tuple[str, ...]
    scope_choices: tuple[Clause, ...]
    permissions: tuple[str, ...]
    permission_choices: tuple[Clause, ...]
    open_scopes: tuple[str, ...]
    open_permissions: tuple[str, ...]
    user_context: tuple[str, ...]
    unmatched: tuple[str, ...]
    narrowed: tuple[str, ...] = ()

    @property
    def clients(self) -> tuple[tuple[str, str], ...]:
        """Return the name and the grant type of each client."""
        if len(self.grant_types) == 1:
            return ((self.name, self.grant_types[0]),)
        return tuple((f"{self.name}-{each.lower()}", each) for each in self.grant_types)

    @property
    def needs_no_scopes(self) -> bool:
        """Whether a user grant without any scope can make all of the calls."""
        users = any(each != CLIENT_CREDENTIALS for each in self.grant_types)
        return users and not self.scopes and not self.open_scopes


def policy_text(wanted: Wanted) -> str:
    """Return the policy: one rule that names the operations."""
    lines = [f"# Made by '{_BY}' from the published API of {wanted.date}."]
    if wanted.unmatched:
        lines += ["# These recorded calls are of no known operation, so nothing here is for them:"]
        lines += [f"#   {each}" for each in wanted.unmatched]
    lines += [
        "version: 1",
        f"name: {_plain(wanted.name)}",
        "description: The client holds what its calls need.",
    ]
    if wanted.contracts:
        lines.append(f"contracts: [{', '.join(map(_plain, wanted.contracts))}]")
    lines += [
        "rules:",
        "  - id: CALLS",
        "    title: Can make its calls",
        "    clients:",
        f"      name: [{', '.join(json.dumps(name) for name, _ in wanted.clients)}]",
        "    require:",
        "      operations:",
        *(f"        - {_plain(name)}" for name in wanted.operations),
    ]
    if wanted.narrowed:
        lines += ["      # Of what the operations list as alternatives, what the calls do:"]
        lines += ["      permissions:", "        all_of:"]
        lines += [f"          - {_plain(name)}" for name in wanted.narrowed]
    if wanted.needs_no_scopes:
        lines += ["# The operations take no scope.", "checks: {client-without-scopes: off}"]
    return "\n".join(lines) + "\n"


def terraform_text(wanted: Wanted) -> str:
    """Return a client for each grant type, and the role for CLIENT-CREDENTIALS."""
    blocks = []
    for name, grant_type in wanted.clients:
        blocks.append(
            _service(wanted, name)
            if grant_type == CLIENT_CREDENTIALS
            else _user_grant(wanted, name, grant_type)
        )
    head = f"# Made by '{_BY}' from the published API of {wanted.date}."
    return "\n\n".join([head, *blocks]) + "\n"


def _user_grant(wanted: Wanted, name: str, grant_type: str) -> str:
    return "\n".join(
        [
            "# A user logs in. The scopes are the client's; each call also needs the permission,",
            "# which the user brings.",
            *_choices("scope", wanted.scope_choices, wanted.scopes),
            *_open("scopes", wanted.open_scopes),
            f'resource "{CLIENT_TYPE}" "{name}" {{',
            f"  name                  = {_text(name)}",
            f"  authorized_grant_type = {_text(grant_type)}",
            *_list("  scopes                = ", wanted.scopes),
            "}",
        ]
    )


def _service(wanted: Wanted, name: str) -> str:
    legacy = [each for each in wanted.permissions if each.count(":") != 2]
    return "\n".join(
        [
            "# Nobody logs in: the client may do what its role grants, in the home division.",
            *_choices("permission", wanted.permission_choices, wanted.permissions),
            *_open("permissions", wanted.open_permissions),
            *(
                f"# {name} may refuse it all the same: it may want a user."
                for name in wanted.user_context
            ),
            *(
                ["# The calls need no permission; a client without any role would be refused."]
                if not (wanted.permissions or wanted.open_permissions)
                else []
            ),
            f'resource "{ROLE_TYPE}" "{wanted.name}" {{',
            *(
                [f"  name        = {_text(wanted.name)}", *_list("  permissions = ", legacy)]
                if legacy
                else [f"  name = {_text(wanted.name)}"]
            ),
            *_policies(each for each in wanted.permissions if each not in legacy),
            "}",
            "",
            f'resource "{CLIENT_TYPE}" "{name}" {{',
            f"  name                  = {_text(name)}",
            f"  authorized_grant_type = {_text(CLIENT_CREDENTIALS)}",
            "",
            "  roles {",
            f"    role_id = {ROLE_TYPE}.{wanted.name}.id",
            "  }",
            "}",
        ]
    )


def _policies(permissions: Iterable[str]) -> Iterator[str]:
    parts = sorted(tuple(each.split(":")) for each in permissions)
    for (domain, entity), group in groupby(parts, key=lambda each: each[:2]):
        yield ""
        yield "  permission_policies {"
        yield f"    domain      = {_text(domain)}"
        yield f"    entity_name = {_text(entity)}"
        yield from _list("    action_set  = ", [each[2] for each in group])
        yield "  }"


def _choices(kind: str, choices: Iterable[Clause], chosen: tuple[str, ...]) -> Iterator[str]:
    """Yield a comment for each clause that another name satisfies too; a person decides."""
    for clause in choices:
        # A read-only name beside the full one is not a choice that a person must make.
        if len({name.removesuffix(READONLY) for name in clause}) > 1:
            yield f"# Of these {kind}s one is enough; (here) is what opens least over all calls:"
            yield from (f"#   {name}{' (here)' if name in chosen else ''}" for name in clause)


def _open(what: str, operations: Iterable[str]) -> Iterator[str]:
    for name in operations:
        yield f"# NOT KNOWN: the {what} that {name} needs. Add them here."


def _list(before: str, values: Iterable[str]) -> list[str]:
    """Return the list on one line, or with a line for each value if that is too long."""
    texts = [_text(each) for each in values]
    line = f"{before}[{', '.join(texts)}]"
    if len(line) <= _WIDTH:
        return [line]
    # `terraform fmt` aligns the equals signs of single-line attributes only.
    name = before.split()[0]
    indent = " " * (len(before) - len(before.lstrip()))
    return [f"{indent}{name} = [", *(f"{indent}  {text}," for text in texts), f"{indent}]"]


def _plain(value: str) -> str:
    """Return a YAML scalar, in quotes if a parser could read it as another type."""
    plain = _WORD.fullmatch(value) and value.lower() not in ("true", "false", "null")
    return value if plain else json.dumps(value)


def _text(value: str) -> str:
    """Return an HCL string without templates."""
    return json.dumps(value).replace("${", "$${").replace("%{", "%%{")
