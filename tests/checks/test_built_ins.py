from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.judging.build import (
    CC,
    COUNT,
    DIVISION,
    GRANT_TYPE,
    NAME,
    ROLES,
    SCOPES,
    about,
    client,
    evaluate,
    grant,
    policy,
    requiring,
    rule,
    unknown,
)
from toolkit.catalog.catalog import SHIPPED
from toolkit.checks.registry import BUILT_INS
from toolkit.contracts.contract import Operation, PermissionMode, Permissions, UserContext
from toolkit.contracts.reader import load_contract
from toolkit.judging.run_filter import RunFilter
from toolkit.model.clients import Client, Grant, Location, Role
from toolkit.model.findings import Held, Kind, Result, SettingOutcome, Severity, Verdict
from toolkit.model.inventory import Inventory
from toolkit.model.permissions import READONLY
from toolkit.model.values import HOLE, Redacted, Unknown
from toolkit.policy.document import Policy, Require

VAR = unknown("var.x")
P = "d:e:read"
AN_ID = "00000000-0000-4000-8000-0000000000a1"


def held_by(role_id: str, division: str | None = None) -> Grant:
    """Return a grant of a role with nothing but its id."""
    return Grant(Role("undefined", id=role_id), division)


CASES: dict[str, list[tuple[Client, bool | None]]] = {
    "ineffective-scopes": [
        (client(CC, scopes=["a"]), True),
        (client(CC, scopes=["a"], scopes_unknown=(SCOPES,)), True),
        (client(CC), False),
        (client(CC, scopes_unknown=(SCOPES,)), None),
        (client("CODE", scopes=["a"]), False),
        (client(GRANT_TYPE, scopes=["a"]), None),
        (client(GRANT_TYPE), False),
        (client("code", scopes=["a"]), None),
    ],
    "ineffective-roles": [
        (client("CODE", grants=(grant(P),)), True),
        (client("TOKEN", grants=(grant(),), grants_unknown=(ROLES,)), True),
        (client("CODE"), False),
        (client("CODE", grants_unknown=(ROLES,)), None),
        (client(CC, grants=(grant(P),)), False),
        (client(GRANT_TYPE, grants=(grant(P),)), None),
        (client(GRANT_TYPE), False),
    ],
    "client-without-roles": [
        (client(CC), True),
        (client(CC, grants=(grant(),)), False),
        (client(CC, grants_unknown=(ROLES,)), None),
        (client("CODE"), False),
        (client(GRANT_TYPE), None),
        (client(GRANT_TYPE, grants=(grant(),)), False),
    ],
    "client-without-scopes": [
        (client("CODE"), True),
        (client("SAML2BEARER"), True),
        (client("CODE", scopes=["a"]), False),
        (client("CODE", scopes_unknown=(SCOPES,)), None),
        (client(CC), False),
        (client(GRANT_TYPE), None),
        (client(GRANT_TYPE, scopes=["a"]), False),
    ],
    "invalid-role-id": [
        (client(CC, grants=(held_by("Recorder"),)), True),
        (client(CC, grants=(held_by("recording:session:write"),)), True),
        (client(CC, grants=(held_by(AN_ID, division="Home"),)), True),
        (client(CC, grants=(held_by(AN_ID, division=AN_ID),)), False),
        (client(CC, grants=(held_by(AN_ID, division="*"),)), False),
        (client(CC, grants=(held_by(AN_ID),)), False),
        (client(CC, grants_unknown=(ROLES,)), False),
    ],
    "client-inactive": [
        (client(attributes={"state": "inactive"}), True),
        (client(attributes={"state": "active"}), False),
        (client(), False),
        (client(attributes={"state": VAR}), None),
    ],
    "secret-in-state": [
        (client(attributes={"expose_client_secret": True}), True),
        (client(attributes={"expose_client_secret": "true"}), True),
        (client(attributes={"expose_client_secret": False}), False),
        (client(), False),
        (client(attributes={"expose_client_secret": VAR}), None),
        (client(attributes={"directory_client_secret": "/tmp/x"}), True),
        (client(attributes={"directory_client_secret": ""}), False),
        (client(attributes={"directory_client_secret": VAR}), None),
        (client(attributes={"directory_client_secret": Redacted()}), True),
        (client(attributes={"client_secret": Redacted()}), True),
        # True for every plan: the provider sets it at apply.
        (client(attributes={"client_secret": VAR}), False),
        (client(attributes={"expose_client_secret": VAR, "client_secret": "x"}), True),
    ],
    "wildcard-permission": [
        (client(CC, grants=(grant("d:e:*"),)), True),
        (client(CC, grants=(grant("*:e:x"),), grants_unknown=(ROLES,)), True),
        (client(CC, grants=(grant("?d:*:x"),)), True),
        (client(CC, grants=(grant(P),)), False),
        (client(CC, grants=(grant(P, unknown=(VAR,)),)), None),
        (client(CC, grants_unknown=(ROLES,)), None),
        (client("CODE", grants=(grant("d:e:*"),)), False),
        (client(GRANT_TYPE, grants=(grant("d:e:*"),)), None),
        (client(GRANT_TYPE, grants=(grant(P),)), False),
    ],
    "duplicate-name": [(client(name="alone"), False), (client(name=NAME), False)],
    # `tests/fixes/test_moved.py` covers plans.
    "replaced-client": [(client(), False)],
    "unpublished-scope": [
        (client(scopes=["recording:modify"]), True),
        (client(scopes=["users", "recordingSession"], scopes_unknown=(SCOPES,)), True),
        (client(scopes=["conversations", "users:readonly"]), False),
        (client(), False),
        # Included by a scope whose read-only part is not published.
        (client(scopes=["upload:readonly"]), False),
        (client(scopes=["Users"]), True),
        (client(scopes=["users"], scopes_unknown=(SCOPES,)), None),
        # Scopes have no effect here, which another check reports.
        (client(CC, scopes=["recording:modify"]), False),
        (client(GRANT_TYPE, scopes=["recording:modify"]), None),
        (client(GRANT_TYPE, scopes=["users"]), False),
    ],
    "unpublished-permission": [
        (client(CC, grants=(grant(P),)), True),
        (client(CC, grants=(grant("routing:queue:view", P),), grants_unknown=(ROLES,)), True),
        (client(CC, grants=(grant("routing:queue:view"),)), False),
        (client(CC, grants=(grant("routing:*:*"),)), False),
        (client(CC, grants=(grant("*:*:*"),)), False),
        (client(CC, grants=(grant("nothing:*:*"),)), True),
        (client(CC, grants=(grant("admin"),)), False),
        (client(CC, grants=(grant("?d:e:conditional"),)), True),
        (client(CC, grants_unknown=(ROLES,)), None),
        (client(CC, grants=(grant("routing:queue:view", unknown=(VAR,)),)), None),
        (client("CODE", grants=(grant(P),)), False),
        (client(GRANT_TYPE, grants=(grant(P),)), None),
    ],
    "user-context-suspected": [
        (client(CC), True),
        (client(CC, grants=(grant("conversation:call:record"),)), True),
        (client("CODE"), False),
        (client(GRANT_TYPE), None),
        (client(CC, name="other"), False),
        (client(CC, name=NAME), None),
        (client("CODE", name=NAME), False),
    ],
    "excess-scope": [
        (client(scopes=["conversations", "users"]), True),
        (client(scopes=["conversations"]), False),
        (client(scopes=["conversations", "conversations:readonly"]), False),
        (client(scopes=["conversations", "analytics"]), False),
        (client(scopes=["conversations", "users"], scopes_unknown=(SCOPES,)), True),
        (client(scopes=["conversations"], scopes_unknown=(SCOPES,)), None),
        (client(scopes=["conversations", "users"], name="other"), False),
        (client(scopes=["conversations", "users"], name=NAME), None),
        (client(CC, scopes=["users"]), False),
        (client(GRANT_TYPE, scopes=["users"]), None),
        (client(), False),
    ],
    "excess-permission": [
        (client(CC, grants=(grant("conversation:call:record", "routing:queue:view"),)), True),
        (client(CC, grants=(grant("conversation:call:record"),)), False),
        (client(CC, grants=(grant("analytics:report:view"),)), False),
        # `wildcard-permission` covers a wildcard that covers a need.
        (client(CC, grants=(grant("conversation:*:*"),)), False),
        (client(CC, grants=(grant("routing:*:*"),)), True),
        (client(CC, grants=(grant("routing:queue:view"),), grants_unknown=(ROLES,)), True),
        (client(CC, grants_unknown=(ROLES,)), None),
        (client(CC, grants=(grant("routing:queue:view"),), name="other"), False),
        (client(CC, grants=(grant("routing:queue:view"),), name=NAME), None),
        (client("CODE", grants=(grant("routing:queue:view"),)), False),
        (client(CC), False),
    ],
}


