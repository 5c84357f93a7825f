"""Terraform's errors in one line, and the known explanations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.provision import terraform_errors as terraform_said
from toolkit.provision.terraform_errors import Explanation
from toolkit.workflows import operator
from toolkit.workflows.operator_rights import asked_for

FRAMED = """\
\x1b[31m╷\x1b[0m
\x1b[31m│\x1b[0m \x1b[1m\x1b[31mError: \x1b[0m\x1b[1mNo configuration files\x1b[0m
│
│ Plan requires configuration to be
│ present.
╵
"""


SECRET = "hush hush"


def explained(output: bytes) -> Explanation | None:
    return terraform_said.explained(output, str)


def in_one_line(output: bytes) -> str:
    return terraform_said.in_one_line(output, str)


def marked(text: str) -> str:
    """Mark redacted text, to show where redaction was not called."""
    return text.replace(SECRET, "[mark]")


def detail(status: int, message: str, path: str = "/api/v2/authorization/roles") -> str:
    return json.dumps(
        {
            "resourceType": "genesyscloud_auth_role",
            "method": "POST",
            "path": path,
            "statusCode": status,
            "errorMessage": message,
            "correlationId": "9d2c:1:ab",
        }
    )


def broken(text: str, width: int = 60) -> bytes:
    """Return an error as Terraform prints it: broken at spaces, in a frame."""
    lines, line = ["╷", "│ Error: Failed to create Recorder", "│ "], "│"
    for word in text.split(" "):
        if len(line) + len(word) > width:
            lines.append(line)
            line = "│"
        line += f" {word}"
    return "\n".join([*lines, line, "╵", ""]).encode()


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (FRAMED, "No configuration files: Plan requires configuration to be present."),
        ("", "nothing."),
        ("Segmentation fault", "Segmentation fault."),
        ("doing this\nError: A\n\nWhy A.\n\nError: B\n\nWhy B.\n", "A: Why A. Error: B Why B."),
        (
            "Error: Terraform encountered problems during initialisation, including problems\n"
            "with the configuration, described below.\n\nIt must be valid.\n\n"
            "Error: Unclosed block\n\n  on main.tf\n",
            "Unclosed block: on main.tf.",
        ),
        ("Error: " + "word " * 100, " ".join(["word"] * 59) + " ..."),
        ("Error: \udcff".encode("utf-8", "surrogateescape").decode("latin-1"), "\xff."),
    ],
)
def test_in_one_line(said: str, line: str) -> None:
    shown = in_one_line(said.encode())
    assert shown.startswith("Terraform says: ")
    if "..." in line:
        assert len(shown) < 330
        assert shown.endswith(" ...")
    else:
        assert shown == f"Terraform says: {line}"


@pytest.mark.parametrize(
    ("message", "permissions"),
    [
        (
            "One of these is needed: [authorization:role:add]",
            "the permission authorization:role:add",
        ),
        (
            "All of these are needed: [authorization:role:add, oauth:client:add]",
            "the permissions authorization:role:add, oauth:client:add",
        ),
        (
            "API Error: 403 - You are missing the following permission(s): oauth:client:view "
            "(at 12:30:45, see https://help.example.com:443/a:b:c)",
            "the permission oauth:client:view",
        ),
    ],
)
def test_the_permission_of_a_403_is_named(message: str, permissions: str) -> None:
    known = explained(broken(detail(403, message)))
    assert known is not None
    assert known.message == f"the operator, as whom Terraform runs, lacks {permissions}"
    assert known.hint.startswith("POST /api/v2/authorization/roles answered 403 for ")


def test_several_refusals_are_one_explanation() -> None:
    one = detail(403, "[authorization:role:add]")
    other = detail(403, "[oauth:client:add]", "/api/v2/oauth/clients")
    known = explained(broken(one) + broken(other) + broken(one))
    assert known is not None
    assert known.message.endswith("permissions authorization:role:add, oauth:client:add")
    assert known.hint.count("answered 403") == 2


@pytest.mark.parametrize(
    ("status", "message", "path", "says"),
    [
        (403, "Not authorized.", "/api/v2/oauth/clients", "may not do this"),
        (401, "Bad token.", "/api/v2/oauth/clients", "does not accept the operator's credentials"),
        (400, "authentication failed", "/oauth/token", "does not accept the operator's"),
        (409, "There is one.", "/api/v2/authorization/roles", "the platform refused a call"),
        (429, "Too many requests.", "/oauth/token", "takes no more calls for now"),
        (429, "Too many requests.", "/api/v2/oauth/clients", "takes no more calls for now"),
        (400, "rate limit exceeded; try later", "/oauth/token", "takes no more calls for now"),
        (503, "Unavailable.", "/oauth/token", "the platform failed"),
        (500, "Oh.", "/api/v2/oauth/clients", "the platform failed"),
    ],
)
def test_other_refusals(status: int, message: str, path: str, says: str) -> None:
    known = explained(broken(detail(status, message, path)))
    assert known is not None
    assert says in known.message
    assert f"POST {path} answered {status}" in known.hint


@pytest.mark.parametrize(
    ("status", "says"),
    [(429, "takes no more calls"), (503, "the platform failed"), (0, "the platform was not")],
)
def test_a_log_in_that_came_to_no_answer_says_nothing_of_the_credentials(
    status: int, says: str
) -> None:
    known = explained(broken(detail(status, "", "/oauth/token")))
    assert known is not None
    assert says in known.message
    assert "credentials" not in known.message + known.hint
    assert "GENESYSCLOUD_OAUTHCLIENT" not in known.hint


def test_what_a_refused_call_asks_for_is_told_where_the_platform_does_not() -> None:
    said = broken(detail(403, "Not authorized.")) + broken(
        detail(403, "Not authorized.", "/api/v2/oauth/clients")
    )
    known = terraform_said.explained(said, str, asked_for)
    assert known is not None
    assert "may not do this" in known.message
    assert known.hint.endswith(
        " POST /api/v2/authorization/roles asks for authorization:role:add. POST "
        "/api/v2/oauth/clients asks for oauth:client:add and all that the roles grant which it "
        "gives."
    )


def test_what_every_call_asks_for_is_what_operator_lists() -> None:
    plan = str(RECORDED.parent / "plan-create.json")
    report = operator([plan], environ={})
    assert report.operator is not None
    for need in report.operator.needs:
        if need.call is not None:
            method, _, path = need.call.partition(" ")
            assert " or ".join(need.any_of) in asked_for(method, path)


def test_a_right_that_is_missing_goes_before_what_time_mends() -> None:
    said = broken(detail(429, "Slow down.")) + broken(detail(403, "[oauth:client:add]"))
    known = explained(said)
    assert known is not None
    assert known.message.endswith("lacks the permission oauth:client:add")
    assert "answered 429" in known.hint


def test_a_refusal_without_rights_passes_the_platforms_words_on() -> None:
    known = explained(broken(detail(409, "There is a role of this name already.")))
    assert known is not None
    assert known.hint.endswith(": There is a role of this name already.")


def test_a_page_in_the_place_of_an_answer_is_not_shown_whole() -> None:
    known = explained(broken(detail(502, "<html> " + "bad gateway " * 100)))
    assert known is not None
    assert known.message == "the platform failed"
    assert len(known.hint) < 500


def test_what_is_told_as_json_is_understood_too() -> None:
    def told(summary: str, text: str) -> bytes:
        diagnostic = {"severity": "error", "summary": summary, "detail": text}
        first = json.dumps({"@level": "info", "@message": "Terraform 1.11.4"})
        line = {"@level": "error", "@message": f"Error: {summary}", "diagnostic": diagnostic}
        return "\n".join(
            [first, json.dumps(line, separators=(",", ":")), '{"@level":"error"']
        ).encode()

    known = explained(told("Failed to create", detail(403, "[oauth:client:add]")))
    assert known is not None
    assert known.message.endswith("lacks the permission oauth:client:add")
    lock = told("Error acquiring the state lock", "Lock Info:\n  ID:   12-34\n  Who:  me@here\n")
    known = explained(lock)
    assert known is not None
    assert "me@here" in known.message
    assert in_one_line(told("No.", "Why.")).startswith("Terraform says: No.: Why.")


def test_a_lock_is_explained() -> None:
    said = b"Error: Error acquiring the state lock\n\nLock Info:\n  ID:   12-34\n  Who:  me@here\n"
    known = explained(said)
    assert known is not None
    assert known.message == "another run holds the lock of this state, me@here"
    assert known.hint.endswith("terraform force-unlock 12-34")
    assert explained(said.replace(b"Who", b"What")) is None


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Error: Unsupported argument\n",
        'Error: { "statusCode": }',
        'Error: {"status": 403, "message": "[a:b:c]"}',
        'Error: {"statusCode": "403", "errorMessage": "[a:b:c]"}',
        "Error: [1, {2: 3}] is not an object",
    ],
)
def test_what_is_not_known_is_left_to_terraform(said: str) -> None:
    assert explained(said.encode()) is None


RECORDED = Path(__file__).parents[1] / "provider" / "recorded" / "errors"


@pytest.mark.parametrize(
    ("name", "cause", "to_do"),
    [
        ("bad-credentials", "does not accept the operator's credentials", "GENESYSCLOUD_REGION"),
        ("bad-token", "does not accept the operator's token", "GENESYSCLOUD_ACCESS_TOKEN"),
        (
            "authorization-role-add",
            "lacks the permission authorization:role:add",
            "Grant a role with it",
        ),
        (
            "authorization-role-view",
            "lacks the permission authorization:role:view",
            "Grant a role with it",
        ),
        ("oauth-client-add", "lacks the permission oauth:client:add", "Grant a role with it"),
        ("oauth-client-view", "lacks the permission oauth:client:view", "Grant a role with it"),
        (
            "no-such-role",
            'the org has no role named "Nobody"',
            "data.genesyscloud_auth_role.bystander (main.tf line 24) looks it up. Name a role",
        ),
        (
            "role-id-is-a-name",
            "a role_id is the id of no role of this org",
            "genesyscloud_oauth_client.with_credential (main.tf line 50) grants it",
        ),
    ],
)
@pytest.mark.parametrize("framed", [False, True])
def test_what_the_real_provider_prints_is_told_with_its_cause(
    name: str, cause: str, to_do: str, framed: bool
) -> None:
    output = (RECORDED / f"{name}.err").read_text(encoding="utf-8")
    if framed:
        output = "".join(f"\x1b[31m│\x1b[0m {line}\n" for line in output.splitlines())
    found = explained(output.encode())
    assert found is not None
    assert cause in found.message
    assert to_do in found.hint
    assert "\n" not in found.message + found.hint


def test_every_recorded_failure_is_explained() -> None:
    assert [path.name for path in RECORDED.iterdir() if not explained(path.read_bytes())] == []


LOCK = "Error: Error acquiring the state lock\n\nLock Info:\n  ID:   12-hush\n  Who:  hush@here\n"
NO_ROLE = f"Error: no authorization roles found with name {SECRET} []\n"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (detail(409, f"It is {SECRET}."), "It is [mark]."),
        (detail(503, f"It is {SECRET}."), "It is [mark]."),
        (detail(0, f"It is {SECRET}."), "It is [mark]."),
        (detail(409, "No.", f"/api/{SECRET}"), "POST /api/[mark] answered 409"),
        (detail(403, "No.", f"/api/{SECRET}"), "POST /api/[mark] answered 403"),
        (detail(403, "[oauth:client:add]", f"/api/{SECRET}"), "POST /api/[mark] answered 403"),
        (detail(401, "No.", f"/api/{SECRET}"), "POST /api/[mark] answered 401"),
        (detail(429, "No.", f"/api/{SECRET}"), "POST /api/[mark] answered 429"),
        (f"Error: Auth Error: 400 - {SECRET}: with x", "It answered 400 ([mark])"),
        (NO_ROLE, 'no role named "[mark]"'),
    ],
)
def test_no_secret_is_in_an_explanation(said: str, told: str) -> None:
    known = terraform_said.explained(broken(said) if "{" in said else said.encode(), marked)
    assert known is not None
    assert told in known.message + known.hint
    assert SECRET not in known.message + known.hint


@pytest.mark.parametrize("before", range(255, 305))
def test_a_secret_is_taken_out_before_it_would_be_cut(before: int) -> None:
    """The truncated secret could not be recognised."""
    words = "word " * (before // 5) + "x" * (before % 5) + " " + SECRET
    assert "hush" not in terraform_said.in_one_line(f"Error: {words} more".encode(), marked)
    for said in (
        broken(detail(409, words)),
        f"Error: Auth Error: 400 - {words} more: with x".encode(),
        f"Error: no authorization roles found with name {words} more []".encode(),
    ):
        known = terraform_said.explained(said, marked)
        assert known is not None
        assert "hush" not in known.message + known.hint


def test_the_holder_of_a_lock_and_its_id_are_redacted_too() -> None:
    known = terraform_said.explained(LOCK.encode(), lambda text: text.replace("hush", "[mark]"))
    assert known is not None
    assert known.message.endswith("[mark]@here")
    assert known.hint.endswith("12-[mark]")


def test_what_a_call_asks_for_is_told_of_the_call_itself() -> None:
    """The path is looked up unchanged, and shown redacted."""
    asked: list[tuple[str, str]] = []

    def asks(method: str, path: str) -> str:
        asked.append((method, path))
        return "something"

    said = broken(detail(403, "No.", f"/api/{SECRET}"))
    known = terraform_said.explained(said, marked, asks)
    assert known is not None
    assert asked == [("POST", f"/api/{SECRET}")]
    assert known.hint.endswith("POST /api/[mark] asks for something.")
