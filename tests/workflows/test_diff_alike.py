"""`diff` over folders that look the same and are not, and that look different and are the same.

What is right was written down by hand for each pair. What `moved` blocks do was asked of Terraform.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflows.test_diff import client, compared, holds, told
from toolkit.workflows import diff


def looked_up(label: str, name: str) -> str:
    return f'data "genesyscloud_auth_role" "{label}" {{\n  name = "{name}"\n}}\n'


def moved(before: str, after: str) -> str:
    return (
        f"moved {{\n  from = genesyscloud_oauth_client.{before}\n"
        f"  to = genesyscloud_oauth_client.{after}\n}}\n"
    )


USERS, ROUTING = 'scopes = ["users"]', 'scopes = ["routing"]'
FOUND = "data.genesyscloud_auth_role.x.id"

PAIRS: dict[str, tuple[str, str, set[str]]] = {
    "another role is looked up under the same label": (
        looked_up("x", "Viewer") + holds("c", FOUND),
        looked_up("x", "Admin") + holds("c", FOUND),
        {
            "+ grant data.genesyscloud_auth_role.x home",
            "- grant data.genesyscloud_auth_role.x home",
            "?+ permission ? home",
            "?- permission ? home",
        },
    ),
    "the same role is looked up under another label": (
        looked_up("x", "Viewer") + holds("c", FOUND),
        looked_up("y", "Viewer") + holds("c", FOUND.replace(".x.", ".y.")),
        set(),
    ),
    "a client cannot move to where one is": (
        client("a", USERS) + client("b", ROUTING),
        client("b", ROUTING) + moved("a", "b"),
        {"- client a", "- scope users"},
    ),
    "the one that is there moves on, the other goes": (
        client("a", USERS) + client("b", ROUTING),
        client("c", ROUTING) + moved("a", "b") + moved("b", "c"),
        {"- client a", "- scope users"},
    ),
    "the order of moves does not count": (
        client("a", USERS) + client("b", ROUTING),
        client("c", ROUTING) + moved("b", "c") + moved("a", "b"),
        {"- client a", "- scope users"},
    ),
    "a chain of moves": (
        client("a", USERS),
        client("c", USERS) + moved("b", "c") + moved("a", "b"),
        set(),
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), PAIRS.values(), ids=PAIRS)
def test_what_changes(before: str, after: str, expected: set[str], tmp_path: Path) -> None:
    assert told(compared(tmp_path, before, after)) == expected


@pytest.mark.parametrize("text", [side for pair in PAIRS.values() for side in pair[:2]])
def test_nothing_changes_between_a_folder_and_itself(text: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    assert diff(str(tmp_path), str(tmp_path), environ={}).changes == ()