#: Recorders make two calls, one of which may need a user, and must hold some more.
CALLS = load_contract("call-recording").operations
POLICY = policy(
    rule(
        clients=about(name=["recorder", "alone"]),
        require=Require(operations=tuple(operation.id for operation in CALLS)),
    ),
    rule("R2", require=requiring(scopes=["analytics"], permissions=["analytics:report:view"])),
)


def run(*clients: Client, check: str) -> tuple[tuple[Result, ...], list[str]]:
    operations = {operation.id: operation for operation in CALLS}
    found = evaluate(
        [Inventory("tf", "hcl", clients)], [POLICY], operations=operations, catalog=SHIPPED
    )
    results, notes = found.results, found.notes
    return (
        tuple(result for result in results if result.rule == check),
        [note.message for note in notes if note.code == check],
    )


@pytest.mark.parametrize(
    ("check", "one", "fires"),
    [(check, one, fires) for check, cases in CASES.items() for one, fires in cases],
)
def test_a_check_fires_or_is_silent_or_leaves_a_note(
    check: str, one: Client, fires: bool | None
) -> None:
    results, notes = run(one, check=check)
    assert (len(results), len(notes)) == (int(fires is True), int(fires is None))
    for result in results:
        assert (result.kind, result.verdict) == (Kind.BUILT_IN, Verdict.FAIL)
        # A finding about a role's permissions is about the role.
        assert one.address in (result.address, *result.affects)
        assert result.message.endswith(".")


