"""One report with all kinds of content, for every format to render."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from msgspec.structs import replace

from toolkit.model.clients import Location
from toolkit.model.findings import (
    GrantedRole,
    Held,
    HeldThrough,
    Kind,
    Missing,
    Result,
    SettingOutcome,
    Severity,
    Verdict,
    WaiverInfo,
)
from toolkit.model.inventory import Note
from toolkit.model.observations import Confidence, Diagnosis, Observation, ProbeVerdict, RuledOut
from toolkit.model.report import Problem, Report, Source, Subject, Target
from toolkit.model.values import Unknown


class MakeResult(Protocol):
    def __call__(
        self, verdict: Verdict, rule: str, address: str | None, message: str, **more: Any
    ) -> Result: ...


def result(verdict: Verdict, rule: str, address: str | None, message: str, **more: Any) -> Result:
    """Return a policy result of the root ``terraform`` with defaults for all other fields."""
    given: dict[str, Any] = {
        "kind": Kind.POLICY,
        "severity": Severity.ERROR,
        "root": "terraform",
        "client": None if address is None else address.rpartition(".")[2],
        "grant_type": None if address is None else "CODE",
        **more,
    }
    return Result(rule=rule, verdict=verdict, address=address, message=message, **given)


SAMPLE = Report(
    command="check",
    tool_version="1.2.3",
    sources=(
        Source("terraform", "hcl", 4),
        Source("plan.json", "plan", 1),
        Source("empty", "hcl", 0),
    ),
    results=(
        result(
            Verdict.PASS,
            "REC003",
            "genesyscloud_oauth_client.desk",
            "access_token_validity_seconds is 3600.",
            title="Tokens live a day at most",
        ),
        result(
            Verdict.FAIL,
            "REC001",
            "genesyscloud_oauth_client.desk",
            'Lacks the scope "recordingSession"; the permission "recording:session:write" must '
            "come from the user who logs in.",
            title="Can start a recording session",
            client="Front desk",
            missing=(Missing("scope", ("recordingSession",)),),
            operations=("startRecordingSession",),
            held_scopes=("recording:session:write",),
            location=Location(
                "terraform/main.tf", 14, 14, 3, '  scopes = ["recording:session:write"]'
            ),
            why="The start call answers 400 or 403 without it.",
            fix='Add "recordingSession" to scopes.',
        ),
        result(
            Verdict.UNKNOWN,
            "REC001",
            'module.sites["berlin"].genesyscloud_oauth_client.this',
            "Cannot tell whether it holds the scopes it needs.",
            title="Can start a recording session",
            client="recording-berlin",
            missing=(
                Missing("scope", ("recordingSession",)),
                Missing("scope", ("conversations", "conversations:readonly")),
            ),
            reasons=(Unknown("var.scopes", "--var, --var-file or a plan"),),
            location=Location("terraform/modules/site/main.tf", 9, 12),
        ),
        result(
            Verdict.WAIVED,
            "REC001",
            "genesyscloud_oauth_client.legacy",
            "Has no scopes.",
            title="Can start a recording session",
            waiver=WaiverInfo("Retired in March, OPS-12", "2027-03-31", "policy"),
            fix="Not shown, since it is waived.",
        ),
        result(
            Verdict.PASS, "REC001", "genesyscloud_oauth_client.good", "Holds both.", client="good"
        ),
        result(Verdict.PASS, "REC002", "genesyscloud_oauth_client.good", "Holds none."),
        result(
            Verdict.NOT_APPLICABLE,
            "REC004",
            "genesyscloud_oauth_client.good",
            "Its scopes have no effect.",
        ),
        result(
            Verdict.FAIL,
            "REC002",
            "genesyscloud_oauth_client.service",
            "A role grants what the rule forbids.",
            title="Cannot delete recordings",
            severity=Severity.WARNING,
            root="plan.json",
            client="service",
            grant_type="CLIENT-CREDENTIALS",
            forbidden=(
                Held(
                    "permission",
                    "recording:*:*",
                    "recording:*:delete",
                    "genesyscloud_auth_role.all",
                    "*",
                ),
            ),
            held_through=(HeldThrough("genesyscloud_auth_role.all", "recording:*:*", "home"),),
            looked_through=(GrantedRole("genesyscloud_auth_role.all", "home"),),
            fix="Take the permission out of the role, or give the client a role of its own that "
            "has only what it needs.\nThen apply.",
        ),
        result(
            Verdict.FAIL,
            "REC003",
            "genesyscloud_oauth_client.service",
            "The token lives too long.",
            root="plan.json",
            client="service",
            grant_type="CLIENT-CREDENTIALS",
            setting=SettingOutcome("access_token_validity_seconds", "at most 86400", "172800"),
        ),
        result(
            Verdict.FAIL,
            "wildcard-permission",
            "genesyscloud_oauth_client.service",
            'The role "all" grants "recording:*:*".',
            kind=Kind.BUILT_IN,
            severity=Severity.WARNING,
            root="plan.json",
            client="service",
            grant_type="CLIENT-CREDENTIALS",
        ),
        result(
            Verdict.UNKNOWN,
            "REC009",
            None,
            """No client matches this rule's selector (name "*kiosk*"). Found 5 clients.""",
            title="Kiosks can record",
            root=None,
            counts=False,
            reasons=(Unknown('a client with name "*kiosk*"', "a source that has one"),),
        ),
    ),
    notes=(
        Note("module-not-on-disk", 'The module "./modules/gone" is not on disk (main.tf:3).'),
        Note("attribute-ignored", "A first note."),
    ),
    errors=(
        Problem(
            "broken/main.tf:3:14: this is not HCL: a closing bracket is missing",
            "Run terraform validate in that folder.",
        ),
    ),
)

