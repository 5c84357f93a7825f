"""Shipped scenarios, scenarios from files, and several merged into one."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from tests.mock.conftest import OpenOrg
from toolkit.catalog.catalog import SHIPPED
from toolkit.contracts.reader import read_contract
from toolkit.errors import DocumentError, ToolkitError, UsageError
from toolkit.mock.app import PLATFORM
from toolkit.mock.scenario import Grant, TimedState
from toolkit.mock.scenarios import list_scenarios, load_scenario
from toolkit.mock.world import Timeline

#: Every cause of DESIGN section 7. A server can cause each of them.
CAUSES = {
    "none",
    "auth.bad-credentials",
    "auth.token-rejected",
    "auth.wrong-client",
    "auth.grant-not-supported",
    "auth.user-context-required",
    "client.inactive",
    "scope.missing",
    "permission.missing",
    "permission.denied",
    "payload.invalid",
    "payload.conversation-mismatch",
    "payload.media-mismatch",
    "request.content-type",
    "endpoint.unknown",
    "session.not-found",
    "session.not-ready",
    "session.ended",
    "session.already-recording",
    "participant.not-active",
    "participant.left",
    "recording.paused",
    "recording.other-recorder",
    "recording.not-running",
    "start.not-confirmed",
    "start.outcome-unknown",
    "request.conflict",
    "undetermined",
    "platform.rate-limited",
    "platform.unavailable",
    "network.unreachable",
}
NAMES = [item.name for item in list_scenarios()]


def test_every_cause_has_a_scenario_and_no_other_is_named() -> None:
    named = {cause for item in list_scenarios() for cause in item.causes}
    # Only a request to pause meets the last one, and no probe sends that.
    assert sorted(named | {"recording.not-running"}) == sorted(CAUSES)


def test_ready_comes_first_and_the_rest_by_name() -> None:
    assert NAMES[0] == "ready"
    assert NAMES[1:] == sorted(NAMES[1:])


@pytest.mark.parametrize("item", list_scenarios(), ids=lambda item: item.name)
def test_each_says_what_it_is(item: object) -> None:
    name, description, causes, grants = (
        getattr(item, key) for key in ("name", "description", "causes", "grants")
    )
    assert description.endswith(".")
    assert "\n" not in description
    assert len(causes) == 1
    assert grants
    assert re.fullmatch(r"[a-z0-9-]+", name)


@pytest.mark.parametrize("name", NAMES)
def test_each_has_somebody_to_be_and_something_to_start(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.subjects.operator.secret
    assert scenario.subjects.client_credentials.secret
    assert scenario.subjects.user.token
    assert scenario.target.session
    assert scenario.target.participant


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_them_could_be_real(name: str) -> None:
    scenario = load_scenario(name)
    secrets = [client.secret for client in scenario.clients]
    secrets += [token.id for token in scenario.tokens]
    assert all(secret.startswith("mock-") for secret in secrets)
    assert all(client.id.startswith("00000000-") for client in scenario.clients)


def test_two_scenarios_over_one_another() -> None:
    both = load_scenario("scope-misleading", "session-pending")
    assert both.causes == ("scope.missing", "session.not-ready")
    assert both.grants == ("user",)
    assert both.enforcement.missing_scope == "misleading"
    assert [state.state for state in both.sessions[0].states] == ["pending", "active"]
    assert both.sessions[0].media == ("audio", "screen")
    assert [client.name for client in both.clients] == [
        client.name for client in load_scenario("ready").clients
    ]


def test_nothing_wrong_is_no_cause_beside_another() -> None:
    assert load_scenario("slow", "session-completed").causes == ("session.ended",)
    assert load_scenario("slow", "rate-limited-briefly").causes == ("none",)


def test_faults_add_up_and_what_is_shared_comes_once() -> None:
    both = load_scenario("slow", "start-conflict")
    assert [fault.kind for fault in both.faults] == ["latency", "status", "status"]
    assert load_scenario("slow", "slow").faults == load_scenario("slow").faults


def test_any_two_can_be_laid_over_one_another() -> None:
    for pair in combinations(NAMES, 2):
        assert load_scenario(*pair).description


@pytest.mark.server
def test_a_pair_is_wrong_in_both_ways(open_org: OpenOrg) -> None:
    org = open_org("permission-missing", "session-completed")
    token = org.token("user")
    assert org.start(token).json()["code"] == "missing.permissions"
    assert org.state(token) == "completed"


@pytest.mark.server
def test_a_file_of_ones_own(tmp_path: Path, open_org: OpenOrg) -> None:
    path = tmp_path / "org.yaml"
    path.write_text(
        "description: One session that takes its time.\n"
        "extends: ready\n"
        "sessions:\n"
        "  - id: mine\n"
        "    conversation: c\n"
        "    states: [{state: pending, for: 60}, {state: active}]\n"
        "target: {session: mine}\n"
    )
    org = open_org(str(path))
    assert org.state(org.token("user")) == "pending"
    listed = org.call("GET", "/api/v2/recording-sessions", org.token("user")).json()
    assert [session["id"] for session in listed["entities"]][1] == "mine"


def test_a_file_can_extend_one_beside_it(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("description: Base.\ntarget: {session: s}\n")
    top = tmp_path / "top.yaml"
    top.write_text("description: Top.\nextends: ./base.yaml\ncauses: [none]\n")
    scenario = load_scenario(str(top))
    assert (scenario.description, scenario.target.session) == ("Top.", "s")


def test_a_list_of_grants_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "org.yaml"
    client = load_scenario("ready").subjects.client_credentials.client
    role = load_scenario("ready").roles[2].id
    path.write_text(
        "description: Other.\nextends: ready\n"
        f"clients: [{{id: {client}, grants: [{{role: {role}}}]}}]\n"
    )
    changed = next(item for item in load_scenario(str(path)).clients if item.id == client)
    assert changed.grants == (Grant(role=role),)
    assert changed.name == "recorder-machine"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{}", 'has no "description"'),
        ("description: x\nsesions: []", ':2:1: unknown key "sesions"; did you mean "sessions"?'),
        ("description: x\nfaults: [{kind: reste}]", 'did you mean "reset"?'),
        ("description: x\nfaults: [{kind: reset, times: 0}]", "must be at least 1"),
        ("description: x\nsessions: [{id: a, states: []}]", "states is empty"),
        ("description: x\nroles: [{id: a, permissions: [admin]}]", "not of the right form"),
        ("description: x\nextends: redy", 'no scenario "redy"; did you mean "ready"?'),
        ("description: x\nextends: ./org.yaml", "the scenario extends itself"),
        ("description: x\nclients: [{id: a, grants: [{role: b}]}]", 'has no role "b"'),
        ("description: x\ntokens: [{id: a, client: b}]", 'has no client "b"'),
        ("description: x\nsessions: [{id: a, division: b}]", 'has no division "b"'),
        (
            "description: x\nclients: [{id: a}]\ntokens: [{id: t, client: a, user: b}]",
            'has no user "b"',
        ),
        ("description: [", "not valid YAML"),
    ],
)
def test_a_file_that_is_no_scenario(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "org.yaml"
    path.write_text(content)
    with pytest.raises(ToolkitError) as caught:
        load_scenario(str(path))
    assert complaint in caught.value.message
    assert "\n" not in caught.value.message


def test_scenarios_that_do_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='did you mean "scope-missing"'):
        load_scenario("scope-mising")
    with pytest.raises(DocumentError, match="cannot be read"):
        load_scenario(str(tmp_path / "none.yaml"))


def test_time_runs_from_the_first_look() -> None:
    now = 100.0
    states = (TimedState(state="a", for_=2), TimedState(state="b", for_=3), TimedState(state="c"))
    timeline = Timeline(states, lambda: now)
    seen = []
    for step in (0, 1.9, 0.1, 2.9, 0.1, 1000):
        now += step
        seen.append(timeline.state)
    assert seen == ["a", "a", "b", "b", "c", "c"]


def test_the_mock_asks_for_what_the_published_operation_asks_for() -> None:
    published = SHIPPED.operations
    asked = {each.id: each.permissions for each in read_contract(PLATFORM, "platform").operations}
    known = {name: published[name].permissions for name in asked.keys() & published.keys()}
    assert known == {name: asked[name] for name in known}
