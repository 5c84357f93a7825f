"""Read an org through the API, played by the mock: completely, within rate limits, in little
memory.
"""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
import requests

import toolkit.sources.live.org_reader
from tests.mock.conftest import Org
from tests.workflows.orgs import (
    BRANCH,
    BYSTANDER_ROLE,
    HOME,
    MACHINE,
    READY,
    RECORDER_ROLE,
    Clock,
    change,
    client_path,
    operator,
    org_of,
    policies,
    role_path,
)
from toolkit.errors import RemoteError
from toolkit.genesys.pace import REQUESTS_PER_MINUTE
from toolkit.mock.scenario import Client, Fault, Grant, Limits, Role, Scenario
from toolkit.model.clients import ALL_DIVISIONS
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown
from toolkit.workflows import OrgConnection, live_org

pytestmark = pytest.mark.server

MANY = 2000


@pytest.fixture
def org() -> Iterator[Org]:
    with org_of() as found:
        yield found


def read(url: str, scenario: Scenario = READY, clock: Clock | None = None) -> Inventory:
    clock = clock or Clock()
    live = live_org(
        OrgConnection(environ=operator(scenario), api_url=url, clock=clock, sleep=clock.sleep)
    )
    with live.reading() as reader:
        return reader.inventory()


def crowded(clients: int = MANY, **changes: object) -> Scenario:
    """Return an org with this many clients, and roles on more than one page."""
    roles = tuple(
        Role(id=f"role-{n}", name=f"Role {n}", permissions=(f"recording:thing{n}:view",))
        for n in range(150)
    )
    crowd = tuple(
        Client(
            id=f"client-{n}",
            name=f"Client {n}",
            grant_type="CODE" if n % 2 else "CLIENT-CREDENTIALS",
            scopes=("recordings",) if n % 2 else (),
            grants=() if n % 2 else (Grant(role=f"role-{n % 150}"),),
        )
        for n in range(clients - len(READY.clients))
    )
    return msgspec.structs.replace(
        READY, roles=(*READY.roles, *roles), clients=(*READY.clients, *crowd), **changes
    )


def test_clients_and_their_roles(org: Org) -> None:
    grants = [
        {"roleId": RECORDER_ROLE, "divisionId": HOME},
        {"roleId": BYSTANDER_ROLE, "divisionId": BRANCH},
        {"roleId": BYSTANDER_ROLE, "divisionId": "*"},
    ]
    change(org, client_path(MACHINE), roleDivisions=grants, description="nightly")
    found = read(org.url)
    assert (found.kind, found.root) == ("live", org.url.removeprefix("http://"))
    client = next(each for each in found.clients if each.address == MACHINE)
    assert (client.name, client.grant_type) == ("recorder-machine", "CLIENT-CREDENTIALS")
    assert [(g.role.name, g.division) for g in client.grants] == [
        ("Recorder", None),
        ("Bystander", BRANCH),
        ("Bystander", ALL_DIVISIONS),
    ]
    assert client.grants[0].role.origin == "live"
    assert client.attribute("description") == "nightly"
    assert client.attribute("access_token_validity_seconds") == 86400
    assert len(found.clients) == len(READY.clients)
    assert [role.name for role in found.roles] == [role.name for role in READY.roles]


def test_what_only_terraform_knows_is_not_made_up(org: Org) -> None:
    client = read(org.url).clients[0]
    assert isinstance(client.attribute("expose_client_secret"), Unknown)


def test_a_role_with_a_condition_and_a_legacy_permission(org: Org) -> None:
    node = {"conjunction": "AND", "terms": []}
    changed = [
        {**policies("recording:session:write")[0], "resourceConditionNode": node},
        {"domain": "routing", "entityName": "*", "actionSet": ["view", "edit"]},
    ]
    change(org, role_path(RECORDER_ROLE), permissionPolicies=changed, permissions=["admin"])
    role = next(each for each in read(org.url).roles if each.id == RECORDER_ROLE)
    assert [(each.pattern, each.conditional) for each in role.permissions] == [
        ("admin", False),
        ("recording:session:write", True),
        ("routing:*:edit", False),
        ("routing:*:view", False),
    ]
    assert role.unknown == ()


def test_two_thousand_clients_are_read_within_the_rate_limit() -> None:
    scenario, clock = crowded(limits=Limits(requests=300)), Clock()
    with org_of(scenario, clock) as org:
        found = read(org.url, scenario, clock)
        asked = [r for r in org.captured() if r["path"] != "/oauth/token"]
    assert len(found.clients) == len({client.address for client in found.clients}) == MANY
    assert len(found.roles) == len(scenario.roles)
    assert {r["status"] for r in asked} == {200}
    assert len(asked) == 20 + 2 + 1 + 1  # clients, roles, the home division, the token given back
    assert clock.slept == []


