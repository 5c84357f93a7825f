"""Derived policies and Terraform, through the real check; recordings leak nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.standin_provider.fixtures import standin_config, workspace
from tests.standin_provider.workspace import Workspace
from toolkit.catalog.bodies import MEANINGS
from toolkit.catalog.catalog import SHIPPED
from toolkit.contracts.contract import PermissionMode
from toolkit.errors import CatalogError, ExitCode, ProbeError, ToolkitError, UsageError
from toolkit.model.findings import Verdict
from toolkit.model.report import Report
from toolkit.workflows import check, derive, write_derived

__all__ = ["standin_config", "workspace"]

#: Operations with known needs, whatever their bodies are.
KNOWN = sorted(
    name
    for name, each in SHIPPED.operations.items()
    if name not in MEANINGS
    and each.scopes is not None
    and each.permissions is not None
    and each.permissions.mode is not PermissionMode.BACKEND
)
CALL = "patchConversationsCallParticipant"


def judged(folder: Path) -> Report:
    return check(
        [str(folder / "application.tf")],
        policies=[str(folder / "application.yaml")],
    )


def verdicts(report: Report) -> set[tuple[str | None, Verdict]]:
    return {(each.grant_type, each.verdict) for each in report.results if each.rule == "CALLS"}


def less_one(terraform: str) -> Iterator[tuple[str, str]]:
    """Yield the Terraform with one scope or permission less, and the grant type that had it."""
    lines = terraform.splitlines()
    start = kind = None
    for at, line in enumerate(lines):
        name, _, rest = line.strip().partition("=")
        if name.strip() in ("scopes", "action_set", "permissions"):
            kind = "CODE" if name.strip() == "scopes" else "CLIENT-CREDENTIALS"
            start = None if rest.strip().endswith("]") else at
            values = json.loads(rest) if rest.strip().endswith("]") else []
            for value in values:
                left = json.dumps([each for each in values if each != value])
                yield kind, "\n".join([*lines[:at], f"  {name}= {left}", *lines[at + 1 :]])
        elif start is not None and line.strip().startswith('"') and kind:
            yield kind, "\n".join([*lines[:at], *lines[at + 1 :]])
        elif line.strip() == "]":
            start = None


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(operations=st.sets(st.sampled_from(KNOWN), min_size=1, max_size=5))
def test_it_passes_and_fails_when_any_one_name_is_taken_away(
    operations: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("derived")
    derived = derive(sorted(operations))
    assert derived.complete
    write_derived(derived, str(folder), "application")
    report = judged(folder)
    assert verdicts(report) == {
        ("CODE", Verdict.PASS), ("CLIENT-CREDENTIALS", Verdict.PASS),
    }  # fmt: skip
    assert report.exit_code == ExitCode.OK
    assert not [each for each in report.results if each.rule.startswith(("excess", "unpublished"))]
    for number, (grant_type, text) in enumerate(less_one(derived.terraform)):
        # A folder of its own, because the readers cache what they have read.
        less = folder / str(number)
        write_derived(replace(derived, terraform=text), str(less), "application")
        other = ({"CODE", "CLIENT-CREDENTIALS"} - {grant_type}).pop()
        assert verdicts(judged(less)) == {
            (grant_type, Verdict.FAIL), (other, Verdict.PASS),
        }  # fmt: skip


def test_taking_one_away_takes_each_away() -> None:
    terraform = derive([CALL, "putRecordingJob", "deleteUser", "getUsersMe", "postRecordingJobs",
                        "postContentmanagementDocuments"]).terraform  # fmt: skip
    kinds = [kind for kind, _ in less_one(terraform)]
    assert (kinds.count("CODE"), kinds.count("CLIENT-CREDENTIALS")) == (5, 6)


def test_what_is_chosen_opens_least_and_the_others_are_named() -> None:
    derived = derive(["getTelephonyProvidersEdgesTrunkswithrecording"])
    assert 'action_set  = ["view"]' in derived.terraform
    assert 'scopes                = ["telephony:readonly"]' in derived.terraform
    assert "#   recording:retentionPolicy:view (here)\n" in derived.terraform
    assert "#   telephony:plugin:all\n" in derived.terraform
    reading = derive(["getConversationsCall"], grant_types=["CODE"])
    assert 'scopes                = ["conversations:readonly"]' in reading.terraform


def test_a_contracts_operation_wins() -> None:
    derived = derive([CALL], contracts=["call-recording"], grant_types=["CLIENT-CREDENTIALS"])
    assert yaml.safe_load(derived.policy)["contracts"] == ["call-recording"]
    assert "wrapup" not in derived.terraform
    assert 'action_set  = ["record"]' in derived.terraform


def test_a_contract_by_path_is_named_from_where_the_policy_is(tmp_path: Path) -> None:
    text = Path("toolkit/contracts/recording-session.yaml").read_text(encoding="utf-8")
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    derived = derive(
        ["startRecordingSession"], contracts=[str(tmp_path / "ours.yaml")], folder=str(out)
    )
    write_derived(derived, str(out), "application")
    report = judged(out)
    assert report.exit_code == ExitCode.OK
    assert len(report.results) == 2


def test_what_is_not_known_is_said_and_never_passes(tmp_path: Path) -> None:
    name = "postConversationsCallParticipantSnippetRecord"
    derived = derive([name])
    assert not derived.complete
    assert derived.remarks == (f"not known: which scopes {name} needs",)
    assert f"# NOT KNOWN: the scopes that {name} needs." in derived.terraform
    write_derived(derived, str(tmp_path), "application")
    assert verdicts(judged(tmp_path)) == {
        ("CODE", Verdict.UNKNOWN), ("CLIENT-CREDENTIALS", Verdict.PASS),
    }  # fmt: skip


def test_calls_that_need_nothing_pass_with_nothing(tmp_path: Path) -> None:
    name = next(n for n in KNOWN if SHIPPED.operations[n].scopes == ((),)
                and not SHIPPED.operations[n].permissions.names)  # type: ignore[union-attr]  # fmt: skip
    write_derived(derive([name]), str(tmp_path), "application")
    report = judged(tmp_path)
    assert (report.exit_code, report.count(Verdict.FAIL)) == (ExitCode.OK, 0)


@pytest.mark.terraform
def test_terraform_takes_it_as_it_is_written(workspace: Workspace) -> None:
    operations = [CALL, "putRecordingJob", "deleteUser", "getUsersMe", "postRecordingJobs",
                  "postContentmanagementDocuments", "getPresencedefinitions"]  # fmt: skip
    folder = workspace.directory
    (folder / "application.tf").write_text(derive(operations).terraform, encoding="utf-8")
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-diff"], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    (folder / "providers.tf").write_text(
        "terraform {\n  required_providers {\n"
        '    genesyscloud = { source = "mypurecloud/genesyscloud" }\n  }\n}\n'
    )
    workspace.init()
    plan = workspace.plan()
    assert len(plan["resource_changes"]) == 3


SECRET = "s3cret-token-of-jane"


def entry(method: str, url: str, **more: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "request": {
            "method": method,
            "url": url,
            "headers": [{"name": "Authorization", "value": f"Bearer {SECRET}"}],
            "postData": {"mimeType": "application/json", "text": json.dumps({"name": SECRET})},
        },
        "response": {"status": 200, "content": {"text": json.dumps({"name": SECRET})}},
        **more,
    }


API = "https://api.mypurecloud.com/api/v2"
ENTRIES = [
    entry("GET", f"{API}/users/me?token={SECRET}"),
    entry("GET", f"{API}/users/me?token={SECRET}"),
    entry("PATCH", f"{API}/conversations/calls/1/participants/2"),
    entry("OPTIONS", f"{API}/conversations/calls/1/participants/2"),
    entry("POST", f"https://login.mypurecloud.com/oauth/token?{SECRET}"),
    entry("GET", f"https://apps.mypurecloud.com/{SECRET}/app.js"),
    entry("POST", f"{API}/recording-sessions/{SECRET}/start"),
    entry("POST", f"{API}/recording-sessions/{SECRET}/start"),
    entry(f"X{SECRET}", f"{API}/users/{SECRET}"),
    entry("GET", f"{API}/users/{SECRET}/{SECRET}@example.com"),
]


def recording(tmp_path: Path, *entries: Any) -> str:
    path = tmp_path / "recorded.har"
    path.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    return str(path)


def test_calls_are_taken_from_a_recording_and_nothing_else_is(tmp_path: Path) -> None:
    derived = derive(har=recording(tmp_path, *ENTRIES))
    assert derived.operations == ("getUsersMe", CALL)
    assert derived.unmatched == (
        ("? /api/v2/users/...", 1),
        ("GET /api/v2/users/.../...", 1),
        ("POST /api/v2/recording-sessions/.../start", 2),
    )
    assert derived.others == 3
    assert not derived.complete
    assert SECRET not in f"{derived}{derived.remarks}"
    assert "#   POST /api/v2/recording-sessions/.../start\n" in derived.policy
    assert yaml.safe_load(derived.policy)["rules"][0]["require"]["operations"] == [
        "getUsersMe", CALL,
    ]  # fmt: skip


def test_a_contract_gives_recorded_calls_their_names(tmp_path: Path) -> None:
    derived = derive(har=recording(tmp_path, ENTRIES[6]), contracts=["recording-session"])
    assert derived.operations == ("startRecordingSession",)
    assert derived.complete


def test_calls_of_other_products_are_no_calls_of_ours(tmp_path: Path) -> None:
    other = entry("DELETE", "https://acme.example.com/api/v2/users/1")
    derived = derive(har=recording(tmp_path, ENTRIES[0], other))
    assert derived.operations == ("getUsersMe",)
    assert derived.others == 1


LOOSE = """
openapi: 3.1.0
info: {title: Loose, version: "1"}
components: {securitySchemes: {o: {type: oauth2}}}
paths:
  /api/v2/conversations/calls/{conversationId}/participants/{participantId}:
    patch:
      operationId: patchConversationsCallParticipant
      security: [{}]
      x-inin-requires-permissions: {type: ANY, permissions: []}
      responses: {"202": {description: Taken.}}
