"""An inventory that has something of everything, as text and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

import toolkit.reporters
from toolkit.errors import ExitCode
from toolkit.model.clients import Client, Grant, Location, Role, RolePermission
from toolkit.model.inventory import Inventory, Note, UnreadModule
from toolkit.model.inventory_report import InventoryReport
from toolkit.model.report import Problem
from toolkit.model.values import Redacted, Unknown, ValueSet
from toolkit.reporters.interface import REPORTERS
from toolkit.reporters.inventory_document import json_schema
from toolkit.reporters.inventory_formats import INVENTORY_FORMATS
from toolkit.reporters.inventory_json import render_inventory as as_json
from toolkit.reporters.inventory_text import render_inventory as as_text

HERE = Path(__file__).parent
SHIPPED = Path(toolkit.reporters.__file__).parent / "inventory.schema.json"
SECRET = "s3cr3t"

STARTER = Role(
    "resource",
    address="genesyscloud_auth_role.starter",
    name="Recording starter",
    permissions=(
        RolePermission("recording:session:write", location=Location("terraform/main.tf", 5, 9)),
        RolePermission("recording:recording:view", conditional=True),
    ),
    unknown=(Unknown("var.actions", "--var, --var-file or a plan"),),
    location=Location("terraform/main.tf", 3, 10),
)
LOOKED_UP = Role(
    "data",
    address="data.genesyscloud_auth_role.agent",
    name=Unknown("var.role", "a plan"),
    unknown=(Unknown("data.genesyscloud_auth_role.agent", "`roles:` in the policy"),),
)
SERVICE = Client(
    root="terraform",
    address="genesyscloud_oauth_client.service",
    name="recording-service",
    grant_type="CLIENT-CREDENTIALS",
    grants=(
        Grant(STARTER, None, Location("terraform/main.tf", 20, 22)),
        Grant(Role("policy", id="0042", permissions=(RolePermission("a:b:c"),)), "*"),
        Grant(Role("undefined", id="0043"), "d1"),
        Grant(LOOKED_UP, Unknown("var.division", "a plan")),
    ),
    grants_unknown=(Unknown("var.roles", "a plan"),),
    attributes={
        "name": "recording-service",
        "client_secret": SECRET,
        "directory_client_secret": Redacted(),
        "state": Unknown("var.state", "a plan"),
        "access_token_validity_seconds": 3600,
        "registered_redirect_uris": ValueSet(("https://a",), (Unknown("var.uri", "a plan"),)),
    },
    location=Location("terraform/main.tf", 12, 23, excerpt=f'client_secret = "{SECRET}"'),
    attribute_locations={"access_token_validity_seconds": Location("terraform/main.tf", 15, 15)},
)
DESK = Client(
    root="terraform",
    address='module.desk["a\nb"].genesyscloud_oauth_client.desk',
    name=Unknown("var.name", "a plan"),
    grant_type=Unknown("var.grant_type", "a plan"),
    scopes=ValueSet(("conversations", "recordings"), (Unknown("var.scopes", "a plan"),)),
    existence=Unknown("var.desks", "a plan"),
)
KIOSK = Client("terraform", "genesyscloud_oauth_client.kiosk", "kiosk", "CODE")
SAMPLE = InventoryReport(
    "1.2.3",
    (
        Inventory("empty", "state"),
        Inventory("gone.json", "plan", (KIOSK,), judged=False, why_not="it only destroys"),
        Inventory(
            "terraform",
            "hcl",
            (DESK, KIOSK, SERVICE),
            (STARTER, LOOKED_UP, Role("resource", address="genesyscloud_auth_role.spare")),
            (Note("module-not-on-disk", "module.x is not on disk."),),
            unread=(
                UnreadModule(
                    "module.x",
                    "Is not on disk",
                    Unknown("module.x", "terraform init, or a plan"),
                    Location("terraform/main.tf", 30, 32),
                ),
            ),
        ),
    ),
    (Note("unused-module", "modules/x is called by nothing."),),
    (Problem("broken: cannot be read", "Mend it.", ExitCode.REMOTE),),
)


@pytest.fixture(scope="module")
def schema() -> Any:
    schema = json.loads(SHIPPED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_text_is_byte_exact() -> None:
    assert as_text(SAMPLE) == (HERE / "inventory.txt").read_text(encoding="utf-8")


def test_the_json_is_byte_exact_and_fits_the_shipped_schema(schema: Any) -> None:
    assert as_json(SAMPLE) == (HERE / "inventory.json").read_text(encoding="utf-8")
    schema.validate(json.loads(as_json(SAMPLE)))


def test_the_shipped_schema_is_the_documents() -> None:
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == json_schema(), "run make schema"


def test_nothing_but_an_error_fits_the_schema(schema: Any) -> None:
    schema.validate(json.loads(as_json(InventoryReport("1.2.3", errors=(Problem("x"),)))))


@pytest.mark.parametrize("name", INVENTORY_FORMATS)
def test_no_format_shows_a_secret_or_an_escape(name: str) -> None:
    page = INVENTORY_FORMATS[name](SAMPLE)
    assert SECRET not in page
    assert "\x1b" not in page
    assert "a\nb" not in page


def test_lines_are_as_wide_as_a_terminal() -> None:
    assert max(len(line) for line in as_text(SAMPLE).splitlines()) <= 80


@pytest.mark.parametrize("is_known", [True, False])
def test_a_set_of_which_nothing_is_known_is_not_none(is_known: bool) -> None:
    uris = ValueSet((), () if is_known else (Unknown("var.uri", "a plan"),))
    one = replace(KIOSK, attributes={"registered_redirect_uris": uris})
    page = as_text(InventoryReport("1", (Inventory("terraform", "hcl", (one,)),)))
    assert ("registered_redirect_uris: none" in page) is is_known
    assert ("registered_redirect_uris: not known: var.uri" in page) is not is_known


def test_colour_changes_no_word() -> None:
    assert re.sub(r"\x1b\[[0-9;]*m", "", as_text(SAMPLE, colour=True)) == as_text(SAMPLE)
    assert "\x1b[1;33m" in as_text(SAMPLE, colour=True)


def test_every_format_of_an_inventory_is_one_of_reports() -> None:
    assert set(INVENTORY_FORMATS) <= {entry.name for entry in REPORTERS}


def test_what_could_not_be_looked_at_decides_the_exit_status() -> None:
    assert SAMPLE.exit_code is ExitCode.REMOTE
    assert InventoryReport("1.2.3").exit_code is ExitCode.OK
