"""`catalog` and `policy derive` through the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.catalog import facts
from tests.genesys.servers import answering, raw, serving
from toolkit.catalog.catalog import _FILE
from toolkit.cli import cli
from toolkit.errors import ExitCode
from toolkit.workflows import open_catalog

SWAGGER = Path(facts.FOLDER / "swagger.json")


def test_which_scope_does_it_need_to_patch_a_call_participant(invoke: Any) -> None:
    done = invoke("catalog", "search", "patch", "call", "participant")
    assert done.exit_code == 0
    assert done.stdout.startswith(
        "patchConversationsCallParticipant\n"
        "  PATCH /api/v2/conversations/calls/{conversationId}/participants/{participantId}\n"
        "  Start or stop recording on a participant\n"
        "  scope of a client that a user logs in to (CODE, TOKEN, ...)\n"
        "    conversations\n"
    )
    assert done.stdout.endswith("Source: the published API, 2026-07.\n")


@pytest.mark.parametrize("scope", ["recording:modify", "recording:session:writ", "recordingSesion"])
def test_what_should_an_unpublished_scope_be(invoke: Any, scope: str) -> None:
    done = invoke("catalog", "show", scope)
    assert done.exit_code == ExitCode.INPUT
    assert '"conversations" controls live recording' in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("patchConversationsCallParticipant", ["may refuse every CLIENT-CREDENTIALS", "one of\n"]),
        ("PATCHconversationsCALLparticipant", ["patchConversationsCallParticipant (operation)"]),
        ("get /api/v2/users/me", ["getUsersMe (operation)", "user-basic-info", "    none\n"]),
        ("putRecordingJob", ["all of\n", "      recording:job:edit\n"]),
        (
            "postConversationsCallParticipantSnippetRecord",
            ["not known: the documents of the API do not say"],
        ),
        ("getUserrecordingTranscoding", ["not known: decided behind the API"]),
        ("conversations", ["conversations (scope)", "includes conversations:readonly", "--all"]),
        ("upload:readonly", ["upload:readonly (scope)", "0 operations take it"]),
        ("conversation:call:record", ["8 operations ask for it"]),
        ("conversation:call:*", ["(permission)", "deleteConversationsCall"]),
        (
            "recording:session:write",
            ["startRecordingSession", "The published API (2026-07)\ndoes not have it"],
        ),
        ("startRecordingSession", ["recording:session:write and recordingSession"]),
    ],
)
def test_show(invoke: Any, name: str, said: list[str]) -> None:
    done = invoke("catalog", "show", name)
    assert done.exit_code == 0, done.stderr
    missing = [
        text for text in said if text.replace("\n", " ") not in done.stdout.replace("\n", " ")
    ]
    assert not missing, done.stdout


@pytest.mark.parametrize(
    "name", ["", " ", "getUserMe", "GET /api/v2/nothing", "x\x1b[2Jy", "a:b:c"]
)
def test_show_what_is_none(invoke: Any, name: str) -> None:
    done = invoke("catalog", "show", name)
    assert done.exit_code == ExitCode.INPUT
    error, hint = done.stderr.splitlines()
    assert error.startswith("error: the published API (2026-07) has no operation")
    assert hint.startswith("hint: ")
    assert "\x1b" not in done.stderr


def test_a_name_of_the_thread_that_is_nearly_spelled(invoke: Any) -> None:
    done = invoke("catalog", "show", "postRecordingSesionStart")
    assert "spelled alike: postRecordingSessionStart" in done.stderr


def test_all_lists_all(invoke: Any) -> None:
    short, long = (invoke("catalog", "show", "conversations", *more) for more in ((), ("--all",)))
    assert "... and 174 operations more: --all\n" in short.stdout
    assert long.stdout.count("/api/v2/") == 194


def test_show_for_machines(invoke: Any) -> None:
    document = json.loads(invoke("catalog", "show", "putRecordingJob", "-f", "json").stdout)
    (operation,) = document["operations"]
    assert operation["scopes"] == [["recordings"]]
    assert operation["permissions"]["mode"] == "ALL"
    row = facts.rows()["putRecordingJob"]
    assert operation["permissions"]["names"] == row["permissions"]["names"]


def test_search_for_machines_has_everything(invoke: Any) -> None:
    document = json.loads(invoke("catalog", "search", "recordingstate", "-f", "json").stdout)
    expected = {name for name in facts.rows() if "recordingstate" in name.lower()}
    assert {each["operation_id"] for each in document["operations"]} == expected


def test_search_finds_what_only_a_contract_has(invoke: Any) -> None:
    lines = invoke("catalog", "search", "start", "recording").stdout.splitlines()
    assert lines[0] == "patchConversationsCallParticipant"
    assert "startRecordingSession" in lines
    assert "  of the contract recording-session; the published API does not have it" in lines
    document = json.loads(invoke("catalog", "search", "start", "recording", "-f", "json").stdout)
    contracts = [each["contract"] for each in document["operations"]]
    assert contracts[0] is None
    assert "recording-session" in contracts
    # Published operations come first.
    assert contracts == sorted(contracts, key=lambda name: name is not None)


@pytest.mark.parametrize("word", ["record", "recording", "session"])
def test_search_names_what_only_a_contract_has_although_it_is_cut_off(
    invoke: Any, word: str
) -> None:
    said = " ".join(invoke("catalog", "search", word).stdout.split())
    assert "startRecordingSession (recording-session)" in said


def test_show_finds_a_call_that_only_a_contract_has(invoke: Any) -> None:
    by_id = invoke("catalog", "show", "startRecordingSession")
    by_call = invoke("catalog", "show", "POST /api/v2/recording-sessions/1/start")
    assert by_call.exit_code == 0
    assert by_call.stdout == by_id.stdout
    assert "Source: the contract recording-session that ships." in by_call.stdout


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("/api/v2/tokens/me", "Put the method in front: GET or DELETE or HEAD /api/v2/tokens/me"),
        ("post /api/v2/tokens/me", "There is no POST at this path, but GET, DELETE, HEAD."),
        ("/api/v2/recording-sessions", "Put the method in front: GET /api/v2/recording-sessions"),
        ("PUT /api/v2/recording-sessions", "There is no PUT at this path, but GET."),
    ],
)
def test_show_says_how_a_path_can_be_asked_for(invoke: Any, name: str, hint: str) -> None:
    assert invoke("catalog", "show", name).stderr.splitlines()[1] == f"hint: {hint}"


def test_search_for_nothing(invoke: Any) -> None:
    done = invoke("catalog", "search", "xyzzy")
    assert (done.exit_code, done.stdout) == (ExitCode.INPUT, "")
    assert 'error: nothing in the published API (2026-07) has "xyzzy"' in done.stderr


def test_compile_a_file_and_use_it(invoke: Any, tmp_path: Path) -> None:
    made = tmp_path / "made.jsonl.gz"
    done = invoke("catalog", "compile", str(SWAGGER), "-o", str(made), "--date", "2026-11-01")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == (f"{made}: 8 operations, 4 scopes and 4 permissions of 2026-11-01\n")
    shown = invoke("catalog", "show", "getThings", "--catalog", str(made))
    assert "  List the things\n" in shown.stdout
    assert shown.stdout.endswith("Source: the published API, 2026-11-01.\n")
    (tmp_path / "main.tf").write_text(
        'resource "genesyscloud_oauth_client" "c" {\n  name = "c"\n'
        '  authorized_grant_type = "CODE"\n  scopes = ["things:readonly"]\n}\n'
    )
    policy = tmp_path / "p.yaml"
    policy.write_text(
        "version: 1\nname: p\nrules:\n  - {id: R, title: t, require: {operations: [getThings]}}\n"
    )
    arguments = ("check", str(tmp_path), "-p", str(policy))
    assert invoke(*arguments, "--catalog", str(made)).exit_code == 0
    assert invoke(*arguments).exit_code == ExitCode.INPUT
    assert invoke("policy", "lint", str(policy), "--catalog", str(made)).exit_code == 0
    assert invoke("policy", "lint", str(policy)).exit_code == ExitCode.INPUT
    derived = invoke("policy", "derive", "--operations", "getThings", "--catalog", str(made))
    assert '["things:readonly"]' in derived.stdout


def test_compile_the_facts_gives_what_ships(invoke: Any, tmp_path: Path) -> None:
    (tmp_path / "operations.json").write_bytes(facts.table())
    (tmp_path / "scopes.json").write_bytes(facts.scopes())
    made = tmp_path / "made"
    done = invoke("catalog", "compile", str(tmp_path / "operations.json"), "-o", str(made))
    assert done.exit_code == 0, done.stderr
    shown, shipped = (invoke("catalog", "show", "conversations", *more).stdout
                      for more in (("--catalog", str(made)), ()))  # fmt: skip
    assert shown == shipped
    assert str(tmp_path).encode() not in made.read_bytes()


@pytest.mark.server
def test_compile_an_address(invoke: Any, tmp_path: Path) -> None:
    made = str(tmp_path / "made")
    with serving(
        answering(SWAGGER.read_bytes(), headers="Content-Type: application/json\r\n")
    ) as at:
        url = f"{at.url}/api/v2/docs/swagger?token=hidden"
        done = invoke("catalog", "compile", url, "-o", made)
    assert done.exit_code == 0, done.stderr
    (request,) = at.requests
    assert request.startswith("GET /api/v2/docs/swagger")
    assert "Authorization" not in request
    shown = invoke("catalog", "show", "postThings", "--catalog", made)
    assert "thing:part:add" in shown.stdout
    source = open_catalog(made).header.source
    assert (source, "hidden" in source) == (f"{at.url}/api/v2/docs/swagger", False)


@pytest.mark.server
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (answering(b"", status="404 Not Found"), ExitCode.REMOTE),
        (answering(b"<html>"), ExitCode.REMOTE),
        (answering(b"", status="302 Found", headers="Location: http://x/\r\n"), ExitCode.REMOTE),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"), ExitCode.REMOTE),
        (answering(b"{}"), ExitCode.INPUT),
        (answering(b""), ExitCode.INPUT),
    ],
)
def test_an_address_without_a_document(
    invoke: Any, tmp_path: Path, answer: Any, status: ExitCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.genesys.transport._PAUSES", (0.0,))
    made = tmp_path / "made"
    with serving(answer) as at:
        url = at.url.replace("//", "//user:hidden@") + "/x?token=hidden"
        done = invoke("catalog", "compile", url, "-o", str(made))
    assert done.exit_code == status, done.stderr
    assert "hidden" not in done.stderr
    assert done.stderr.startswith("error: ")
    assert not made.exists()


@pytest.mark.parametrize("document", ["", "{}", "[]", '{"swagger": "2.0"}', "not JSON"])
def test_a_broken_document_changes_nothing(invoke: Any, tmp_path: Path, document: str) -> None:
    before = _FILE.read_bytes()
    made, source = tmp_path / "made", tmp_path / "doc.json"
    made.write_bytes(before)
    source.write_text(document)
    done = invoke("catalog", "compile", str(source), "-o", str(made))
    assert done.exit_code == ExitCode.INPUT
    assert len(done.stderr.splitlines()) == 2
    assert made.read_bytes() == _FILE.read_bytes() == before


def test_an_older_catalog_is_replaced_and_nothing_else(invoke: Any, tmp_path: Path) -> None:
    old, other = tmp_path / "old", tmp_path / "other"
    old.write_bytes(_FILE.read_bytes())
    other.write_text("mine")
    assert invoke("catalog", "compile", str(SWAGGER), "-o", str(old)).exit_code == 0
    assert old.read_bytes() != _FILE.read_bytes()
    done = invoke("catalog", "compile", str(SWAGGER), "-o", str(other))
    assert done.exit_code == ExitCode.INPUT
    assert "what is there is not a catalog" in done.stderr
    assert other.read_text() == "mine"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["old", "other"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("catalog", "compile", "nowhere.json"),
        ("catalog", "compile", "."),
        ("catalog", "compile", "https://"),
        ("catalog", "compile", "https://a:b/"),
        ("catalog", "compile", "https://[x/"),
        ("catalog", "compile", str(SWAGGER), "-o", "/nowhere/made"),
        ("catalog", "compile", str(SWAGGER), "--date", "yesterday"),
        ("catalog", "show", "users", "--catalog", "nowhere"),
        ("catalog", "show", "users", "--catalog", str(SWAGGER)),
        ("check", ".", "--catalog", str(SWAGGER)),
        ("policy", "derive"),
        ("policy", "derive", "--operations", ","),
        ("policy", "derive", "--operations", "getUsersMe", "--grant-type", "code"),
        ("policy", "derive", "--operations", "getUsersMe", "--out", str(SWAGGER)),
        ("policy", "derive", "--operations", "getUsersMe", "--name", "1"),
        ("policy", "derive", "--from-har", str(SWAGGER)),
    ],
)
def test_bad_input(invoke: Any, arguments: tuple[str, ...]) -> None:
    done = invoke(*arguments)
    assert done.exit_code == ExitCode.INPUT
    assert done.stderr.startswith("error: ")
    assert "hint: " in done.stderr
    assert done.stdout == ""


def test_derive_to_stdout_and_to_files(invoke: Any, tmp_path: Path) -> None:
    arguments = ("policy", "derive", "--operations", "getUsersMe, getUser", "--name", "desk")
    done = invoke(*arguments)
    assert done.exit_code == 0
    assert done.stdout.startswith("# desk.yaml\n# Made by 'recording-toolkit policy derive' from")
    assert "\n# desk.tf\n" in done.stdout
    out = tmp_path / "new" / "folder"
    done = invoke(*arguments, "--out", str(out))
    assert done.stdout == f"{out}/desk.yaml\n{out}/desk.tf\n"
    again = invoke(*arguments, "--out", str(out))
    assert again.exit_code == ExitCode.INPUT
    assert "is not overwritten" in again.stderr
    checked = invoke("check", str(out), "-p", str(out / "desk.yaml"), "--fail-on", "note")
    assert checked.exit_code == 0, checked.stdout


def test_derive_says_what_it_left_out(tmp_path: Path) -> None:
    har = tmp_path / "recorded.har"
    urls = ("users/me", "recording-sessions/1/start", "recording-sessions/2/start")
    entries: list[dict[str, Any]] = [
        {"request": {"method": "GET", "url": f"https://api.example.com/api/v2/{url}"}}
        for url in urls
    ]
    entries.append({"request": {"method": "GET", "url": "https://example.com/logo.png"}})
    har.write_text(json.dumps({"log": {"entries": entries}}))
    done = CliRunner().invoke(cli, ["policy", "derive", "--from-har", str(har)])
    assert done.exit_code == ExitCode.UNDECIDED
    assert done.stderr == (
        "note: no known operation: GET /api/v2/recording-sessions/.../start (2 requests)\n"
        "note: left out: 1 recorded request that is none of the API\n"
    )


def test_a_permission_is_shown_with_its_risk_and_the_reason(invoke: Any) -> None:
    text = invoke("catalog", "show", "recording:recording:editRetention").stdout
    assert "recording-deletion: deletes recordings. " in text
    document = json.loads(
        invoke("catalog", "show", "recording:recording:*", "--format", "json").stdout
    )
    found = {each["class"]: each["why"] for each in document["risks"]}
    assert {"personal-data", "recording-deletion", "bulk-export"} <= found.keys()
    assert all(found.values())
    harmless = invoke("catalog", "show", "routing:queue:view").stdout
    assert "recording-deletion" not in harmless


def test_the_permissions_of_a_risk_are_found_by_its_name(invoke: Any) -> None:
    found = json.loads(invoke("catalog", "search", "role-grant", "--format", "json").stdout)
    assert "authorization:grant:add" in found["permissions"]
