"""An operator without a permission that Terraform needs is told which one is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.e2e.story import KINDS, Stage, configuration
from tests.standin_provider.fixtures import standin_config
from toolkit.mock.scenario import Scenario
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running

__all__ = ["standin_config"]

#: What the root with a division needs, in addition to what its role grants.
RIGHTS = (
    *(f"authorization:role:{action}" for action in ("add", "edit", "view")),
    *(f"oauth:client:{action}" for action in ("add", "edit", "view")),
    "authorization:division:add",
    "authorization:grant:add",
    "authorization:grant:view",
)
RIGHT = ("--var", 'uses=["recording-session"]', "--yes")


@pytest.mark.terraform
def test_the_permission_that_the_operator_lacks_is_named(
    standin_config: Path, tmp_path: Path
) -> None:
    scenario = load_scenario("ready")
    poor = scenario.subjects.client_credentials
    with running(scenario) as url:
        stage = Stage(tmp_path, url, scenario, standin_config, lambda _: None)
        (tmp_path / "main.tf").write_text(configuration(KINDS[0], url), encoding="utf-8")
        report = stage.toolkit(
            "apply",
            str(tmp_path),
            *RIGHT,
            exits=4,
            GENESYSCLOUD_OAUTHCLIENT_ID=poor.client,
            GENESYSCLOUD_OAUTHCLIENT_SECRET=poor.secret,
        )
    (error,) = report["errors"]
    assert error["message"].endswith(
        "terraform apply failed with exit 1: the operator, as whom Terraform runs, lacks the "
        "permission authorization:role:add"
    )
    assert "POST /api/v2/authorization/roles answered 403" in error["hint"]
    assert report["terraform"]["commands"][-1] == {"name": "apply", "exit_code": 1}
    assert report["terraform"]["applied"] is False
    assert "apply-failed" in {note["code"] for note in report["notes"]}


DIVISION = """
resource "genesyscloud_auth_division" "branch" {
  name = "Another branch"
}
"""


@pytest.mark.terraform
def test_an_apply_for_which_the_operator_lacks_a_right_is_not_begun(
    standin_config: Path, tmp_path: Path
) -> None:
    scenario = without(load_scenario("ready"), "authorization:grant:add")
    with running(scenario) as url:
        stage = Stage(tmp_path, url, scenario, standin_config, lambda _: None)
        (tmp_path / "main.tf").write_text(configuration(KINDS[0], url) + DIVISION, encoding="utf-8")
        told = stage.toolkit("apply", str(tmp_path), *RIGHT, "--live", "--api-url", url, exits=1)
        failed = stage.toolkit("apply", str(tmp_path), *RIGHT, exits=4)
    (lack,) = [each for each in told["results"] if each["rule"] == "operator-lacks"]
    assert lack["address"] == "genesyscloud_auth_division.branch"
    assert 'The operator lacks "authorization:grant:add".' in lack["message"]
    assert told["terraform"]["applied"] is False
    assert "apply" not in {each["name"] for each in told["terraform"]["commands"]}
    # Without the check, the platform's refusal comes in the middle of the apply.
    assert failed["terraform"]["commands"][-1] == {"name": "apply", "exit_code": 1}
    (error,) = failed["errors"]
    assert (
        "lacks the permissions authorization:division:add, authorization:grant:add"
        in (error["message"])
    )


def without(scenario: Scenario, missing: str) -> Scenario:
    """Return the scenario with an operator that lacks one of the permissions it needs."""
    admin, recorder, *roles = scenario.roles
    held = (*RIGHTS, *recorder.permissions)
    role = replace(admin, permissions=tuple(name for name in held if name != missing))
    return replace(scenario, roles=(role, recorder, *roles))


@pytest.mark.terraform
def test_credentials_that_are_not_accepted_are_named(standin_config: Path, tmp_path: Path) -> None:
    scenario = load_scenario("ready")
    with running(scenario) as url:
        stage = Stage(tmp_path, url, scenario, standin_config, lambda _: None)
        (tmp_path / "main.tf").write_text(configuration(KINDS[0], url), encoding="utf-8")
        report = stage.toolkit(
            "plan", str(tmp_path), *RIGHT[:2], exits=4, GENESYSCLOUD_OAUTHCLIENT_SECRET="wrong"
        )
    (error,) = report["errors"]
    assert "does not accept the operator's credentials" in error["message"]
    assert "wrong" not in str(report)
