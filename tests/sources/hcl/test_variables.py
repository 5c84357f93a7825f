"""Values of variables: Terraform's precedence, and how it parses text as a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.sources.hcl.reading import read
from toolkit.errors import SourceError, UsageError
from toolkit.sources.read_requests import Assignment

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
    (client,) = read(folder, assignments, environ).clients
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
    assert scopes_of(tmp_path) == ('\b"', "${path.root}", "%{x}")


def test_functions_see_the_values(tmp_path: Path) -> None:
    given = [Assignment("var", 'scopes=["a", "b"]')]
    found = scopes_of(tmp_path, given, expression="[upper(var.scopes[1])]")
    assert found == ("B",)


def test_a_large_value_is_read(tmp_path: Path) -> None:
    many = [f"scope-{number:05}" for number in range(9000)]
    text = "[" + ", ".join(f'"{name}"' for name in many) + "]"
    given = [Assignment("var", f"scopes={text}")]
    assert scopes_of(tmp_path, given, expression="[upper(var.scopes[8999])]") == ("SCOPE-08999",)


@pytest.mark.parametrize(
    ("assignment", "error", "message"),
    [
        (Assignment("var", "scopes"), UsageError, "--var scopes: has no name"),
        (Assignment("var", "=x"), UsageError, "--var =x: has no name"),
        (
            Assignment("var", "scopes=[a"),
            SourceError,
            "--var scopes: the value is not an expression",
        ),
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
    with pytest.raises(SourceError, match=r"x\.tfvars:3:1: A comma or a closing"):
        scopes_of(tmp_path, [broken])
    broken = write(tmp_path, "x.tfvars.json", "{")
    with pytest.raises(SourceError, match=r"x\.tfvars\.json:1:2: "):
        scopes_of(tmp_path, [broken])


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        (
            "a.tfvars",
            "scopes = [foo]\n",
            "a.tfvars:1: only a literal value",
        ),
        (
            "a.tfvars",
            '\nscopes = ["${var.x}"]\n',
            "a.tfvars:2: only a literal value",
        ),
        (
            "a.tfvars",
            "scopes = concat([])\n",
            "a.tfvars:1: only a literal value",
        ),
        (
            "a.tfvars",
            "scopes = []\nscopes = []\n",
            "a.tfvars:2:1: The argument scopes is",
        ),
        (
            "a.tfvars",
            "scopes = []\nother {\n}\n",
            "a.tfvars:2:1: a file of variables",
        ),
        ("a.tfvars.json", "[1]", "a.tfvars.json:1:2: An object is expected here"),
        ("a.tfvars.json", '{"scopes": [], "scopes": []}', "The argument scopes is set twice"),
    ],
)
def test_a_file_is_refused_as_terraform_refuses_it(
    tmp_path: Path, name: str, text: str, problem: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(SourceError) as refusal:
        scopes_of(tmp_path, [Assignment("file", str(tmp_path / name))])
    assert problem in refusal.value.message


@pytest.mark.parametrize("value", ["[s3cr3t]", 'upper("s3cr3t")', "[for s in s3cr3t : s]"])
def test_a_value_that_refers_to_something_is_refused_and_not_shown(
    tmp_path: Path, value: str
) -> None:
    ways: tuple[tuple[list[Assignment], dict[str, str]], ...] = (
        ([Assignment("var", f"scopes={value}")], {}),
        ([], {"TF_VAR_scopes": value}),
    )
    for given, environ in ways:
        with pytest.raises(SourceError) as refusal:
            scopes_of(tmp_path, given, environ)
        assert "s3cr3t" not in refusal.value.message + (refusal.value.hint or "")


@pytest.mark.parametrize(
    "value", ['["a", "${1 + 1}"]', '[for s in ["a", "2"] : s]', 'true ? ["a", "2"] : []']
)
def test_a_value_may_be_any_expression_that_refers_to_nothing(tmp_path: Path, value: str) -> None:
    (tmp_path / "a.tfvars").write_text(f"scopes = {value}\n")
    assert set(scopes_of(tmp_path, [Assignment("file", str(tmp_path / "a.tfvars"))])) == {"a", "2"}


def test_what_a_file_sets_and_nothing_declares_is_noted(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfvars").write_text('scope = ["a"]\n')
    (tmp_path / "b.tfvars").write_text('scopes = ["b"]\nscops = ["c"]\n')
    (tmp_path / "main.tf").write_text(CLIENT % ("type = list(string)", "var.scopes"))
    named = str(tmp_path / "b.tfvars")
    found = read(tmp_path, [Assignment("file", named)], {"TF_VAR_other": "x"})
    assert [note.message for note in found.notes] == [
        f"{named}: sets scops, a variable that no root module declares; is it spelled right?",
        f"{tmp_path}/terraform.tfvars: sets scope, a variable that this root module does not "
        "declare; is it spelled right?",
    ]