def test_a_read_of_every_subject_keeps_below_the_limit_too() -> None:
    """Without the permission to read roles, grants are read client by client, which exceeds a
    minute's limit.
    """
    refused = Fault(kind="status", status=403, path="/api/v2/authorization/roles*")
    scenario = crowded(700, limits=Limits(requests=300), faults=(refused,))
    crowd = [
        msgspec.structs.replace(
            c, grant_type="CLIENT-CREDENTIALS", grants=(Grant(role=f"role-{n}"),)
        )
        for n, c in enumerate(scenario.clients[len(READY.clients) :])
    ]
    roles = tuple(
        Role(id=f"role-{n}", permissions=(f"recording:thing{n}:view",)) for n in range(len(crowd))
    )
    scenario = msgspec.structs.replace(
        scenario,
        roles=(*READY.roles, *roles),
        clients=(*READY.clients, *crowd),
    )
    clock = Clock()
    with org_of(scenario, clock) as org:
        found = read(org.url, scenario, clock)
        statuses = {r["status"] for r in org.captured()}
    assert statuses == {200, 403}
    assert len(clock.slept) == 2
    assert sum(clock.slept) <= 60.0 * (700 // REQUESTS_PER_MINUTE)
    last = found.clients[-1]
    assert [each.pattern for each in last.grants[0].role.permissions] == ["recording:thing694:view"]
    assert last.grants[0].role.unknown[0].decided_by == (
        "the permission authorization:role:view for the operator"
    )


def test_a_retry_after_is_obeyed() -> None:
    fault = Fault(kind="rate-limited", path="/api/v2/oauth/clients", retry_after=40, times=2)
    clock = Clock()
    with org_of(msgspec.structs.replace(READY, faults=(fault,))) as org:
        assert len(read(org.url, clock=clock).clients) == len(READY.clients)
    assert clock.slept == [40.0, 40.0]


def test_a_page_that_does_not_come_is_an_error_not_a_shorter_list() -> None:
    fault = Fault(kind="status", status=500, path="/api/v2/oauth/clients", skip=3)
    scenario = crowded(500, faults=(fault,))
    with org_of(scenario) as org, pytest.raises(RemoteError, match="answers 500"):
        read(org.url, scenario)


def test_how_far_it_is_is_told_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, told = crowded(350), list[str]()
    monkeypatch.setattr(
        toolkit.sources.live.org_reader, "working_on", lambda what, _: told.append(what)
    )
    with (
        org_of(scenario) as org,
        live_org(OrgConnection(environ=operator(), api_url=org.url)).reading() as reader,
    ):
        reader.inventory()
    counts = ["", *(f": {done} of 350 clients" for done in (100, 200, 300, 350))]
    assert told == [f"Reading {reader.name}{each}" for each in counts]


def test_a_role_that_was_made_meanwhile_is_read_by_its_id(org: Org) -> None:
    with live_org(OrgConnection(environ=operator(), api_url=org.url)).reading() as reader:
        reader.roles()
        body = {"name": "New", "permissionPolicies": policies("recording:session:write")}
        made = org.call(
            "POST", "/api/v2/authorization/roles", org.token("operator"), json=body
        ).json()["id"]
        assert [each.pattern for each in reader.role(made).permissions] == [
            "recording:session:write"
        ]
        gone = reader.role("no-such-role")
    assert (gone.permissions, gone.unknown) == ((), ())


@contextmanager
def another_process(clients: int) -> Iterator[str]:
    """Run the mock in another process, so that the memory of this one can be measured."""
    code = (
        "from tests.sources.test_org_reader import crowded; from toolkit.mock.server import serve;"
        f"serve(crowded({clients}))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        try:
            yield str(msgspec.json.decode(server.stdout.readline())["url"])
        finally:
            server.terminate()


def test_no_more_is_kept_in_memory_than_what_is_found() -> None:
    """Each page is released with the next one: the peak is the result and one page."""
    with another_process(MANY) as url:
        with requests.Session() as session:
            session.trust_env = False
            session.get(f"{url}/__mock__/requests", timeout=5).raise_for_status()
        read(url)  # load and compile everything once
        tracemalloc.start()
        try:
            found = read(url)
            kept, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert len(found.clients) == MANY
    assert kept < 8_000_000
    assert peak - kept < 2_000_000
