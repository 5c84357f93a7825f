"""The rules of HCL and cty that the evaluator relies on, one by one, judged by Terraform.

None stands for the value of a refused expression.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.sources.hcl.reading import read, write
from tests.sources.hcl.terraform_values import truths
from toolkit.errors import SourceError
from toolkit.model.values import Unknown

_VERSION: Final = "1.11.4"
#: Expressions and their values as JSON, grouped by rule.
RULES: Final[Mapping[str, Mapping[str, str | None]]] = {
    "the elements of a list, set or map have one type": {
        'tolist([1, "a", true])': '["1","a","true"]',
        'tolist([{}, "", 3])': None,
        "tolist([null, true, 3])": None,
        'tomap({ a = null, b = "x" })': '{"a":null,"b":"x"}',
        "tomap({ a = null, b = false, c = 3 })": None,
        "toset([null, 1, 1])": "[1,null]",
        "tolist([sensitive(1), true])": None,
        'tolist([[1], ["a"]])': '[["1"],["a"]]',
        "tolist([{ a = 1 }, { b = 2 }])": '[{"a":1},{"b":2}]',
        'tolist([{ a = 1 }, { b = "x" }])': '[{"a":"1"},{"b":"x"}]',
    },
    "a null without a type takes the type of scalars beside it, and of nothing else": {
        'tolist([null, -1, "b"])': '[null,"-1","b"]',
        'tolist([null, -1, "b"])[1] == "-1"': "true",
        "tomap({ a = 1, b = null }).a == 1": "true",
        "tolist([null, [1]])": None,
        "tolist([null, { a = 1 }])": None,
        "tolist([null, tolist([1])])": None,
        "tolist([tomap(null), null])": None,
        "toset([null, toset([1])])": None,
        "tomap({ a = null, b = [1] })": '{"a":null,"b":[1]}',
        "tomap({ a = null, b = [1], c = [2] })": '{"a":null,"b":[1],"c":[2]}',
        'tomap({ a = null, b = [1], c = ["x"] })': None,
        "tomap({ a = null, b = { x = 1 }, c = 1 })": None,
        "tolist([null, null])": "[null,null]",
        'tolist([{ a = null }, { a = 1 }, { a = "x" }])[1].a == 1': "false",
        "tolist([{ a = null }, { a = [1] }])": None,
        'setunion(["1.0"], [tomap(null), null])': None,
        'coalesce(null, 1, "a")': '"1"',
        "coalescelist(null, [1])": None,
        "coalescelist([1], null)": None,
        "coalescelist(tolist(null), [1])": "[1]",
        "true ? { a = null } : { a = [1] }": '{"a":null}',
        "(true ? [null, 1] : [true, 2])[1] == 2": "false",
    },
    "what a result that is not taken would be refused for does not matter, but its type does": {
        'true ? 1 < 2 : length("x") < ("a" * 2)': "true",
        'true ? 1 : "a" * 2': "1",
        'true ? [1] : "a" * 2': None,
        'true ? [1] : !"a"': None,
        'true ? "x" : "${[]}"': None,
        'true ? "x" : "-${[]}"': '"x"',
        'true ? [] : "a${[]}"': None,
        'true ? [1] : nosuch["a"]': None,
        'true ? [1] : {}["a"]': "[1]",
        "true ? [1] : length(1)": "[1]",
        "true ? [1] : (true ? 1 : {}.a)": None,
        'true ? [1] : ({}.a ? [2] : ["a"])': '["1"]',
    },
    "coalesce() passes over an empty string if all arguments are strings": {
        'coalesce("", "a")': '"a"',
        'coalesce("", 1)': '"1"',
        'coalesce(null, "", { a = 1 })': '""',
    },
    "a negative index of element() counts from the end": {
        'element(tolist(["a", "b"]), -1)': '"b"',
        'element(["a", "b"], -4)': '"a"',
        'can(element(["a", "b"], -1))': "false",
        "element([], -1)": None,
    },
    "a folder is not a file": {'file(".")': None, 'fileexists(".")': None, 'filemd5("./")': None},
}
CASES: Final = [
    pytest.param(expression, wanted, id=f"{rule}: {expression}")
    for rule, expressions in RULES.items()
    for expression, wanted in expressions.items()
]
_CLIENT: Final = """resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  description           = jsonencode(%s)
}
"""


def description(folder: Path, expression: str, more: str = "") -> Any:
    """Return an expression's value as JSON, or as unknown. Raises `SourceError`."""
    write(folder, {"main.tf": _CLIENT % expression + more})
    (client,) = read(folder, terraform_version=_VERSION).clients
    return client.attributes["description"]


