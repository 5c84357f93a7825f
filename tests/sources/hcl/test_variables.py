"""Which value a variable has: Terraform's precedence, and how it reads text as a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from toolkit.errors import SourceError, UsageError
from toolkit.sources.hcl.reader import read_hcl
from toolkit.sources.requests import Assignment

CLIENT = """
variable "scopes" {
  %s
}
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  scopes                = %s
}
"""


def scopes_of(
    folder: Path,
    assignments: Sequence[Assignment] = (),
    environ: Mapping[str, str] | None = None,
    *,
    kind: str = "list(string)",
    expression: str = "var.scopes",
) -> tuple[str, ...]:
    body = f"type = {kind}" if kind else ""
    (folder / "main.tf").write_text(CLIENT % (body, expression))
    (client,) = read_hcl(str(folder), assignments, environ).clients
    assert not client.scopes.unknown, client.scopes.unknown
    return client.scopes.members


def write(folder: Path, name: str, text: str) -> Assignment:
    (folder / name).write_text(text)
    return Assignment("file", str(folder / name))


def test_each_place_wins_over_the_one_before(tmp_path: Path) -> None:
    environ = {"TF_VAR_scopes": '["environment"]'}
    assert scopes_of(tmp_path, environ=environ) == ("environment",)
    steps = [
        ("terraform.tfvars", 'scopes = ["tfvars"]', "tfvars"),
        ("terraform.tfvars.json", '{"scopes": ["tfvars-json"]}', "tfvars-json"),
        ("a.auto.tfvars", 'scopes = ["auto-a"]', "auto-a"),
        ("b.auto.tfvars.json", '{"scopes": ["auto-b"]}', "auto-b"),
    ]
    for name, text, wanted in steps:
        write(tmp_path, name, text)
        assert scopes_of(tmp_path, environ=environ) == (wanted,)
    by_file = write(tmp_path, "given.tfvars", 'scopes = ["file"]')
    by_option = Assignment("var", 'scopes=["option"]')
    assert scopes_of(tmp_path, [by_option, by_file], environ) == ("file",)
    assert scopes_of(tmp_path, [by_file, by_option], environ) == ("option",)


@pytest.mark.parametrize(
    ("kind", "expression", "wanted"),
    [
        ("list(string)", "var.scopes", ("a", "b")),
        ("any", "var.scopes", ("a", "b")),
        ("string", "[var.scopes]", ('["a", "b"]',)),
        ("", "[var.scopes]", ('["a", "b"]',)),
    ],
)
def test_text_is_an_expression_only_where_the_type_is_not_primitive(
    tmp_path: Path, kind: str, expression: str, wanted: tuple[str, ...]
) -> None:
    text = '["a", "b"]'
    for assignments, environ in (
        ([Assignment("var", f"scopes={text}")], {}),
        ([], {"TF_VAR_scopes": text}),
    ):
        found = scopes_of(tmp_path, assignments, environ, kind=kind, expression=expression)
        assert found == wanted


def test_a_template_in_a_json_file_is_plain_text(tmp_path: Path) -> None:
    write(tmp_path, "terraform.tfvars.json", '{"scopes": ["${path.root}", "%{x}", "\\u0008\\""]}')
    assert scopes_of(tmp_path) == ("${path.root}", "%{x}", '\b"')


def test_values_reach_the_evaluator_too(tmp_path: Path) -> None:
    """A function that only tfparse knows sees the value that was given."""
    given = [Assignment("var", 'scopes=["a", "b"]')]
    found = scopes_of(tmp_path, given, expression="[upper(var.scopes[1])]")
    assert found == ("B",)


def test_a_large_value_reaches_the_evaluator(tmp_path: Path) -> None:
    """More than a pipe holds at once."""
    many = [f"scope-{number:05}" for number in range(9000)]
    text = "[" + ", ".join(f'"{name}"' for name in many) + "]"
    given = [Assignment("var", f"scopes={text}")]
    assert scopes_of(tmp_path, given, expression="[upper(var.scopes[8999])]") == ("SCOPE-08999",)


@pytest.mark.parametrize(
    ("assignment", "error", "message"),
    [
        (Assignment("var", "scopes"), UsageError, "--var scopes: has no name"),
        (Assignment("var", "=x"), UsageError, "--var =x: has no name"),
        (Assignment("var", "scopes=[a"), SourceError, "--var scopes: the value is no expression"),
        (Assignment("file", "nowhere.tfvars"), SourceError, "nowhere.tfvars: cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, assignment: Assignment, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message.replace("[", r"\[")):
        scopes_of(tmp_path, [assignment])


def test_a_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    broken = write(tmp_path, "x.tfvars", 'a = 1\nscopes = ["a"\n')
    with pytest.raises(SourceError, match=r"x\.tfvars:\d+:\d+: this is no file of variables"):
        scopes_of(tmp_path, [broken])
    broken = write(tmp_path, "x.tfvars.json", "{")
    with pytest.raises(SourceError, match=r"x\.tfvars\.json: is not JSON"):
        scopes_of(tmp_path, [broken])
