"""Extremely deep nesting, and extremely long chains of references."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from toolkit.errors import SourceError
from toolkit.model.inventory import Inventory
from toolkit.sources import Folders
from toolkit.sources.read_requests import Read

CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  scopes                = [%s]
}
"""


def read(root: Path, text: str, name: str = "main.tf") -> Inventory | Exception:
    (root / name).write_text(text)
    before = sys.getrecursionlimit()
    (found,) = Folders().read([Read(str(root))])
    assert sys.getrecursionlimit() == before
    return found


def chain(length: int) -> str:
    """Return locals that each refer to the next one."""
    names = "".join(f"  a{n} = local.a{n + 1}\n" for n in range(length))
    return f'locals {{\n{names}  a{length} = "users"\n}}\n{CLIENT % "local.a0"}'


@pytest.mark.parametrize(
    "expression",
    [
        "upper(" * 100 + '"users"' + ")" * 100,
        "(" * 400 + '"users"' + ")" * 400,
        'false ? "x" : ' * 300 + '"users"',
        '"${' * 100 + '"users"' + '}"' * 100,
    ],
)
def test_what_people_write_is_evaluated(tmp_path: Path, expression: str) -> None:
    found = read(tmp_path, CLIENT % f"lower({expression})")
    assert isinstance(found, Inventory)
    assert found.clients[0].scopes.members == ("users",)


def test_a_chain_of_locals_is_followed(tmp_path: Path) -> None:
    found = read(tmp_path, chain(300))
    assert isinstance(found, Inventory)
    assert found.clients[0].scopes.members == ("users",)


@pytest.mark.parametrize(
    "text",
    [
        CLIENT % ("(" * 20_000 + '"x"' + ")" * 20_000),
        CLIENT % ("!" * 20_000 + "true"),
        CLIENT % ('"${' * 20_000 + '"x"' + '}"' * 20_000),
        CLIENT % ("upper(" * 20_000 + '"x"' + ")" * 20_000),
        "locals {\n" + "a {\n" * 20_000 + "}\n" * 20_000 + "}\n",
    ],
    ids=["parentheses", "operators", "templates", "calls", "blocks"],
)
def test_a_file_that_nests_without_end_cannot_be_looked_at(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert isinstance(found, SourceError)
    assert (
        found.message == f"{tmp_path}/main.tf: this file nests more deeply than the toolkit reads"
    )


def test_json_that_nests_without_end_cannot_be_looked_at(tmp_path: Path) -> None:
    found = read(tmp_path, '{"locals": {"a": ' + "[" * 50_000 + "]" * 50_000 + "}}", "main.tf.json")
    assert isinstance(found, SourceError)
    assert "nests more deeply" in found.message


@pytest.mark.parametrize("text", [chain(20_000), CLIENT % ('"a" == ' * 20_000 + '"a"')])
def test_what_is_too_deep_to_evaluate_is_unknown(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert isinstance(found, Inventory)
    assert found.clients[0].scopes.unknown
    assert [note for note in found.notes if note.code == "too-large"]