@pytest.mark.parametrize(("expression", "wanted"), CASES)
def test_an_expression_comes_to(tmp_path: Path, expression: str, wanted: str | None) -> None:
    if wanted is None:
        with pytest.raises(SourceError):
            description(tmp_path, expression)
    else:
        assert description(tmp_path, expression) == wanted


@pytest.mark.terraform
def test_terraform_says_so() -> None:
    written = {each: wanted for table in RULES.values() for each, wanted in table.items()}
    found = truths([f"jsonencode(nonsensitive(sensitive({each})))" for each in written])
    made = {
        each: truth.value if truth.refused is None else None
        for each, truth in zip(written, found, strict=True)
    }
    assert made == written


_MORE: Final = """variable "x" {}
variable "s" {
  type = set(string)
}
variable "t" {
  type = string
}
resource "genesyscloud_auth_role" "a" {
  name = "a"
}
"""
REFUSED: Final = "refused"
#: Expressions with unset variables and their values, or None, grouped by rule.
BESIDE_AN_UNKNOWN: Final[Mapping[str, Mapping[str, str | None]]] = {
    "one element of a tuple or object of which it is not known which": {
        'length([["a", "b"], ["a"]][var.x ? 0 : 1])': None,
        'length([["a", "b"], ["c", "d"]][var.x ? 0 : 1])': "2",
        '[["a"], ["a"]][var.x ? 0 : 1]': '["a"]',
    },
    "what is not known may be null, which a function refuses": {
        "try(setunion(var.s, [1]), [2])": None,
        "can(length(var.s))": None,
        'try(coalesce(var.t, "a"), "b")': None,
        'try("a", upper(var.t))': '"a"',
    },
    "what may be refused may have no type": {
        'true ? "a" : toset(var.x)': '"a"',
        'var.t == "" ? "a" : toset(var.x)': None,
        'true ? "a" : ["b"]': REFUSED,
        "(true ? [2, 1] : toset(var.x))[0] == 2": None,
    },
    "an id is none of the strings that are not ids": {
        'setsubtract(["x", "y"], [genesyscloud_auth_role.a.id])': '["x","y"]',
        'setintersection(["x"], [genesyscloud_auth_role.a.id])': "[]",
        'setsubtract(["x"], [genesyscloud_auth_role.a.id, var.x])': None,
        'setintersection(["x"], [var.x])': None,
    },
    "a type that is not known may be one that the others are converted to": {
        "tolist([var.x, true])[1] == true": None,
        'tolist([var.x, "s"])[1]': '"s"',
        'coalesce("", var.x, "a")': None,
        'coalesce("b", var.x)': '"b"',
    },
}


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        pytest.param(expression, wanted, id=f"{rule}: {expression}")
        for rule, expressions in BESIDE_AN_UNKNOWN.items()
        for expression, wanted in expressions.items()
    ],
)
def test_beside_an_unknown(tmp_path: Path, expression: str, wanted: str | None) -> None:
    if wanted == REFUSED:
        with pytest.raises(SourceError):
            description(tmp_path, expression, _MORE)
        return
    found = description(tmp_path, expression, _MORE)
    assert isinstance(found, Unknown) if wanted is None else found == wanted


