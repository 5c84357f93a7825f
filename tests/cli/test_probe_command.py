"""`probe`, `explain` and `demo` on the command line: one line, the right status, no secrets."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click.testing
import jsonschema
import pytest

import toolkit.reporters
from tests.genesys.servers import answering, serving
from tests.genesys.test_transport import certificate
from tests.probe.accuracy import environment, state_of
from toolkit.cli import cli
from toolkit.genesys.credentials import OPERATOR_ID, OPERATOR_SECRET, SUBJECT_TOKEN
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running

READY = load_scenario("ready")
SESSION = ("--session-id", READY.target.session)
SCHEMA = json.loads(
    (Path(toolkit.reporters.__file__).parent / "report.schema.json").read_text(encoding="utf-8")
)
CANARY = "canary-77aa"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("RECORDING_TOOLKIT_", "GENESYSCLOUD_")) or "PROXY" in name.upper():
            monkeypatch.delenv(name)


@pytest.fixture
def url() -> Iterator[str]:
    with running(READY) as found:
        yield found


def call(*args: str, **environ: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(cli, args, env=dict(environ))


def user() -> dict[str, str]:
    return environment(READY, "user")


def only_line(result: click.testing.Result) -> str:
    """Return the error line. An error has at most one hint, and no traceback."""
    lines = result.stderr.splitlines()
    assert len(lines) <= 2, lines
    assert lines[0].startswith("error: ")
    assert not lines[1:] or lines[1].startswith("hint: ")
    return lines[0]


@pytest.mark.server
def test_a_start_that_works(url: str) -> None:
    result = call("probe", "--api-url", url, *SESSION, "--yes", **user())
    assert result.exit_code == 0
    assert "READY\n" in result.stdout
    assert result.stdout.endswith("exit 0: the client can start recordings\n")
    assert result.stderr == ""


@pytest.mark.server
def test_nobody_to_ask_is_a_usage_error_before_any_request() -> None:
    with serving(answering(b"{}")) as served:
        result = call("probe", "--api-url", served.url, *SESSION, **user())
    assert result.exit_code == 2
    assert "there is nobody to ask" in only_line(result)
    assert served.requests == []


@pytest.mark.server
def test_the_report_as_json_fits_its_schema(url: str) -> None:
    for options in (["--yes"], ["--dry-run"], ["--preflight"]):
        result = call("probe", "--api-url", url, *SESSION, *options, "-f", "json", **user())
        document = json.loads(result.stdout)
        jsonschema.validate(document, SCHEMA)
        assert document["command"] == "probe"
        assert document["summary"]["exit_code"] == result.exit_code
        assert {step["name"] for step in document["steps"]} >= {"token", "who-am-i"}


@pytest.mark.server
def test_the_client_that_is_meant(url: str, tmp_path: Path) -> None:
    state = str(state_of(tmp_path, "user"))
    options = ("--client", "genesyscloud_oauth_client.recorder", "--source", state)
    result = call("probe", "--api-url", url, *SESSION, "--yes", *options, **user())
    assert result.exit_code == 0
    other = {SUBJECT_TOKEN: "mock-token-bystander-person"}
    result = call("probe", "--api-url", url, *SESSION, "--yes", *options, **other)
    assert result.exit_code == 1
    assert "MISCONFIGURED auth.wrong-client (proven)" in result.stdout


@pytest.mark.parametrize(
    ("args", "environ", "line"),
    [
        ((), {}, "the credentials of the client under test are not set"),
        (
            (),
            {OPERATOR_ID: "a", OPERATOR_SECRET: CANARY},
            "only the operator's credentials are set",
        ),
        ((), {SUBJECT_TOKEN: f"{CANARY}\x07"}, "holds a character that no credential has"),
        (("--region", "eu-west-9"), {}, "there is no region 'eu-west-9'"),
        (("--region", "eu-west-9"), {SUBJECT_TOKEN: CANARY}, "there is no region 'eu-west-9'"),
        (("--contract", "recording-state"), {SUBJECT_TOKEN: CANARY}, "cannot be probed"),
        (("--contract", "recording-sesion"), {SUBJECT_TOKEN: CANARY}, "did you mean"),
        (("--event", "none.json"), {SUBJECT_TOKEN: CANARY}, "none.json: the event cannot be read"),
        (("--ca-bundle", "none.pem"), {SUBJECT_TOKEN: CANARY}, "none.pem: no such file"),
        (("--client", "a.b"), {SUBJECT_TOKEN: CANARY}, "--client needs --source"),
        (("--api-url", f"https://u:{CANARY}@x"), {SUBJECT_TOKEN: CANARY}, "holds more than a host"),
        (("--wait", "x"), {SUBJECT_TOKEN: CANARY}, "--wait"),
    ],
)
def test_what_is_refused(args: tuple[str, ...], environ: dict[str, str], line: str) -> None:
    base = ("--api-url", "http://127.0.0.1:9") if "--region" not in args else ()
    result = call("probe", *base, *SESSION, "--yes", *args, **environ)
    assert result.exit_code == 2
    assert line in only_line(result)
    assert CANARY not in result.output


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("http://127.0.0.1:9", "127.0.0.1 port 9 cannot be connected to"),
        ("https://api.nowhere.invalid", "the name api.nowhere.invalid cannot be resolved"),
    ],
)
def test_a_host_that_is_not_there(where: str, says: str) -> None:
    result = call("probe", "--api-url", where, "--preflight", **{SUBJECT_TOKEN: CANARY})
    assert result.exit_code == 4
    assert "UNREACHABLE network.unreachable (proven)" in result.stdout
    assert says in " ".join(result.stdout.split())
    assert "Traceback" not in result.output
    assert CANARY not in result.output


@pytest.mark.server
def test_an_expired_certificate(tmp_path: Path) -> None:
    context, pem = certificate(tmp_path, expired=True)
    with serving(answering(b"{}"), context=context) as served:
        result = call(
            "probe",
            "--api-url",
            served.url,
            "--preflight",
            "--ca-bundle",
            str(pem),
            **{SUBJECT_TOKEN: CANARY},
        )
    assert result.exit_code == 4
    assert "the certificate of 127.0.0.1 is not accepted" in " ".join(result.stdout.split())
    assert served.requests == []


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'{"a": 1,\n  "b" 2}', ":2:7"),
        (b"\xef\xbb\xbf[1, x]", ":1:5"),
        (b'{"a": 1', ""),
    ],
)
def test_json_that_is_none_says_where(data: bytes, place: str, tmp_path: Path) -> None:
    path = tmp_path / "payload.json"
    path.write_bytes(data)
    result = call("explain", "--payload", str(path))
    assert result.exit_code == 2
    assert f"payload.json{place}: the payload is not JSON" in result.stderr


@pytest.mark.server
def test_a_port_without_tls_is_no_matter_of_certificates() -> None:
    with running(load_scenario("ready")) as url:
        secure = url.replace("http://", "https://")
        result = call("probe", "--api-url", secure, "--preflight", **user())
    said = " ".join(result.stdout.split())
    assert result.exit_code == 4
    assert "does not speak TLS" in said
    assert "needs http:// in place of https://" in said
    assert "--ca-bundle" not in said


@pytest.mark.server
def test_a_wrong_host_that_answers_something() -> None:
    page = answering(b"<html>hello</html>", headers="Content-Type: text/html\r\n")
    with serving(page) as served:
        result = call("probe", "--api-url", served.url, "--preflight", **{SUBJECT_TOKEN: CANARY})
    assert result.exit_code == 4
    assert "platform.unavailable" in result.stdout


@pytest.mark.server
@pytest.mark.parametrize(
    ("status", "exit_code", "says"),
    [
        ("404 Not Found", 4, "The answer is not one of the API"),
        ("400 Bad Request", 4, "The answer is not one of the API"),
        ("403 Forbidden", 3, "nothing shows whether the API accepts the token"),
    ],
)
def test_a_preflight_that_another_server_answers_is_no_success(
    status: str, exit_code: int, says: str
) -> None:
    with serving(answering(b"", status=status)) as served:
        result = call(
            "probe", "--api-url", served.url, "-v", "--preflight", **{SUBJECT_TOKEN: CANARY}
        )
    assert result.exit_code == exit_code
    shown = " ".join(result.stdout.split())
    assert says in shown
    assert "--api-url" in shown
    assert "auth.token-rejected: no answer shows" in shown


@pytest.mark.server
def test_a_preflight_that_cannot_tell_whose_token_it_is(tmp_path: Path) -> None:
    refused = load_scenario("self-reading-refused")
    state = str(state_of(tmp_path, "user"))
    options = ("--client", "genesyscloud_oauth_client.recorder", "--source", state)
    with running(refused) as url:
        meant = call("probe", "--api-url", url, "-v", "--preflight", *options, **user())
        alone = call("probe", "--api-url", url, "--preflight", "-v", **user())
    assert (meant.exit_code, alone.exit_code) == (3, 0)
    assert "whether the token belongs to the client that is meant" in " ".join(meant.stdout.split())
    said = " ".join(alone.stdout.split())
    assert "recordingSession; the token's scopes cannot be read: GET /api/v2/tokens/me" in said


@pytest.mark.server
def test_nothing_is_said_to_be_sent_where_nothing_was() -> None:
    where = "http://api.nowhere.invalid"
    given = ("probe", "--api-url", where, "--allow-http", "--preflight")
    result = call(*given, **{SUBJECT_TOKEN: CANARY})
    assert result.exit_code == 4
    assert "over http" not in result.stdout
    assert "--api-url" in result.stdout
    with serving(answering(b"{}")) as proxy:
        sent = call(*given, **{SUBJECT_TOKEN: CANARY, "HTTP_PROXY": proxy.url})
    assert "over http" in sent.stdout


@pytest.mark.server
def test_no_secret_of_an_answer_or_the_environment_is_shown() -> None:
    body = json.dumps({"message": CANARY, "code": CANARY, "error": CANARY, "access_token": CANARY})
    for status in ("200 OK", "400 Bad", "401 No", "403 No", "500 Oh"):
        answer = answering(
            body.encode(),
            status=status,
            headers=f"ININ-Correlation-Id: x\r\nSet-Cookie: {CANARY}\r\n",
        )
        with serving(answer) as served:
            for environ in (
                {SUBJECT_TOKEN: CANARY},
                {"RECORDING_TOOLKIT_CLIENT_ID": "id", "RECORDING_TOOLKIT_CLIENT_SECRET": CANARY},
            ):
                for form in ("text", "json"):
                    result = call(
                        "probe", "--api-url", served.url, *SESSION, "--yes", "-f", form, **environ
                    )
                    assert result.exit_code in (1, 3, 4), result.output
                    assert CANARY not in result.output


@pytest.mark.server
def test_text_fits_80_columns_but_for_what_is_one_word(url: str) -> None:
    result = call("probe", "--api-url", url, *SESSION, "--dry-run", **user())
    long = [line for line in result.stdout.splitlines() if len(line) > 80]
    assert not [line for line in long if len(line.split()) > 1]


def test_explain(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text('{"recordedUserIds": ["a"]}')
    result = call("explain", "--payload", str(body))
    assert result.exit_code == 1
    assert "MISCONFIGURED payload.invalid (likely, by the forum thread's contract)" in result.stdout
    assert "mediaTypes is required" in result.stdout
    document = json.loads(call("explain", "--payload", str(body), "-f", "json").stdout)
    jsonschema.validate(document, SCHEMA)
    assert document["verdict"] == "misconfigured"
    assert any(not each["excluded"] for each in document["ruled_out"])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "the recording is not JSON"),
        (b"\xff\xfe\x00", "the recording is not JSON"),
        (b"[" * 100_000, "the recording is not JSON"),
        (f'{{"secret": "{CANARY}"}}'.encode(), "neither a HAR nor a Postman collection"),
        (b'{"log": {"entries": []}}', "no call of a contract that ships is among its 0"),
    ],
)
def test_a_har_that_is_none(content: bytes, line: str, tmp_path: Path) -> None:
    path = tmp_path / "x.har"
    path.write_bytes(content)
    result = call("explain", "--har", str(path))
    assert result.exit_code == 2
    assert line in only_line(result)
    assert CANARY not in result.output


@pytest.mark.parametrize("words", ["Session is not in a state.", '"Session is not in a state."'])
def test_the_words_of_an_answer_alone_are_told_how_to_be_given(words: str, tmp_path: Path) -> None:
    path = tmp_path / "answer.txt"
    path.write_text(words)
    result = call("explain", "--response", str(path))
    assert result.exit_code == 2
    assert '{"status": 400, "message": "..."}' in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("args", "line"),
    [
        ((), "nothing to explain is given"),
        (("--har", "a", "--payload", "b"), "--har and --payload are both given"),
        (("--har", "a", "--session", "b"), "--har and --session are both given"),
        (("--har", "gone.har"), "gone.har: the recording cannot be read"),
    ],
)
def test_explain_without_anything_to_explain(args: tuple[str, ...], line: str) -> None:
    result = call("explain", *args)
    assert result.exit_code == 2
    assert line in only_line(result)


@pytest.mark.parametrize("option", ["--response", "--session"])
@pytest.mark.parametrize("content", ["null", "[]", "7"])
def test_what_is_no_answer_is_not_explained(option: str, content: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    result = call("explain", option, str(path))
    assert result.exit_code == 2
    assert "is not an answer of the API" in only_line(result)


def test_a_session_that_could_not_be_read_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"status": 404, "code": "not.found", "message": "x"}')
    result = call("explain", "--session", str(path))
    assert result.exit_code == 3
    assert "UNDECIDED whether the client can start: endpoint.unknown (possible)" in result.stdout
    assert "also session.not-found (possible)" in result.stdout


def test_the_calls_of_a_recording_choose_the_contract(tmp_path: Path) -> None:
    request: Any = {"method": "GET", "url": "https://x/api/v2/conversations/calls/k"}
    path = tmp_path / "x.har"
    path.write_text(json.dumps({"log": {"entries": [{"request": request, "response": {}}]}}))
    result = call("explain", "--har", str(path))
    assert "call-recording" in result.stdout.splitlines()[0]
    named = call("explain", "--har", str(path), "--contract", "recording-session")
    assert named.exit_code == 2
    assert "--contract call-recording" in named.stderr


def test_pausing_can_be_explained(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"recordingState": "stopped"}')
    result = call("explain", "--contract", "recording-state", "--payload", str(path))
    assert result.exit_code == 1
    assert "must be one of" in result.stdout


@pytest.mark.server
def test_the_demo_tells_its_story() -> None:
    result = call("demo")
    assert result.exit_code == 0
    assert "MISCONFIGURED scope.missing (likely, by the forum thread's contract)" in result.stdout
    assert result.stdout.index("MISCONFIGURED") < result.stdout.index("READY\n")
    assert "The start answers 202." in result.stdout
    assert result.stderr == ""
