"""An operator who may not do what Terraform needs is told which permission is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.story import KINDS, Stage, configuration
from tests.standin_provider.fixtures import standin_config
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running

__all__ = ["standin_config"]

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