#: The checks on places that were not read.
UNSEEN = {"unread-module", "skipped-terraform"}


@pytest.mark.parametrize("check", sorted({check.id for check in BUILT_INS} - UNSEEN))
def test_every_check_of_clients_has_cases(check: str) -> None:
    assert check in CASES


@pytest.mark.parametrize(
    ("check", "one"),
    [(check, cases[0][0]) for check, cases in CASES.items() if cases[0][1]],
)
def test_a_client_that_may_not_exist_is_a_note_only(check: str, one: Client) -> None:
    maybe = client(
        one.grant_type,
        scopes=one.scopes.members,
        grants=one.grants,
        attributes=one.attributes,
        existence=COUNT,
    )
    results, notes = run(maybe, check=check)
    assert not results
    assert len(notes) == 1
    assert "var.enabled" in notes[0]


def named(address: str, name: object = "n", existence: bool = True) -> Client:
    return client(address=address, name=name, existence=None if existence else COUNT)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("clients", "fired", "noted"),
    [
        ((named("a"), named("b")), ["a", "b"], ""),
        ((named("a"), named("b", "other")), [], ""),
        ((named("a"), named("b"), named("c", existence=False)), ["a", "b"], "for c,"),
        ((named("a"), named("b", existence=False)), [], "for a and b,"),
        ((named("a"), named("b", NAME)), [], "for b, since var.name"),
    ],
)
def test_duplicate_names(clients: tuple[Client, ...], fired: list[str], noted: str) -> None:
    results, notes = run(*clients, check="duplicate-name")
    assert [result.address for result in results] == fired
    assert noted in "".join(notes)
    assert bool(notes) is bool(noted)


