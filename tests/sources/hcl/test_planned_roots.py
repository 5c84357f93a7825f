"""Small roots, as planned by real Terraform 1.11.4, Terraform 1.15.9 and OpenTofu 1.12.6.

`truth.json` holds the planned clients by root and tool, or the step that refused the root. The
plans used the real provider 1.81.0.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.sources.hcl.reading import read
from toolkit.errors import SourceError
from toolkit.model.inventory import Inventory

ROOTS: Final = Path(__file__).parent / "roots"
#: A form that no version in the table has is unknown, although each of these tools refuses it.
NOT_KNOWN: Final = {"unknown-block"}


def truths(group: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((ROOTS / group / "truth.json").read_text("utf-8"))
    return found


#: How a plan shows a value that is known after apply.
LATER: Final = "(known after apply)"
CASES: Final = [
    pytest.param(ROOTS / group / name, tool, truth, id=f"{name}, {tool}")
    for group in ("values", "versions")
    for name, tools in truths(group).items()
    if name not in NOT_KNOWN
    for tool, truth in tools.items()
]


def option(tool: str) -> dict[str, Any]:
    name, version = tool.split()
    return {"terraform_version" if name == "terraform" else "tofu_version": version}


def seen(found: Inventory) -> dict[str, tuple[set[str], int]]:
    """Return the scopes and the number of roles of each client, in the form of the truth."""
    assert not [client for client in found.clients if client.existence]
    return {
        c.address: ({LATER} if c.scopes.unknown else set(c.scopes.members), len(c.grants))
        for c in found.clients
    }


@pytest.mark.parametrize(("root", "tool", "truth"), CASES)
def test_a_root_is_read_as_the_tool_plans_it(root: Path, tool: str, truth: dict[str, Any]) -> None:
    if "refused" in truth:
        with pytest.raises(SourceError) as refusal:
            read(root, **option(tool))
        assert refusal.value.message.startswith(f"{root}/")
        return
    clients = seen(read(root, **option(tool)))
    for address, planned in truth["clients"].items():
        scopes = planned if isinstance(planned, list) else planned["scopes"]
        roles = 0 if isinstance(planned, list) else planned["roles"]
        known = {LATER} if scopes == LATER else set(scopes)
        assert clients.pop(address) == (known, roles)
    assert clients == {}


def test_what_no_version_knows_is_unknown() -> None:
    (client,) = read(ROOTS / "versions" / "unknown-block").clients
    assert client.existence is not None
    assert client.existence.reference == "the block nosuchblock"


@pytest.mark.parametrize("name", ["short-circuit-null", "function-convert", "deprecated"])
def test_versions_that_take_a_root_decide_where_others_refuse_it(name: str) -> None:
    found = read(ROOTS / "versions" / name)
    assert seen(found)
    (note,) = found.notes
    assert note.code == "refused-by-version"
    assert "1.15 would run it" in note.message


@pytest.mark.parametrize("name", ["enabled-false", "module-enabled-false", "function-tofu"])
def test_a_root_that_only_opentofu_takes_is_opentofus(name: str) -> None:
    found = read(ROOTS / "versions" / name)
    assert seen(found)
    assert any("as OpenTofu" in note.message for note in found.notes)


@pytest.mark.parametrize("name", ["tofu-override", "tofu-replaces"])
def test_where_nothing_says_which_tool_runs_it_both_decide(name: str) -> None:
    (client,) = read(ROOTS / "versions" / name).clients
    assert [reason.decided_by for reason in client.scopes.unknown] == [
        "--terraform-version or --tofu-version"
    ]


def test_a_client_of_one_tool_alone_may_not_exist() -> None:
    one, other = read(ROOTS / "versions" / "tofu-adds").clients
    assert (one.existence, one.scopes.members) == (None, ("users",))
    assert other.existence is not None