#: A report as of `verify`, with drift, a diagnosis and steps of a probe.
PROBED = replace(
    SAMPLE,
    command="verify",
    sources=(*SAMPLE.sources, Source("terraform.tfstate", "state", 1)),
    results=(
        *SAMPLE.results,
        result(
            Verdict.FAIL,
            "drift",
            "genesyscloud_oauth_client.desk",
            'The state has the scope "recordingSession"; the org does not.',
            kind=Kind.DRIFT,
            root="terraform.tfstate",
            missing=(Missing("scope", ("recordingSession",)),),
        ),
    ),
    verdict=ProbeVerdict.MISCONFIGURED,
    diagnoses=(
        Diagnosis(
            "scope.missing",
            Confidence.PROVEN,
            'The token lacks "recordingSession".',
            ("GET /api/v2/tokens/me: authorizedScope is [conversations]",),
            "Add the scope to the client.",
            'resource "genesyscloud_oauth_client" "recorder" {\n'
            '  scopes = ["recordingSession"] # ```\n}',
        ),
        Diagnosis("session.not-ready", Confidence.POSSIBLE, "The session may not be active."),
    ),
    steps=(
        Observation(
            "token",
            "ok",
            "POST",
            "https://login.example.com/oauth/token",
            200,
            elapsed_ms=12,
            attempts=1,
        ),
        Observation(
            "start",
            "refused",
            "POST",
            "https://api.example.com/api/v2/recording-sessions/1/start",
            400,
            elapsed_ms=34,
            attempts=1,
            code="bad.request",
            detail="The session is in no state to start.",
        ),
        Observation("clean-up", "skipped", detail="nothing was started"),
    ),
    ruled_out=(
        RuledOut("auth.token-rejected", "GET /api/v2/tokens/me answered 200"),
        RuledOut("permission.missing", "own grants were not read", excluded=False),
    ),
    subject=Subject("c0ffee00-0000-4000-8000-000000000001", "desk", "CODE"),
    contract="recording-session",
    target=Target("5e550000-0000-4000-8000-000000000001"),
)


@pytest.fixture
def sample() -> Report:
    return SAMPLE


@pytest.fixture
def probed() -> Report:
    return PROBED


@pytest.fixture
def make_result() -> MakeResult:
    return result