def test_names_in_two_roots_are_two_names() -> None:
    roots = [Inventory(root, "hcl", (client(root=root, name="n"),)) for root in ("a", "b")]
    assert not [r for r in evaluate(roots, []).results if r.rule == "duplicate-name"]


def test_a_duplicate_names_the_others() -> None:
    results, _ = run(named("a"), named("b"), named("c"), check="duplicate-name")
    assert results[0].message == 'Shares the name "n" with b and c.'


def test_a_finding_carries_what_its_check_says_of_itself() -> None:
    there = Location("main.tf", 3, 3)
    one = client(attributes={"state": "inactive"}, locations={"state": there})
    (result,), _ = run(one, check="client-inactive")
    check = next(check for check in BUILT_INS if check.id == "client-inactive")
    assert (result.title, result.why, result.fix) == (check.title, check.why, check.fix)
    assert result.severity is Severity.WARNING
    assert result.location == there
    assert result.setting == SettingOutcome("state", '"active"', '"inactive"')


def test_a_wildcard_is_one_finding_on_the_role() -> None:
    grants = (grant("d:e:*", P, name="a", division=DIVISION), grant(P, name="b"))
    many = [client(CC, grants=grants, address=f"c{n}", name=f"n{n}") for n in range(3)]
    (result,), _ = run(*many, client("CODE", grants=grants), check="wildcard-permission")
    assert result.message == 'genesyscloud_auth_role.a grants "d:e:*".'
    assert (result.address, result.client) == ("genesyscloud_auth_role.a", None)
    assert result.affects == ("c0", "c1", "c2")
    assert result.forbidden == (Held("permission", "d:e:*", "d:e:*", "genesyscloud_auth_role.a"),)


def test_what_is_no_error_is_said_of_the_clients_that_a_rule_selects() -> None:
    role = grant("d:e:*", name="a")
    ones = (
        client(CC, grants=(role,), name="recorder", address="c0"),
        client(CC, grants=(role,), name="other", address="c1"),
        client(CC, name="third", address="c2"),
    )
    rules = policy(rule(clients=about(name=["recorder"]), must_match=False))
    inventory = Inventory("tf", "hcl", ones)

    def found(run_filter: RunFilter) -> dict[str, tuple[str, ...]]:
        results = evaluate([inventory], [rules], run_filter).results
        return {r.rule: r.affects or (r.address or "",) for r in results if r.kind is Kind.BUILT_IN}

    assert found(RunFilter())["wildcard-permission"] == ("c0",)
    assert found(RunFilter())["client-without-roles"] == ("c2",)
    assert found(RunFilter(all_clients=True))["wildcard-permission"] == ("c0", "c1")
    chosen = RunFilter(select=frozenset({"wildcard-permission"}))
    assert found(chosen)["wildcard-permission"] == ("c0", "c1")


def test_one_note_speaks_for_all_clients_of_a_root() -> None:
    clients = [
        client("CODE", address=f"c{n}", name=f"n{n}", scopes_unknown=(SCOPES,)) for n in range(6)
    ]
    _, notes = run(*clients, check="client-without-scopes")
    assert notes == [
        "client-without-scopes could not be decided in tf for c0, c1, c2, c3 and 2 more, "
        "since var.scopes is not known."
    ]


def test_an_unpublished_scope_names_the_nearest_by_spelling_and_by_meaning() -> None:
    (result,), _ = run(client(scopes=["recording:modify"]), check="unpublished-scope")
    assert result.message == (
        'The published API has no scope "recording:modify". Nearest by spelling: "recordings". '
        'By meaning: "conversations" controls live recording; "recordings" is about stored '
        "recordings."
    )
    assert result.forbidden == (Held("scope", "recording:modify", "recording:modify"),)


def test_many_unpublished_names_are_told_in_short() -> None:
    scopes = [f"x{n}" for n in range(7)]
    (result,), _ = run(client(scopes=scopes), check="unpublished-scope")
    assert len(result.forbidden) == 7
    assert result.message.count("The published API has no scope") == 4
    assert result.message.endswith('Nor does it have "x4", "x5" or "x6".')


