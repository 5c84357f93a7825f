"""Edits of drawn configurations match Terraform's plans; a short run of `tests.proof.edits`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.standin_provider.fixtures import standin_config

from .edits import Allowed, differences, judged
from .world import draw

__all__ = ["standin_config"]


@pytest.mark.slow
@pytest.mark.terraform
@pytest.mark.parametrize(("seed", "unsafe"), [(317, False), (302, True), (303, True)])
def test_terraform_plans_what_an_edit_promises(
    tmp_path: Path, standin_config: Path, seed: int, unsafe: bool
) -> None:
    outcome = judged(draw(seed, 25), tmp_path, standin_config, unsafe=unsafe)
    assert outcome.mended > 0
    assert outcome.wrong == []


CLIENT, ROLE = "genesyscloud_oauth_client", "genesyscloud_auth_role"
HELD = [{"domain": "recording", "entity_name": "recording", "action_set": ["view"]}]


def planned(
    kind: str, name: str, after: dict[str, Any], unknown: dict[str, Any] | None = None
) -> dict[str, Any]:
    change = {"after": after, "after_unknown": unknown or {}}
    return {"address": f"{kind}.{name}", "type": kind, "mode": "managed", "change": change}


def client(name: str, grant: str = "CODE", scopes: tuple[str, ...] = (), **more: Any) -> Any:
    after = {"authorized_grant_type": grant, "scopes": [*scopes], **more}
    return planned(CLIENT, name, after)


def role(policies: Any) -> Any:
    return planned(ROLE, "r", {"permission_policies": policies})


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (client("other"), client("other", scopes=("users",)), "no edit names it"),
        (client("other"), client("other", roles=[{}]), "no edit names it"),
        (client("mended"), client("mended", scopes=("users",)), None),
        (client("mended"), client("mended", grant="TOKEN"), "another kind of grant"),
        (client("other"), client("another"), "other clients"),
        (
            planned(CLIENT, "other", {}, {"roles": [{"role_id": True}]}),
            planned(CLIENT, "other", {}, {"roles": True}),
            "no edit names it",
        ),
        (role([]), role(HELD), "a role of clients that no edit names"),
    ],
)
def test_what_no_edit_says_is_told(before: Any, after: Any, said: str | None) -> None:
    plans = [{"resource_changes": [each]} for each in (before, after)]
    mended = frozenset({f"{CLIENT}.mended"})
    holders = {f"{ROLE}.r": frozenset({f"{CLIENT}.other"})}
    found = [*differences(plans[0], plans[1], Allowed(mended, holders, roles=True))]
    assert [bool(found)] == [said is not None], found
    assert all(each.startswith(str(said)) for each in found)


def test_a_role_is_not_edited_safely() -> None:
    plans = [{"resource_changes": [role(each)]} for each in ([], HELD)]
    mended = frozenset({f"{CLIENT}.mended"})
    holders = {f"{ROLE}.r": mended}
    assert [*differences(plans[0], plans[1], Allowed(mended, holders, roles=True))] == []
    (found,) = differences(plans[0], plans[1], Allowed(mended, holders, roles=False))
    assert found.startswith("a role of others")
