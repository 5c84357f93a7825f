"""Documents are recognized by content; unreadable input gives one clear error with a hint."""

import json

import pytest

from tests.sources.plans import FIXTURES, change, fixture, plan
from toolkit.errors import ExitCode, SourceError
from toolkit.sources.json_input import read_json

PLAN = (FIXTURES / "create.json").read_bytes()


@pytest.mark.parametrize(
    ("name", "kind", "clients"),
    [
        ("create.json", "plan", True),
        ("state.json", "state", True),
        ("terraform.tfstate", "state", True),
        ("empty_plan.json", "plan", False),
        ("empty_state.json", "state", False),
    ],
)
def test_documents_are_told_apart_by_content(name: str, kind: str, clients: bool) -> None:
    inventory = read_json((FIXTURES / name).read_bytes(), "-")
    assert (inventory.kind, inventory.root, bool(inventory.clients)) == (kind, "-", clients)
    assert inventory.judged


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xef\xbb\xbf" + PLAN, id="byte order mark"),
        pytest.param(json.dumps(json.loads(PLAN), indent=2).encode(), id="pretty-printed"),
        pytest.param(b"\n  " + PLAN + b"\n", id="white space around"),
    ],
)
def test_harmless_changes_do_not_matter(data: bytes) -> None:
    assert read_json(data, "create.json") == fixture("create.json")


def test_other_scripts_are_utf8() -> None:
    document = plan([change("c", {"name": "Größe 録音", "authorized_grant_type": "CODE"})])
    (client,) = read_json(json.dumps(document, ensure_ascii=False).encode(), "p").clients
    assert client.name == "Größe 録音"


STATE = {"version": 4, "serial": 1, "lineage": "x", "resources": []}
BAD: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "empty input", "terraform show -json"),
    "blank": (b" \n", "empty input", "terraform show -json"),
    "only a byte order mark": (b"\xef\xbb\xbf", "empty input", "terraform show -json"),
    "truncated": (PLAN[: len(PLAN) // 2], "ends too early", "cut off"),
    "cut between values": (PLAN[: PLAN.index(b'"resource_changes"')], "ends too early", "cut off"),
    "trailing text": (b'{"a": 1}\n  x', "not JSON (line 2, column 3)", ""),
    "not JSON": (b"\nresource {", "not JSON (line 2, column 1)", ""),
    "not UTF-8": (b'{"format_version": "1.0", "x": "\xff"}', "not UTF-8 (byte 32 is 0xff)", ""),
    "UTF-16, little-endian": ("\ufeff{}".encode("utf-16-le"), "UTF-16", "PowerShell"),
    "UTF-16, big-endian": ("\ufeff{}".encode("utf-16-be"), "UTF-16", "PowerShell"),
    "UTF-16 without a mark": ("{}".encode("utf-16-le"), "UTF-16", "PowerShell"),
    "saved plan": (b"PK\x03\x04 tfplan", "saved plan", "terraform show -json"),
    "another archive": (b"PK\x03\x04 main.tf", "zip archive", "ends in .zip"),
    "log of plan -json": (
        b'{"@level":"info","@message":"x"}\n{"@level":"info","@message":"y"}\n',
        "log of terraform plan -json",
        "terraform show -json",
    ),
    "list": (b"[]", "neither a Terraform plan nor a state", "terraform show -json"),
    "null": (b"null", "neither", ""),
    "number": (b"1", "neither", ""),
    "object": (b"{}", "neither", ""),
    "package.json": (b'{"name": "x", "version": "1.0.0"}', "neither", ""),
    "providers schema": (b'{"format_version": "1.0", "provider_schemas": {}}', "neither", ""),
    "validate -json": (b'{"format_version": "1.0", "valid": true}', "neither", ""),
    "version without a state": (b'{"version": 4}', "neither", ""),
    "plan of the next major": (
        json.dumps(plan([], format_version="2.0")).encode(),
        "plan of an unknown format, '2.0'",
        "newer",
    ),
    "plan before 1.0": (
        json.dumps(plan([], format_version="0.2")).encode(),
        "plan of an unknown format, '0.2'",
        "Terraform 1.1.1",
    ),
    "plan without a version": (
        json.dumps(plan([], format_version=None)).encode(),
        "plan of an unknown format, None",
        "",
    ),
    "plan of format 10": (json.dumps(plan([], format_version="10.1")).encode(), "'10.1'", ""),
    "shown state of the next major": (
        b'{"format_version": "2.0", "values": {}}',
        "state of an unknown format",
        "newer",
    ),
    "wrapped by setup-terraform": (
        b"[command]/opt/terraform-bin show -json plan\n" + json.dumps(plan([])).encode(),
        "the wrapper of setup-terraform has added lines",
        "terraform_wrapper: false",
    ),
    "debug lines of setup-terraform": (
        json.dumps(plan([])).encode() + b"\n::debug::Terraform exited with code 0.\n",
        "the wrapper of setup-terraform has added lines",
        "terraform_wrapper: false",
    ),
    "state file 2": (
        json.dumps({**STATE, "version": 2}).encode(),
        "version 2, not 4",
        "Terraform 0.12",
    ),
    "state file 5": (json.dumps({**STATE, "version": 5}).encode(), "version 5, not 4", "newer"),
    "backend file": (
        b'{"version": 3, "serial": 1, "lineage": "x", "backend": {"type": "s3"}}',
        "version 3",
        "terraform state pull",
    ),
    "plan of another shape": (
        json.dumps(plan([{"address": 1}])).encode(),
        "not a plan as Terraform writes it",
        "",
    ),
    "change of another shape": (
        json.dumps(plan([change("c", {}) | {"change": {"actions": "create"}}])).encode(),
        "not a plan",
        "",
    ),
    "shown state of another shape": (
        b'{"format_version": "1.0", "values": {"root_module": []}}',
        "not a state",
        "",
    ),
    "values of another shape": (
        json.dumps(
            {
                "format_version": "1.0",
                "values": {
                    "root_module": {
                        "resources": [
                            {
                                "mode": "managed",
                                "type": "genesyscloud_oauth_client",
                                "name": "c",
                                "values": [],
                            }
                        ]
                    }
                },
            }
        ).encode(),
        "not a state",
        "",
    ),
    "instances of another shape": (
        json.dumps(
            STATE
            | {
                "resources": [
                    {
                        "mode": "managed",
                        "type": "genesyscloud_oauth_client",
                        "name": "c",
                        "instances": {},
                    }
                ]
            }
        ).encode(),
        "not a state",
        "",
    ),
    "nested without end": (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested", ""),
    "errored": ((FIXTURES / "errored.json").read_bytes(), "planning failed", "plan again"),
}


@pytest.mark.parametrize(("data", "message", "hint"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_is_an_input_error(data: bytes, message: str, hint: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_json(data, "some.json")
    error = caught.value
    assert error.message.startswith("some.json: ")
    assert message in error.message
    assert "\n" not in error.message
    assert hint in (error.hint or "")
    assert error.exit_code is ExitCode.INPUT
