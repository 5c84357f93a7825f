"""A team's whole path: from an empty clone to pull requests that break or loosen something."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Invoke
from tests.cli.test_config_ref import git

CLIENT = """\
variable "scopes" { type = set(string) }
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "NAME-recording"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}
"""
GOOD = 'scopes = ["recording:session:write", "recordingSession"]\n'
BAD = 'scopes = ["recordingSession"]\n'
ENVIRONMENTS = ("dev", "staging", "prod")
ROOTS = ("voice/desk", "voice/kiosk", "voice/ivr", "care/desk", "care/kiosk", "care/ivr")
SCHEMAS = Path(__file__).parent.parent / "reporters" / "schemas"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, invoke: Invoke) -> Path:
    """A branch of a repository of two teams with three roots each, for three environments."""
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    for root in ROOTS:
        (tmp_path / root).mkdir(parents=True)
        (tmp_path / root / "main.tf").write_text(CLIENT.replace("NAME", root.replace("/", "-")))
        for environment in ENVIRONMENTS:
            (tmp_path / root / f"{environment}.tfvars").write_text(GOOD)
    assert invoke("init", "--yes", "--ci", "github", "--ci", "gitlab").exit_code == 0
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "base")
    git(tmp_path, "checkout", "-qb", "change")
    return tmp_path


def report(invoke: Invoke, *args: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(invoke("check", *args, "-f", "json").stdout)
    return document


def test_the_first_check_needs_no_argument(invoke: Invoke, clone: Path) -> None:
    document = report(invoke)
    assert document["summary"]["exit_code"] == 0
    names = {each["name"] for each in document["environments"]}
    assert names == {
        f"{root.replace('/', '-')}-{environment}" for root in ROOTS for environment in ENVIRONMENTS
    }


def test_a_pull_request_that_breaks_prod_alone_is_told_as_that_everywhere(
    invoke: Invoke, clone: Path
) -> None:
    (clone / "voice/kiosk/prod.tfvars").write_text(BAD)
    files = ("sarif=out.sarif", "junit=out.xml", "gitlab=out.json", "markdown=out.md")
    formats = [word for each in ("github", *files) for word in ("-f", each)]
    done = invoke("check", "--config-ref", "main", *formats)
    assert done.exit_code == 1
    errors = [line for line in done.stdout.splitlines() if line.startswith("::error file=")]
    assert len(errors) == 1
    assert "voice-kiosk-prod" in errors[0]
    sarif = json.loads((clone / "out.sarif").read_text())
    jsonschema.validate(
        sarif, json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    )
    failing = {
        run["automationDetails"]["id"]
        for run in sarif["runs"]
        if any(each["level"] == "error" for each in run["results"])
    }
    assert failing == {"recording-toolkit/voice-kiosk-prod/"}
    (issue,) = [
        each for each in json.loads((clone / "out.json").read_text()) if each["severity"] != "info"
    ]
    assert "voice-kiosk-prod" in issue["description"]
    # What a reviewer sees are the lines that the pull request changes.
    assert issue["location"] == {"path": "voice/kiosk/prod.tfvars", "lines": {"begin": 1}}
    assert "file=voice/kiosk/prod.tfvars,line=1," in errors[0]
    assert "attribute: voice/kiosk/main.tf:5" in errors[0]
    (alert,) = [r for run in sarif["runs"] for r in run["results"] if r["level"] == "error"]
    places = [at["physicalLocation"]["artifactLocation"]["uri"] for at in alert["locations"]]
    assert places == ["voice/kiosk/prod.tfvars"]
    (related,) = alert["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "voice/kiosk/main.tf"
    assert (clone / "out.xml").read_text().count("<failure") == 1
    assert "voice-kiosk-prod" in (clone / "out.md").read_text()
    text = invoke("check", "--config-ref", "main").stdout
    assert text.count("FAIL REC001") == 1
    before, _, after = text.partition("== voice-kiosk-prod")
    assert "FAIL" not in before
    assert "FAIL REC001" in after.partition("\n== ")[0]


def test_what_loosens_the_check_has_no_effect_on_it(invoke: Invoke, clone: Path) -> None:
    (clone / "voice/kiosk/prod.tfvars").write_text(BAD)
    # Each of these alone would let the violation pass: baseline, comment, waiver, policy,
    # configuration.
    assert (
        invoke("check", "--target", "voice-kiosk-prod", "--write-baseline", "known.json").exit_code
        == 1
    )
    main = clone / "voice/kiosk/main.tf"
    waive = '# recording-toolkit:waive REC001 expires=2099-01-01 reason="because"\n'
    main.write_text(main.read_text().replace("resource", f"{waive}resource"))
    policy = clone / "recording-policy.yaml"
    waivers = "waivers:\n  - {rule: REC001, address: '*', reason: because, expires: 2099-01-01}\n"
    text = policy.read_text().replace("severity: error", "severity: note")
    policy.write_text(f"{text}inline_waivers: allow\n{waivers}")
    configuration = clone / "recording-toolkit.toml"
    configuration.write_text(
        f'fail-on = "never"\nbaseline = "known.json"\n{configuration.read_text()}'
    )
    assert report(invoke)["summary"]["exit_code"] == 0
    judged = report(invoke, "--config-ref", "main")
    assert judged["summary"]["exit_code"] == 1
    (failed,) = [each for each in judged["results"] if each["verdict"] == "fail"]
    assert (failed["rule"], failed["environment"]) == ("REC001", "voice-kiosk-prod")
    told = {each["message"] for each in judged["notes"] if each["code"] == "configuration"}
    base = "main:recording-toolkit.toml is in force: policy main:recording-policy.yaml"
    assert all(base in each and "baseline" not in each for each in told)
    # Moving the client to a root that the base does not have does not help either.
    (clone / "voice/new").mkdir()
    main.rename(clone / "voice/new/main.tf")
    main.write_text("")
    (clone / "voice/new/terraform.tfvars").write_text(GOOD)
    assert report(invoke, "--config-ref", "main")["summary"]["exit_code"] == 3
