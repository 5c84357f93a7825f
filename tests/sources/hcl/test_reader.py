"""Folders that cannot be read, and positions of what can."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import SourceError
from toolkit.model.values import Unknown
from toolkit.sources.hcl.reader import read_hcl
from toolkit.sources.hcl.values import BY_DECLARATION

CLIENT = """resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  scopes = [
    "a",
  ]
}
"""


def refusal(folder: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read_hcl(str(folder))
    assert caught.value.hint
    assert "\n" not in caught.value.message + caught.value.hint
    return caught.value.message.removeprefix(f"{folder}").removeprefix("/")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, ": no Terraform files here"),
        ({"notes.txt": "x"}, ": no Terraform files here"),
        ({"main.tf": 'resource "a" "b" {\n  name = \n}\n'}, "main.tf:2:10: Invalid expression"),
        ({"main.tf": "a = = 1\n"}, "main.tf:1:5: Invalid expression"),
        ({"main.tf": 'locals {\n  a = "${b c}"\n}\n'}, "main.tf:2:12: Extra characters after"),
        ({"main.tf.json": '{"resource": '}, "main.tf.json:1:14: Missing value"),
        ({"main.tf": CLIENT, "b.tf": CLIENT}, "is declared twice in this module"),
        ({"x_override.tf": CLIENT}, "which no other file declares"),
        ({"main.tf": 'module "m" {\n  source = "./"\n}\n'}, "main.tf:1: this module calls itself"),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert message in refusal(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(CLIENT.encode() + b"# caf\xe9\n")
    assert refusal(tmp_path).startswith("main.tf:8: is not UTF-8")


def test_a_broken_module_is_named_by_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "m.tf").write_text("resource {")
    (tmp_path / "main.tf").write_text('module "m" {\n  source = "./m"\n}\n')
    assert refusal(tmp_path).startswith("m/m.tf:1:")


def test_positions_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("# a comment\n\n" + CLIENT)
    (client,) = read_hcl(str(tmp_path)).clients
    assert client.location is not None
    assert (client.location.line, client.location.end_line) == (3, 9)
    scopes = client.where("scopes")
    assert scopes is not None
    assert (scopes.line, scopes.end_line, scopes.column) == (6, 8, 3)
    assert scopes.excerpt == "  scopes = ["
    assert client.where("state") == client.location


def test_a_line_that_holds_a_secret_is_not_kept(tmp_path: Path) -> None:
    secret = '  directory_client_secret = "/tmp/s3cret"\n}\n'
    (tmp_path / "main.tf").write_text(CLIENT.removesuffix("}\n") + secret)
    assert "s3cret" not in repr(read_hcl(str(tmp_path)))


@pytest.mark.parametrize(
    ("scopes", "reference"),
    [
        ("[bare]", "bare"),
        ("var.gone", "var.gone"),
        ("local.gone", "local.gone"),
        ("module.gone.scopes", "module.gone"),
        ("data.genesyscloud_user.gone.id", "data.genesyscloud_user.gone"),
        ("genesyscloud_oauth_client.gone.scopes", "genesyscloud_oauth_client.gone"),
    ],
)
def test_a_plan_does_not_decide_what_nothing_declares(
    tmp_path: Path, scopes: str, reference: str
) -> None:
    (tmp_path / "main.tf").write_text(CLIENT.replace('[\n    "a",\n  ]', scopes))
    (client,) = read_hcl(str(tmp_path)).clients
    (reason,) = client.scopes.unknown
    assert reason == Unknown(reference, BY_DECLARATION)


def test_a_directive_names_things_of_its_own(tmp_path: Path) -> None:
    directive = '["%{ for s in var.list }${s.name}${s}%{ endfor }"]'
    (tmp_path / "main.tf").write_text(
        'variable "list" {}\n' + CLIENT.replace('[\n    "a",\n  ]', directive)
    )
    (client,) = read_hcl(str(tmp_path)).clients
    assert client.scopes.unknown
    assert BY_DECLARATION not in {reason.decided_by for reason in client.scopes.unknown}