def test_more_than_reading_is_too_much_where_reading_is_enough() -> None:
    operation = Operation("read", "GET", "/", scopes=(("users",), ("users:readonly",)))
    wanted = policy(rule(require=Require(operations=("read",))))
    results = evaluate(
        [Inventory("tf", "hcl", (client(scopes=["users"]),))],
        [wanted],
        operations={"read": operation},
    ).results
    assert [r.message for r in results if r.rule == "excess-scope"] == [
        'Holds more scopes than read needs: "users" ("users:readonly" is enough).'
    ]


@pytest.mark.parametrize("check", ["excess-scope", "excess-permission"])
def test_what_an_operation_needs_is_not_known_so_nothing_is_too_much(check: str) -> None:
    operation = Operation("new", "GET", "/")
    wanted = policy(rule(require=Require(operations=("new",))))
    clients = (
        client(scopes=["users"], address="user"),
        client(CC, grants=(grant("routing:queue:view"),), address="service", name="service"),
    )
    found = evaluate([Inventory("tf", "hcl", clients)], [wanted], operations={"new": operation})
    results, notes = found.results, found.notes
    assert not [result for result in results if result.rule == check]
    kind = check.removeprefix("excess-")
    assert [note.message for note in notes if note.code == check] == [
        f"{check} could not be decided in tf for {'user' if kind == 'scope' else 'service'}, "
        f"since which {kind}s new needs is not known."
    ]


def test_names_of_a_contract_in_use_are_known_and_said_once_to_be_unpublished() -> None:
    contract = load_contract("recording-session")
    operations = {operation.id: operation for operation in contract.operations}
    clients = (
        client(scopes=["recording:session:write", "recordingSession"], address="a"),
        client(CC, grants=(grant("recording:session:write"),), address="b", name="b"),
        client(CC, grants=(grant("recording:session:*"),), address="c", name="c"),
    )
    roots = [Inventory(root, "hcl", clients) for root in ("one", "two")]
    wanted = Policy(version=1, name="p", contracts=("recording-session",))
    found = evaluate(roots, [wanted], operations=operations, catalog=SHIPPED)
    results, notes = found.results, found.notes
    assert not [result for result in results if result.rule.startswith("unpublished")]
    (note,) = [note for note in notes if note.code.startswith("unpublished")]
    assert note.message.startswith(
        'The published API (2026-07) has neither the scopes "recording:session:write" and '
        '"recordingSession" nor the permission "recording:session:write". They are known '
        "from the contract recording-session. Only a probe can tell"
    )


def test_of_a_published_contract_nothing_is_said() -> None:
    operations = {operation.id: operation for operation in CALLS}
    wanted = Policy(version=1, name="p", contracts=("call-recording",))
    inventory = Inventory("tf", "hcl", (client(scopes=["conversations"]),))
    found = evaluate([inventory], [wanted], operations=operations, catalog=SHIPPED)
    results, notes = found.results, found.notes
    assert not [each for each in (*results, *notes) if "unpublished" in str(each)]


def test_no_published_name_is_called_unpublished() -> None:
    header = SHIPPED.header
    reading = [f"{scope.removesuffix(READONLY)}{READONLY}" for scope in header.scopes]
    clients = [client(scopes=[*header.scopes, *reading])]
    wild = {":".join(("*" if n == at else part) for n, part in enumerate(name.split(":")))
            for name in header.permissions if name.count(":") == 2 for at in range(3)}  # fmt: skip
    grants = (grant(*header.permissions, *sorted(wild)),)
    clients.append(client(CC, grants=grants, address="service", name="service"))
    for one in clients:
        for check in ("unpublished-scope", "unpublished-permission"):
            assert run(one, check=check) == ((), [])
    assert (len(header.scopes), len(header.permissions)) == (132, 1365)


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=20))
def test_any_other_name_is(name: str) -> None:
    assume(not SHIPPED.has_scope(name))
    results, _ = run(client(scopes=[name]), check="unpublished-scope")
    assert [held.held for result in results for held in result.forbidden] == [name]