#: Types that contain `any`, their defaults, and whether Terraform accepts them.
ANY_INSIDE: Final = [
    ("list(object({ a = any }))", '[{ a = 1 }, { a = "x" }]', True),
    ("list(tuple([any]))", '[[1], ["x"]]', True),
    ("list(tuple([any]))", "[[1], [true]]", False),
    ("list(list(any))", "[[null], [[1]]]", False),
    ("map(object({ a = any }))", '{ k = { a = 1 }, l = { a = "x" } }', True),
    ("map(list(any))", '{ k = [1], l = ["x"] }', True),
    ("map(tuple([any]))", '{ k = [1], l = ["x"] }', False),
    ("map(tuple([any]))", "{ k = [1], l = [2] }", True),
    ("set(object({ a = any }))", '[{ a = 1 }, { a = "x" }]', False),
    ("set(object({ a = any }))", "[{ a = 1 }, { a = 2 }]", True),
    ("set(list(any))", "[[null], [1]]", False),
    ("map(set(any))", "{ k = [0], l = null }", True),
]


@pytest.mark.parametrize(("kind", "default", "is_taken"), ANY_INSIDE)
def test_any_inside_of_a_type(tmp_path: Path, kind: str, default: str, is_taken: bool) -> None:
    variable = f'variable "v" {{\n  type = {kind}\n  default = {default}\n}}\n'
    if is_taken:
        assert isinstance(description(tmp_path, "var.v", variable), str)
    else:
        with pytest.raises(SourceError, match=r"the default of var\.v"):
            description(tmp_path, "var.v", variable)


@pytest.mark.parametrize(
    ("attribute", "what"),
    [
        ("name = null", "name of genesyscloud_oauth_client.c must not be null"),
        ("roles {\n  role_id = null\n}", "role_id of a block roles of .* must not be null"),
        ("roles {\n}", "genesyscloud_oauth_client.roles needs the argument role_id"),
    ],
)
def test_what_the_provider_requires_is_there(tmp_path: Path, attribute: str, what: str) -> None:
    name = "" if attribute.startswith("name") else 'name = "c"\n'
    body = f'{name}authorized_grant_type = "CODE"\n{attribute}\n'
    write(tmp_path, {"main.tf": f'resource "genesyscloud_oauth_client" "c" {{\n{body}}}\n'})
    with pytest.raises(SourceError, match=what):
        read(tmp_path, terraform_version=_VERSION)


@pytest.mark.parametrize(
    "declared",
    [
        "nullable = false\n  default = null",
        'type = list(any)\n  default = [{}, "a"]',
        "type = number\n  default = true",
        "type = list(object({ a = any }))\n  default = [{ a = [null] }, null]",
        'type = map(object({ a = any }))\n  default = { b = { a = "x" }, c = { a = [] } }',
    ],
)
def test_a_default_is_held_to_the_declaration_even_if_it_is_not_used(
    tmp_path: Path, declared: str
) -> None:
    call = 'module "m" {\n  source = "./m"\n  v = %s\n}\noutput "o" {\n  value = module.m.o\n}\n'
    module = f'variable "v" {{\n  {declared}\n}}\noutput "o" {{\n  value = var.v\n}}\n'
    write(tmp_path, {"m/main.tf": module})
    with pytest.raises(SourceError, match=r"the default of var\.v"):
        description(tmp_path, "module.m.o", call % "1")


_ASSUMED: Final = {
    "access_token_validity_seconds": "86400",
    "state": '"active"',
    "expose_client_secret": "false",
    "description": "null",
}


