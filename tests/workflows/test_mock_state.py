"""The state that the documentation uses on the mock has the mock's own clients."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflows.orgs import RECORDER_ROLE, change, operator, org_of, role_path
from toolkit.errors import ExitCode
from toolkit.workflows import OrgConnection, VerifyRequest, verify

pytestmark = pytest.mark.server

STATE = Path(__file__).parents[2] / "docs" / "mock-org.state.json"


def test_it_agrees_with_the_mock_until_someone_changes_that() -> None:
    with org_of() as org:
        where = OrgConnection(environ=operator(), api_url=org.url)
        report = verify(VerifyRequest(STATE), org=where)
        assert report.exit_code == ExitCode.OK
        assert [r.rule for r in report.results].count("in-sync") == 2
        change(org, role_path(RECORDER_ROLE), permissionPolicies=[])
        changed = verify(VerifyRequest(STATE), org=where)
    assert changed.exit_code == ExitCode.VIOLATION
    assert "role-permission-removed" in {r.rule for r in changed.results}