def calling(name: str, user_context: UserContext = UserContext.NO, **more: Any) -> Operation:
    return Operation(name, "GET", f"/{name}", user_context=user_context, **more)


#: The first rule selects every client, the second one clients by name.
ASKED = {
    "plain": calling(
        "plain", scopes=(("users",),), permissions=Permissions(PermissionMode.ANY, ("d:e:plain",))
    ),
    "suspect": calling(
        "suspect",
        UserContext.SUSPECTED,
        scopes=(("analytics",),),
        permissions=Permissions(PermissionMode.ANY, ("d:e:suspect",)),
    ),
    "picky": calling(
        "picky", UserContext.SUSPECTED, scopes=((),), permissions=Permissions(PermissionMode.NONE)
    ),
}


def asked(*clients: Client, every: str, named: str, check: str) -> tuple[list[str], list[str]]:
    """Return findings and notes if all clients call `every`, and those named so also `named`."""
    wanted = policy(
        rule("EVERY", require=Require(operations=(every,))),
        rule("NAMED", clients=about(name=["recorder"]), require=Require(operations=(named,))),
    )
    inventory = Inventory("tf", "hcl", clients)
    found = evaluate([inventory], [wanted], operations=ASKED, catalog=SHIPPED)
    results, notes = found.results, found.notes
    return (
        [result.message for result in results if result.rule == check],
        [note.message for note in notes if note.code == check],
    )


def test_a_call_that_a_client_may_not_make_at_all_is_not_held_against_it() -> None:
    check = "user-context-suspected"
    found, noted = asked(client(CC, name=NAME), every="plain", named="suspect", check=check)
    assert found == []
    assert noted == [
        f"{check} could not be decided in tf for genesyscloud_oauth_client.c, since var.name is "
        "not known."
    ]
    found, noted = asked(client(CC, name=NAME), every="picky", named="suspect", check=check)
    assert [message.partition(" may refuse")[0] for message in found] == ["picky"]
    assert len(noted) == 1
    found, noted = asked(client(CC), every="picky", named="suspect", check=check)
    assert [message.partition(" may refuse")[0] for message in found] == ["picky and suspect"]
    assert noted == []


@pytest.mark.parametrize(
    ("name", "fired", "noted"), [("other", 1, 0), ("recorder", 0, 0), (NAME, 0, 1)]
)
def test_too_much_by_whether_a_rule_is_about_the_client_is_a_note(
    name: str | Unknown, fired: int, noted: int
) -> None:
    scopes = client(name=name, scopes=["users", "analytics"])
    permissions = client(CC, name=name, grants=(grant("d:e:plain", "d:e:suspect"),))
    for check, one in (("excess-scope", scopes), ("excess-permission", permissions)):
        found, notes = asked(one, every="plain", named="suspect", check=check)
        assert (len(found), len(notes)) == (fired, noted)


def test_what_cannot_be_too_much_either_way_is_not_noted() -> None:
    held = client(name=NAME, scopes=["conversations"])
    assert run(held, check="excess-scope") == ((), [])
    held = client(CC, name=NAME, grants=(grant("conversation:call:record"),))
    assert run(held, check="excess-permission") == ((), [])


def test_a_user_grant_of_which_the_spelling_is_open_is_told_in_words() -> None:
    spelling = unknown("var.dash", f"SAML2{HOLE}BEARER")
    (result,), _ = run(client(spelling), check="client-without-scopes")
    assert result.message == ("Is a user-grant client without scopes: its tokens grant no access.")


def test_of_a_client_that_may_not_be_the_one_asked_for_nothing_is_claimed() -> None:
    one = client(CC, name=NAME)
    inventory = Inventory("tf", "hcl", (one,))
    found = evaluate([inventory], [], RunFilter(clients=("billing*",)))
    results, notes = found.results, found.notes
    assert [result for result in results if result.kind is Kind.BUILT_IN] == []
    assert [note.message for note in notes if note.code == "client-without-roles"] == [
        "client-without-roles could not be decided in tf for genesyscloud_oauth_client.c, since "
        "var.name is not known."
    ]
