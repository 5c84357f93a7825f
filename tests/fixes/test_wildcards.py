"""Expanding wildcards: with the org's permissions it is written, with the catalog's it is shown."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from tests.fixes.test_fixing import after, holder, role, waiting
from tests.workflows.orgs import READY, operator, org_of
from toolkit.catalog.catalog import SHIPPED
from toolkit.model.edits import Safety
from toolkit.model.findings import Verdict
from toolkit.workflows import CheckRequest, OrgConnection, checked, fix, live_org
from toolkit.workflows.live import LiveOrg
from toolkit.workflows.run_fix import Fixed

POLICY = """\
version: 1
name: ours
description: What the tests ask.
rules:
  - id: LIFE
    title: L
    severity: error
    clients: {}
    settings: {access_token_validity_seconds: {at_most: 86400}}
"""
ADDRESS = "genesyscloud_auth_role.r"
#: The actions that the catalog has for the entity.
KNOWN = sorted(
    name.rpartition(":")[2]
    for name in SHIPPED.permissions
    if name.startswith("recording:annotation:")
)


#: A role of the org has these, so the org can grant them.
GIVEN = tuple(f"recording:{what}" for what in ("annotation:view", "annotation:new", "queue:view"))
ORG = structs.replace(
    READY,
    roles=(*READY.roles[:2], structs.replace(READY.roles[2], permissions=GIVEN)),
)


def fixed(folder: Path, files: dict[str, str], org: LiveOrg | None = None) -> Fixed:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    request = CheckRequest(
        [str(folder)],
        policies=[str(folder / "policy.yaml")],
        environ={},
        org=org,
        today=date(2026, 11, 30),
    )
    return fix(checked(request), unsafe=True)


def test_what_the_catalog_has_is_shown_and_not_written(tmp_path: Path) -> None:
    text = role("r", "recording", "annotation", "*") + holder("c", "r")
    found = fixed(tmp_path, {"main.tf": text})
    assert found.files == ()
    safety, message = waiting(found)[ADDRESS]
    assert safety is Safety.DISPLAY_ONLY
    day = SHIPPED.header.date
    assert message == (
        f'Replace "recording:annotation:*" with the {len(KNOWN)} permissions that published '
        f"operations ask for ({day}). There may be more: --live reads them from the org."
    )
    (shown,) = [e.fix_edits for e in found.report.results if e.fix_edits is not None]
    listed = ", ".join(f'"{name}"' for name in KNOWN)
    assert shown.edits[0].text == f"    action_set  = [{listed}]\n"
    assert found.left == (
        (
            "wildcard-permission",
            ADDRESS,
            "the catalog may not have all that a wildcard stands for; --live asks the org",
        ),
    )
    assert found.without == 1


@pytest.mark.server
@pytest.mark.parametrize("syntax", ["native", "json"])
def test_what_the_org_has_is_written(tmp_path: Path, syntax: str) -> None:
    text = role("r", "recording", "annotation", 'view", "*') + holder("c", "r")
    name = "main.tf"
    if syntax == "json":
        name = "main.tf.json"
        policy = {
            "domain": "recording",
            "entity_name": "annotation",
            "action_set": ["view", "*"],
        }
        client = {
            "name": "c",
            "authorized_grant_type": "CLIENT-CREDENTIALS",
            "roles": {"role_id": f"${{{ADDRESS}.id}}"},
        }
        text = json.dumps(
            {
                "resource": {
                    "genesyscloud_auth_role": {"r": {"name": "r", "permission_policies": policy}},
                    "genesyscloud_oauth_client": {"c": client},
                }
            }
        )
    with org_of(ORG) as org:
        live = live_org(OrgConnection(environ=operator(), api_url=org.url))
        found = fixed(tmp_path, {name: text}, live)
        with live.reading() as reader:
            offered = reader.offered(["recording"]) or frozenset()
    has = sorted(
        each.rpartition(":")[2] for each in offered if each.startswith("recording:annotation:")
    )
    listed = ", ".join(f'"{action}"' for action in ["view", *(a for a in has if a != "view")])
    assert after(found) == {name: text.replace('"view", "*"', listed)}
    assert not [
        each
        for each in found.report.results
        if each.rule == "wildcard-permission" and each.verdict is Verdict.FAIL
    ]
    assert found.count == 1


@pytest.mark.server
def test_each_entity_gets_a_block(tmp_path: Path) -> None:
    text = role("r", "recording", "*", "view") + holder("c", "r")
    with org_of(ORG) as org:
        live = live_org(OrgConnection(environ=operator(), api_url=org.url))
        found = fixed(tmp_path, {"main.tf": text}, live)
        with live.reading() as reader:
            offered = reader.offered(["recording"]) or frozenset()
    entities = sorted(name.split(":")[1] for name in offered if name.endswith(":view"))
    assert len(entities) > 1
    blocks = "".join(
        f'  permission_policies {{\n    domain      = "recording"\n    entity_name = "{entity}"\n'
        '    action_set  = ["view"]\n  }\n'
        for entity in entities
    )
    assert after(found)["main.tf"] == (
        f'resource "{ADDRESS.partition(".")[0]}" "r" {{\n  name = "r"\n{blocks}}}\n'
        + holder("c", "r")
    )


def test_every_domain_is_left_alone(tmp_path: Path) -> None:
    found = fixed(tmp_path, {"main.tf": role("r", "*", "*", "*") + holder("c", "r")})
    assert found.files == ()
    assert [why for *_, why in found.left] == ["no block of its own grants it"]
