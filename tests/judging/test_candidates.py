"""The suggestions of a rule that no client matches."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.judging.build import CC, NAME, about, client, evaluate, grant, inventory, policy, rule
from toolkit.judging.run_filter import RunFilter
from toolkit.model.findings import Result
from toolkit.policy.document import Permissions, Require

KIND = "genesyscloud_oauth_client"
NEEDS = Require(permissions=Permissions(all_of=("a:b:c",)))
ABLE = client(CC, name="Zebra", address=f"{KIND}.zebra", grants=(grant("a:b:*"),))
NEAR = client(CC, name="my RECORDER", address=f"{KIND}.near")
FAR = client(CC, name="Billing", address=f"{KIND}.far")


def no_match(*clients: Any, run_filter: RunFilter | None = None, **selector: Any) -> Result:
    asked = policy(rule(require=NEEDS, clients=about(**(selector or {"name": ["*record?"]}))))
    (result,) = [
        each
        for each in evaluate([inventory(*clients)], [asked], run_filter or RunFilter()).results
        if each.address is None
    ]
    return result


def test_those_that_can_do_it_come_first_and_then_the_nearest_names() -> None:
    result = no_match(FAR, NEAR, ABLE, name=["*recorder"])
    assert result.message.endswith(
        'Found 3 clients. Able to do what the rule asks: "Zebra". Others: "my RECORDER" '
        'and "Billing".'
    )
    assert result.fix == (
        'Name the client to check: clients: {name: ["Zebra"]} in the rule, or --client Zebra.'
    )


def test_following_the_fix_answers_the_rule() -> None:
    fixed = policy(rule(require=NEEDS, clients=about(name=["Zebra"])))
    for asked, run_filter in (
        (fixed, RunFilter()),
        (policy(rule(require=NEEDS, clients=about(name=["x"]))), RunFilter(clients=("Zebra",))),
    ):
        results = evaluate([inventory(FAR, ABLE)], [asked], run_filter).results
        assert [(r.client, r.verdict.value) for r in results if r.kind.value == "policy"] == [
            ("Zebra", "pass")
        ]


def test_at_most_ten_are_named() -> None:
    many = [client(CC, name=f"c{n:02}", address=f"{KIND}.c{n}") for n in range(42)]
    result = no_match(*many)
    assert result.message.endswith('"c08" and "c09", 32 more.')
    assert '"c10"' not in result.message


@pytest.mark.parametrize(
    ("clients", "selector", "fix"),
    [
        ([], {}, None),
        # An unknown name cannot be suggested.
        (
            [client(CC, name=NAME, address=f"{KIND}.x", existence=NAME)],
            {"address": ["nobody"]},
            f'clients: {{address: ["{KIND}.x"]}} in the rule, or --client {KIND}.x.',
        ),
        # The rule selects another grant type, so a name would not help.
        ([FAR], {"name": ["x"], "grant_type": ["CODE"]}, "check: --client Billing."),
        (
            [client(CC, name='a "b"; c', address=f"{KIND}.x")],
            {},
            """clients: {name: ["a \\"b\\"; c"]} in the rule, or --client 'a "b"; c'.""",
        ),
    ],
)
def test_the_fix_can_be_pasted(clients: Any, selector: Any, fix: str | None) -> None:
    found = no_match(*clients, **selector).fix
    assert found is None if fix is None else found is not None and found.endswith(fix)


def test_of_a_name_that_is_sensitive_the_address_is_told() -> None:
    secret = replace(FAR, sensitive=frozenset({"name"}), hidden=frozenset({"Billing"}))
    result = no_match(secret, client(CC, name="Billing", address=f"{KIND}.other"))
    assert "Billing" not in f"{result.message} {result.fix}"
    assert f'"{KIND}.far"' in result.message
    assert f'"{KIND}.other"' in result.message


def test_an_option_that_matches_nobody_names_them_too() -> None:
    result = no_match(FAR, NEAR, run_filter=RunFilter(clients=("Recorder",)))
    assert result.message.endswith('There are: "my RECORDER" and "Billing".')
    assert result.fix == "Name the client to check: --client 'my RECORDER'."