"""
RULE = """
version: 1
name: %s
%s
rules:
  - {id: %s, title: Calls, require: {operations: [patchConversationsCallParticipant]}}
"""


def test_one_policys_contract_does_not_loosen_anothers_rule(tmp_path: Path) -> None:
    (tmp_path / "loose.yaml").write_text(LOOSE)
    (tmp_path / "a.yaml").write_text(RULE % ("a", "contracts: [./loose.yaml]", "A1"))
    (tmp_path / "b.yaml").write_text(RULE % ("b", "", "B1"))
    (tmp_path / "main.tf").write_text(
        'resource "genesyscloud_oauth_client" "c" {\n  name = "c"\n'
        '  authorized_grant_type = "CODE"\n  scopes = ["users"]\n}\n'
    )
    paths = [str(tmp_path / name) for name in ("a.yaml", "b.yaml")]
    assert check([str(tmp_path)], policies=paths[1:]).exit_code == ExitCode.VIOLATION
    for order in (paths, paths[::-1]):
        with pytest.raises(ToolkitError, match="defines the operation"):
            check([str(tmp_path)], policies=order)


def test_half_of_a_half_of_a_scope_is_not_published() -> None:
    assert SHIPPED.has_scope("conversations:readonly")
    assert not SHIPPED.has_scope("conversations:readonly:readonly")


def test_operations_can_be_added_to_a_recording(tmp_path: Path) -> None:
    derived = derive(["getConversationsCall"], har=recording(tmp_path, ENTRIES[0]))
    assert derived.operations == ("getConversationsCall", "getUsersMe")


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        ({}, UsageError, "no operation is named"),
        ({"operations": ["getUserMe"]}, CatalogError, 'did you mean "getUsersMe"'),
        ({"operations": ["startRecordingSession"]}, CatalogError, "no operation"),
        ({"operations": ["getUsersMe"], "name": "a b"}, UsageError, "cannot name a Terraform"),
        ({"operations": ["getUsersMe"], "name": "../x"}, UsageError, "cannot name a Terraform"),
        ({"har": "nowhere.har"}, ProbeError, "cannot be read"),
        ({"operations": ["getUsersMe"], "contracts": ["nothing"]}, ToolkitError, "no contract"),
    ],
)
def test_what_cannot_be_derived(arguments: dict[str, Any], kind: type, said: str) -> None:
    with pytest.raises(kind) as caught:
        derive(**arguments)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([], "no published call is among its requests"),
        (ENTRIES[4:6], "no published call is among its requests, which are 2"),
        (ENTRIES[6:7], "requests; it has POST /api/v2/recording-sessions/.../start"),
    ],
)
def test_a_recording_without_a_published_call(
    entries: list[Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as caught:
        derive(har=recording(tmp_path, *entries))
    assert said in caught.value.message
    assert SECRET not in caught.value.message


@pytest.mark.parametrize("there", ["application.yaml", "application.tf"])
def test_nothing_is_overwritten(there: str, tmp_path: Path) -> None:
    (tmp_path / there).write_text("mine")
    with pytest.raises(UsageError) as caught:
        write_derived(derive([CALL]), str(tmp_path), "application")
    assert there in caught.value.message
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(there, "mine")]


RECORDINGS = Path(__file__).parents[1] / "probe" / "recordings"


def test_a_recorded_body_tells_which_permission_is_needed() -> None:
    derived = derive(har=str(RECORDINGS / "wrapup-only.har"))
    assert derived.complete
    assert 'entity_name = "participant"\n    action_set  = ["wrapup"]' in derived.terraform
    assert 'action_set  = ["record"]' not in derived.terraform
    assert '          - "conversation:participant:wrapup"' in derived.policy


def test_what_means_different_things_is_never_picked_silently() -> None:
    derived = derive([CALL])
    assert not derived.complete
    (told,) = derived.remarks
    assert "conversation:call:record starts and stops recording" in told
    assert "conversation:participant:wrapup wraps up" in told
    assert "permission_policies" not in derived.terraform
    chosen = derive([CALL], choose=lambda _, meanings: [meanings[0].permission])
    assert chosen.complete
    assert 'action_set  = ["record"]' in chosen.terraform


def test_a_contract_that_narrows_an_operation_has_decided() -> None:
    derived = derive([CALL], contracts=["call-recording"])
    assert derived.complete
    assert 'action_set  = ["record"]' in derived.terraform


def test_the_operations_whose_alternatives_differ_stand_in_a_table_with_reasons() -> None:
    page = (Path(__file__).parents[2] / "docs/commands/policy.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines()]
    reasons = {name.strip("` "): row[2:] for row in rows for name in row[0].split(",")}
    assert [name for name in MEANINGS if not any(reasons.get(name, ()))] == []


@pytest.mark.parametrize("operation", MEANINGS)
def test_each_permission_of_the_table_is_published(operation: str) -> None:
    published = SHIPPED.operation(operation)
    assert published is not None
    assert published.permissions is not None
    named = [each.permission for each in MEANINGS[operation]]
    assert set(named) <= set(published.permissions.names)
    assert not derive([operation]).complete


def test_the_body_of_recording_settings_tells_which_is_needed(tmp_path: Path) -> None:
    url = "https://api.mypurecloud.com/api/v2/recording/settings"
    sent = {"mimeType": "application/json", "text": json.dumps({"recordingPlaybackUrlTtl": 60})}
    request = {"method": "PUT", "url": url, "postData": sent}
    path = tmp_path / "x.har"
    path.write_text(json.dumps({"log": {"entries": [{"request": request, "response": {}}]}}))
    derived = derive(har=str(path))
    assert derived.complete
    assert 'action_set  = ["editUrlExpiration"]' in derived.terraform
    assert "editScreenRecordings" not in derived.terraform


@pytest.mark.parametrize(
    ("body", "granted"),
    [
        ({"state": "disconnected"}, ["disconnect"]),
        ({"state": "DISCONNECTED", "wrapup": {"code": "x"}}, ["disconnect", "wrapup"]),
        # A field that is null asks for nothing; serializers write such fields.
        ({"recording": True, "wrapup": None, "state": None}, ["record"]),
        ({"recording": False}, ["record"]),
        # No document says which permission is needed to answer a call.
        ({"state": "connected"}, []),
        ({"recording": None}, []),
    ],
)
def test_a_body_grants_no_more_than_it_asks_for(
    body: dict[str, Any], granted: list[str], tmp_path: Path
) -> None:
    url = "https://api.mypurecloud.com/api/v2/conversations/calls/k/participants/p"
    sent = {"mimeType": "application/json", "text": json.dumps(body)}
    request = {"method": "PATCH", "url": url, "postData": sent}
    path = tmp_path / "x.har"
    path.write_text(json.dumps({"log": {"entries": [{"request": request, "response": {}}]}}))
    derived = derive(har=str(path))
    assert derived.complete is bool(granted)
    given = [
        each for each in ("disconnect", "record", "wrapup") if f'["{each}"]' in derived.terraform
    ]
    assert given == granted
