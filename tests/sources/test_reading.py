"""A Terraform file as a source: its own declarations, and those of the modules that it calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.sources.folders import read_source
from toolkit.sources.read_requests import Read

CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "%s"
  authorized_grant_type = "CODE"
  scopes                = ["a"]
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write two files; `calls.tf` has clients only through modules, one of them two calls away."""
    for name, text in {
        "calls.tf": 'module "near" {\n  source = "./near"\n}\n\nmodule "gone" {\n'
        '  source = "a/b/c"\n}\n',
        "own.tf": CLIENT % "own" + 'module "other" {\n  source = "a/b/c"\n}\n',
        "near/main.tf": CLIENT % "near" + 'module "far" {\n  source = "../far"\n}\n',
        "far/main.tf": CLIENT % "far" + 'module "lost" {\n  source = "a/b/c"\n}\n',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_file_stands_for_the_modules_that_it_calls(folder: Path) -> None:
    found = read_source(Read(str(folder / "calls.tf")))
    assert {client.name for client in found.clients} == {"near", "far"}
    assert [module.address for module in found.unread] == [
        "module.gone",
        "module.near.module.far.module.lost",
    ]
    (note,) = [note.message for note in found.notes if note.code == "file-only"]
    assert note == (
        f"{folder}/calls.tf: of this root module, {folder}, only what the file itself declares or "
        "calls is judged: 2 of 3 clients. Name the folder for all of it."
    )
    assert not found.whole


def test_the_other_file_has_the_rest(folder: Path) -> None:
    found = read_source(Read(str(folder / "own.tf")))
    assert [client.name for client in found.clients] == ["own"]
    assert [module.address for module in found.unread] == ["module.other"]


def test_a_file_that_has_all_there_is_needs_no_note(folder: Path) -> None:
    (folder / "own.tf").unlink()
    found = read_source(Read(str(folder / "calls.tf")))
    assert len(found.clients) == 2
    assert found.whole
    assert "file-only" not in {note.code for note in found.notes}


def test_the_calls_that_lead_to_a_client_are_known(folder: Path) -> None:
    far, near, own = sorted(read_source(Read(str(folder))).clients, key=lambda c: str(c.name))
    assert own.called_from == ()
    assert [(call.path, call.line) for call in near.called_from] == [(f"{folder}/calls.tf", 1)]
    assert [(call.path, call.line) for call in far.called_from] == [
        (f"{folder}/near/main.tf", 7),
        (f"{folder}/calls.tf", 1),
    ]
