"""Folders that cannot be read, and locations in those that can."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.hcl.reading import read, write
from toolkit.errors import SourceError
from toolkit.model.values import Unknown

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
        read(folder)
    assert caught.value.hint
    assert "\n" not in caught.value.message + caught.value.hint
    return caught.value.message.removeprefix(f"{folder}").removeprefix("/")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, ": no Terraform files here"),
        ({"notes.txt": "x"}, ": no Terraform files here"),
        (
            {"main.tf": 'resource "a" "b" {\n  name = \n}\n'},
            "main.tf:2:10: An expression is expected",
        ),
        ({"main.tf": "a = = 1\n"}, "main.tf:1:5: An expression is expected"),
        ({"main.tf": 'locals {\n  a = "${b c}"\n}\n'}, "main.tf:2:12: "),
        ({"main.tf.json": '{"resource": '}, "main.tf.json:1:14: "),
        ({"main.tf": CLIENT, "b.tf": CLIENT}, "is declared twice in this module"),
        ({"x_override.tf": CLIENT}, "which no other file declares"),
        (
            {"main.tf": 'module "m" {\n  source = "./"\n}\n'},
            "main.tf:1:1: this module calls itself",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert message in refusal(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(b"# caf\xe9\n" + CLIENT.encode())
    assert read(tmp_path).clients
    (tmp_path / "main.tf").write_bytes(
        CLIENT.replace('"a"', '"caf@"').encode().replace(b"@", b"\xe9")
    )
    assert refusal(tmp_path).startswith("main.tf:5:")


def test_a_broken_module_is_named_by_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "m.tf").write_text("resource {")
    (tmp_path / "main.tf").write_text('module "m" {\n  source = "./m"\n}\n')
    assert refusal(tmp_path).startswith("m/m.tf:1:")


def test_positions_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("# a comment\n\n" + CLIENT)
    (client,) = read(tmp_path).clients
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
    assert "s3cret" not in repr(read(tmp_path))


@pytest.mark.parametrize(
    ("scopes", "message"),
    [
        ("[bare]", "main.tf:4:13: bare is not a reference: a string stands in quotes"),
        ("var.gone", "main.tf:4:12: var.gone is not declared in this module"),
        ("local.gone", "main.tf:4:12: local.gone is not declared in this module"),
        ("module.gone.scopes", "main.tf:4:12: module.gone is not called in this module"),
        ("data.a.gone.id", "main.tf:4:12: data.a.gone is not declared in this module"),
        ("[a.gone.id]", "main.tf:4:13: a.gone is not declared in this module"),
        ("path.gone", "main.tf:4:12: path.gone does not exist"),
    ],
)
def test_what_nothing_declares_is_refused(tmp_path: Path, scopes: str, message: str) -> None:
    write(tmp_path, {"main.tf": CLIENT.replace('[\n    "a",\n  ]', scopes)})
    assert refusal(tmp_path).startswith(message)


def test_what_terragrunt_may_declare_is_unknown(tmp_path: Path) -> None:
    text = CLIENT.replace('[\n    "a",\n  ]', "local.gone")
    found = read(write(tmp_path, {"main.tf": text, "terragrunt.hcl": ""}))
    assert found.clients[0].scopes.unknown == (Unknown("local.gone", "a plan"),)
    assert [note.code for note in found.notes] == ["terragrunt"]


def test_a_directive_names_things_of_its_own(tmp_path: Path) -> None:
    directive = '["%{ for s in var.list }${s.name}${s}%{ endfor }"]'
    text = 'variable "list" {}\n' + CLIENT.replace('[\n    "a",\n  ]', directive)
    (client,) = read(write(tmp_path, {"main.tf": text})).clients
    assert [reason.reference for reason in client.scopes.unknown] == ["var.list"]


@pytest.mark.parametrize(
    ("setting", "reference"),
    [
        ('state = "gone"', 'state "gone"'),
        ("access_token_validity_seconds = 299", "access_token_validity_seconds 299"),
        ("access_token_validity_seconds = 38880001", "access_token_validity_seconds 38880001"),
        ("access_token_validity_seconds = 300.5", "access_token_validity_seconds 300.5"),
        ('state = "inactive"', None),
        ("access_token_validity_seconds = 38880000", None),
    ],
)
def test_a_value_that_the_provider_refuses_leaves_the_client_unknown(
    tmp_path: Path, setting: str, reference: str | None
) -> None:
    text = (
        'resource "genesyscloud_oauth_client" "c" {\nname = "c"\nauthorized_grant_type = "CODE"\n'
    )
    (tmp_path / "main.tf").write_text(f"{text}{setting}\n}}\n")
    (client,) = read(tmp_path).clients
    assert (client.existence and client.existence.reference) == reference
