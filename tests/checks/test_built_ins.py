from __future__ import annotations

import pytest

from toolkit.checks.engine import evaluate
from toolkit.checks.registry import BUILT_INS
from toolkit.model.clients import Client, Location
from toolkit.model.findings import Held, Kind, Result, SettingOutcome, Severity, Verdict
from toolkit.model.inventory import Inventory
from toolkit.model.values import Redacted

from .build import CC, COUNT, DIVISION, GRANT_TYPE, NAME, ROLES, SCOPES, client, grant, unknown

VAR = unknown("var.x")
P = "d:e:read"
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
        # In every plan: the provider has yet to fill it in.
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
}


def run(*clients: Client, check: str) -> tuple[tuple[Result, ...], list[str]]:
    results, notes = evaluate([Inventory("tf", "hcl", clients)], [])
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
        assert result.address == one.address
        assert result.message.endswith(".")


@pytest.mark.parametrize("check", [check.id for check in BUILT_INS])
def test_every_check_has_cases(check: str) -> None:
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
    assert not [r for r in evaluate(roots, [])[0] if r.rule == "duplicate-name"]


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


def test_a_wildcard_names_role_and_division() -> None:
    grants = (grant("d:e:*", P, name="a", division=DIVISION), grant(P, name="b"))
    (result,), _ = run(client(CC, grants=grants), check="wildcard-permission")
    assert result.message == 'genesyscloud_auth_role.a grants "d:e:*".'
    assert result.forbidden == (
        Held("permission", "d:e:*", "*", "genesyscloud_auth_role.a", "var.division"),
    )


def test_one_note_speaks_for_all_clients_of_a_root() -> None:
    clients = [
        client("CODE", address=f"c{n}", name=f"n{n}", scopes_unknown=(SCOPES,)) for n in range(6)
    ]
    _, notes = run(*clients, check="client-without-scopes")
    assert notes == [
        "client-without-scopes could not be decided in tf for c0, c1, c2, c3 and 2 more, "
        "since var.scopes is not known."
    ]
