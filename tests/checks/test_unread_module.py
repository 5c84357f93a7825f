"""The clients of an unread module are unknown, whatever else a run asks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.judging.build import ALL_OFF, client, evaluate, inventory, policy, rule, waive
from toolkit.errors import ExitCode
from toolkit.judging.run_filter import EVERYTHING, RunFilter
from toolkit.model.clients import Location
from toolkit.model.findings import Kind, Result, Severity, Verdict
from toolkit.model.inventory import UnreadModule
from toolkit.model.report import Report
from toolkit.model.values import Unknown
from toolkit.policy.document import CheckSetting, Policy, Waiver

HERE = Location("main.tf", 3, 5)
REASON = Unknown("module.agents", "terraform init, or a plan")
UNREAD = UnreadModule("module.agents", "Is not on disk", REASON, HERE)
GOOD = client(address="genesyscloud_oauth_client.good", name="good", scopes=["s"])
ON = {name: value for name, value in ALL_OFF.items() if name != "unread-module"}


def judged(
    run_filter: RunFilter = EVERYTHING, checks: Any = ON, clients: Any = (GOOD,)
) -> tuple[Result, ...]:
    asked = policy(rule(), checks=checks)
    return evaluate([inventory(*clients, unread=(UNREAD,))], [asked], run_filter).results


def exit_code(results: tuple[Result, ...]) -> ExitCode:
    return Report("check", "-", results=results).exit_code


def test_it_is_an_unknown_of_its_own() -> None:
    good, unread = judged()
    assert good.verdict is Verdict.PASS
    assert (unread.rule, unread.kind, unread.verdict) == (
        "unread-module",
        Kind.BUILT_IN,
        Verdict.UNKNOWN,
    )
    assert (unread.root, unread.address, unread.client) == ("tf", "module.agents", None)
    assert (unread.severity, unread.location) == (Severity.ERROR, HERE)
    assert unread.reasons == (REASON,)
    assert unread.message == "Is not on disk, so the clients that it may define are not known."
    assert unread.is_unseen
    assert not good.is_unseen
    assert exit_code((good, unread)) is ExitCode.UNDECIDED


@pytest.mark.parametrize(
    ("run_filter", "told"),
    [
        (RunFilter(select=frozenset({"R1"})), True),
        (RunFilter(select=frozenset({"client-inactive"})), True),
        (RunFilter(ignore=frozenset({"unread-module"})), False),
        (
            RunFilter(select=frozenset({"unread-module"}), ignore=frozenset({"unread-module"})),
            False,
        ),
        (RunFilter(clients=("*",)), True),
        (RunFilter(clients=("good",)), False),
        (RunFilter(clients=("genesyscloud_oauth_client.good",)), False),
        (RunFilter(clients=("good", "other")), True),
        (RunFilter(clients=("other",)), True),
    ],
)
def test_only_who_names_it_or_other_clients_leaves_it_out(
    run_filter: RunFilter, told: bool
) -> None:
    assert ("unread-module" in {result.rule for result in judged(run_filter)}) is told


def test_an_unknown_that_is_only_reported_does_not_count() -> None:
    good, unread = judged(RunFilter(unknown="report"))
    assert not unread.counts
    assert exit_code((good, unread)) is ExitCode.OK


def test_a_policy_changes_its_severity_or_switches_it_off() -> None:
    _, unread = judged(checks={**ON, "unread-module": CheckSetting(severity="note")})
    assert unread.severity is Severity.NOTE
    assert exit_code((unread,)) is ExitCode.OK
    assert [result.rule for result in judged(checks=ALL_OFF)] == ["R1"]


def test_it_can_be_waived_by_the_address_of_the_call() -> None:
    waiver = Waiver("unread-module", "module.agents", "queues only", "2027-01-01")
    asked: Policy = policy(rule(), checks=ON)
    results, notes = waive(
        judged(), (), [_with_waiver(asked, waiver)], date(2026, 1, 1), complete=True
    )
    assert [result.verdict for result in results] == [Verdict.PASS, Verdict.WAIVED]
    assert notes == ()
    assert exit_code(results) is ExitCode.OK


def _with_waiver(asked: Policy, waiver: Waiver) -> Policy:
    return Policy(version=1, name="p", rules=asked.rules, checks=asked.checks, waivers=(waiver,))


def test_a_rule_that_no_client_matched_says_that_one_may_be_there() -> None:
    unmatched, unread = judged(clients=())
    assert unmatched.message.endswith("Found no client. Input that was not read may define one.")
    assert unread.rule == "unread-module"