@pytest.mark.parametrize("unset", ["", "state = null\n"])
def test_an_attribute_that_is_not_set_is_what_the_provider_assumes(
    tmp_path: Path, unset: str
) -> None:
    named = "genesyscloud_oauth_client.other"
    scopes = [f'"{name}=${{jsonencode({named}.{name})}}"' for name in _ASSUMED]
    scopes += [f'"whole=${{[for k, v in {named} : v if k == "state"][0]}}"']
    other = f'name = "other"\nauthorized_grant_type = "CODE"\n{unset}'
    one = f'name = "c"\nauthorized_grant_type = "CODE"\nscopes = [{", ".join(scopes)}]\n'
    text = 'resource "genesyscloud_oauth_client" "%s" {\n%s}\n'
    write(tmp_path, {"main.tf": text % ("other", other) + text % ("c", one)})
    clients = {each.name: each for each in read(tmp_path, terraform_version=_VERSION).clients}
    assert clients["c"].scopes.complete
    assert set(clients["c"].scopes.members) == {
        *(f"{name}={value}" for name, value in _ASSUMED.items()),
        "whole=active",
    }
    assert "state" not in clients["other"].attributes


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('count = 1\n  for_each = toset(["a"])', "count and for_each do not go together"),
        (
            'for_each = toset(["a", "b"])\n  lifecycle {\n    precondition {\n'
            '      condition     = each.key == "a"\n      error_message = "only a"\n    }\n  }',
            r'genesyscloud_oauth_client.c\["b"\] is refused: only a',
        ),
    ],
)
def test_a_client_that_terraform_refuses(tmp_path: Path, body: str, what: str) -> None:
    text = f'name = "c"\n  authorized_grant_type = "CODE"\n  {body}\n'
    write(tmp_path, {"main.tf": f'resource "genesyscloud_oauth_client" "c" {{\n  {text}}}\n'})
    with pytest.raises(SourceError, match=what):
        read(tmp_path, terraform_version=_VERSION)


def test_a_condition_in_json_syntax_refuses_as_well(tmp_path: Path) -> None:
    rule = '{"condition": "${count.index == 1}", "error_message": "only b"}'
    body = f'"name": "c", "authorized_grant_type": "CODE", "lifecycle": {{"precondition": {rule}}}'
    client = f'{{"genesyscloud_oauth_client": {{"c": {{"count": 1, {body}}}}}}}'
    write(tmp_path, {"main.tf.json": f'{{"resource": {client}}}'})
    with pytest.raises(SourceError, match=r"c\[0\] is refused: only b"):
        read(tmp_path, terraform_version=_VERSION)


def test_a_condition_beside_an_unknown_refuses_nothing(tmp_path: Path) -> None:
    text = """variable "v" {}
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  lifecycle {
    precondition {
      condition     = var.v == "a"
      error_message = "x"
    }
  }
}
"""
    write(tmp_path, {"main.tf": text})
    assert [each.name for each in read(tmp_path).clients] == ["c"]


def test_count_of_an_override_goes_before_for_each(tmp_path: Path) -> None:
    text = """resource "genesyscloud_oauth_client" "c" {
  for_each              = toset(["a"])
  name                  = "c"
  authorized_grant_type = "CODE"
}
"""
    over = 'resource "genesyscloud_oauth_client" "c" {\n  count = 1\n}\n'
    write(tmp_path, {"main.tf": text, "override.tf": over})
    assert [each.address[-3:] for each in read(tmp_path).clients] == ["[0]"]


def test_an_override_has_no_conditions(tmp_path: Path) -> None:
    text = 'resource "genesyscloud_oauth_client" "c" {\n%s}\n'
    rule = 'condition = path.root == "."\n error_message = "x"'
    over = f"  lifecycle {{\n    precondition {{\n{rule}\n}}\n  }}\n"
    own = '  name = "c"\n  authorized_grant_type = "CODE"\n'
    write(tmp_path, {"main.tf": text % own, "override.tf": text % over})
    with pytest.raises(SourceError, match=r"override.tf:3:5: an override has no precondition"):
        read(tmp_path, terraform_version=_VERSION)


def test_an_index_from_the_end_is_refused_by_the_versions_before(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": _CLIENT % 'element(["a", "b"], -1)'})
    with pytest.raises(SourceError, match="negative index"):
        read(tmp_path, terraform_version="1.11.4")
    with pytest.raises(SourceError, match="negative index"):
        read(tmp_path, tofu_version="1.9.0")
    (client,) = read(tmp_path, tofu_version="1.10.0").clients
    assert client.attributes["description"] == '"b"'
