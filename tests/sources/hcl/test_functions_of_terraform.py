"""Terraform's functions: those that the evaluator is believed on, and that no other one is.

Terraform itself is asked what each comes to, and which functions there are.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import tfparse

from tests.needs import needed
from toolkit.model.values import Unknown
from toolkit.sources.hcl.functions import EVALUATED
from toolkit.sources.hcl.reader import read_hcl

SAMPLES = {
    "abs": "abs(-3)",
    "alltrue": "alltrue([true,true])",
    "anytrue": "anytrue([false,true])",
    "base64decode": 'base64decode("YWI=")',
    "base64encode": 'base64encode("ab")',
    "base64gzip": 'base64gzip("ab")',
    "base64sha256": 'base64sha256("a")',
    "base64sha512": 'base64sha512("a")',
    "basename": 'basename("a/b")',
    "can": 'can(tonumber("x"))',
    "ceil": "ceil(1.2)",
    "chomp": 'chomp("a\\n")',
    "chunklist": 'chunklist(["a","b","c"],2)',
    "cidrhost": 'cidrhost("10.0.0.0/8",2)',
    "cidrnetmask": 'cidrnetmask("10.0.0.0/8")',
    "cidrsubnet": 'cidrsubnet("10.0.0.0/8",8,2)',
    "cidrsubnets": 'cidrsubnets("10.0.0.0/8",8,8)',
    "coalesce": 'coalesce("","b")',
    "coalescelist": 'coalescelist([],["b"])',
    "compact": 'compact(["a",""])',
    "concat": 'concat(["a"],["b"])',
    "contains": 'contains(["a"],"a")',
    "csvdecode": 'csvdecode("a,b\\n1,2")',
    "dirname": 'dirname("a/b")',
    "distinct": 'distinct(["a","a"])',
    "element": 'element(["a","b"],3)',
    "endswith": 'endswith("abc","bc")',
    "file": 'file("${path.module}/one.txt")',
    "filebase64": 'filebase64("${path.module}/one.txt")',
    "filebase64sha256": 'filebase64sha256("${path.module}/one.txt")',
    "filebase64sha512": 'filebase64sha512("${path.module}/one.txt")',
    "fileexists": 'fileexists("${path.module}/one.txt")',
    "filemd5": 'filemd5("${path.module}/one.txt")',
    "fileset": 'fileset(path.module,"*.txt")',
    "filesha1": 'filesha1("${path.module}/one.txt")',
    "filesha256": 'filesha256("${path.module}/one.txt")',
    "filesha512": 'filesha512("${path.module}/one.txt")',
    "flatten": 'flatten([["a"],["b"]])',
    "floor": "floor(1.9)",
    "format": 'format("%s-%03d","a",5)',
    "formatdate": 'formatdate("YYYY","2020-01-02T03:04:05Z")',
    "formatlist": 'formatlist("%s!",["a"])',
    "indent": 'indent(2,"a\\nb")',
    "index": 'index(["a","b"],"b")',
    "join": 'join(",",["a","b"])',
    "jsondecode": 'jsondecode("[1]")',
    "jsonencode": "jsonencode({a=1})",
    "keys": "keys({b=1,a=2})",
    "length": 'length(["a"])',
    "log": "log(16,2)",
    "lookup": 'lookup({a="1"},"a","z")',
    "lower": 'lower("AB")',
    "matchkeys": 'matchkeys(["a","b"],["1","2"],["2"])',
    "max": "max(1,2)",
    "md5": 'md5("a")',
    "merge": "merge({a=1},{b=2})",
    "min": "min(1,2)",
    "nonsensitive": 'nonsensitive("a")',
    "one": 'one(["a"])',
    "parseint": 'parseint("ff",16)',
    "pow": "pow(2,3)",
    "range": "range(3)",
    "regex": 'regex("b+","abbc")',
    "regexall": 'regexall("b","abb")',
    "replace": 'replace("abc","b","x")',
    "reverse": 'reverse(["a","b"])',
    "setintersection": 'setintersection(["a"],["a","b"])',
    "setproduct": 'setproduct(["a"],["b","c"])',
    "setsubtract": 'setsubtract(["a","b"],["a"])',
    "setunion": 'setunion(["a"],["b"])',
    "sha1": 'sha1("a")',
    "sha256": 'sha256("a")',
    "sha512": 'sha512("a")',
    "signum": "signum(-4)",
    "slice": 'slice(["a","b","c"],1,2)',
    "sort": 'sort(["b","a"])',
    "split": 'split(",","a,b")',
    "startswith": 'startswith("abc","ab")',
    "strcontains": 'strcontains("abc","b")',
    "strrev": 'strrev("ab")',
    "substr": 'substr("abc",1,1)',
    "sum": "sum([1,2])",
    "textdecodebase64": 'textdecodebase64("YQBiAA==","UTF-16LE")',
    "textencodebase64": 'textencodebase64("ab","UTF-16LE")',
    "timeadd": 'timeadd("2020-01-02T03:04:05Z","1h")',
    "timecmp": 'timecmp("2020-01-02T03:04:05Z","2021-01-02T03:04:05Z")',
    "title": 'title("ab cd")',
    "tobool": 'tobool("true")',
    "tolist": 'tolist(["a"])',
    "tomap": 'tomap({a="1"})',
    "tonumber": 'tonumber("3")',
    "toset": 'toset(["b","a"])',
    "tostring": "tostring(3)",
    "transpose": 'transpose({a=["x"]})',
    "trim": 'trim("xax","x")',
    "trimprefix": 'trimprefix("xax","x")',
    "trimspace": 'trimspace(" a ")',
    "trimsuffix": 'trimsuffix("xax","x")',
    "try": 'try(tonumber("x"),"d")',
    "upper": 'upper("ab")',
    "urlencode": 'urlencode("a b")',
    "uuidv5": 'uuidv5("dns","a")',
    "values": 'values({a="1"})',
    "yamldecode": 'yamldecode("a: [1]")',
    "yamlencode": "yamlencode({a=1})",
    "zipmap": 'zipmap(["a"],["1"])',
}
CLIENT = """resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  %s
}
"""
FILES = {
    "one.txt": "one",
    "two.tftpl": '["${first}", "b"]',
    "locals.tf": """locals {
  text  = "[\\"$${first}\\", \\"b\\"]"
  pair  = jsondecode(templatefile("${path.module}/two.tftpl", { first = "a" }))
  other = jsondecode(templatestring(local.text, { first = "a" }))
}
""",
}


def read(folder: Path, text: str) -> Any:
    for name, content in {**FILES, "main.tf": text}.items():
        (folder / name).write_text(content)
    return read_hcl(str(folder))


def terraform(folder: Path, *arguments: str) -> Any:
    done = subprocess.run(
        [needed("terraform"), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_evaluator_agrees_with_terraform(tmp_path: Path) -> None:
    assert set(SAMPLES) == EVALUATED
    (tmp_path / "one.txt").write_text("one")
    values = "".join(f"  v_{name} = {sample}\n" for name, sample in SAMPLES.items())
    names = "".join(f"    v_{name} = local.v_{name}\n" for name in SAMPLES)
    (tmp_path / "main.tf").write_text(
        f'locals {{\n{values}}}\noutput "all" {{\n  value = {{\n{names}  }}\n}}\n'
    )
    (seen,) = tfparse.load_from_path(str(tmp_path), stop_on_hcl_error=True)["locals"]
    terraform(tmp_path, "apply", "-auto-approve")
    wanted = json.loads(terraform(tmp_path, "output", "-json", "all"))
    assert len(wanted) == len(SAMPLES)
    assert {name: seen.get(name) for name in wanted} == wanted


def test_a_function_that_the_evaluator_does_not_have_is_unknown(tmp_path: Path) -> None:
    """It is an error to it, of which `try` makes the next argument."""
    signatures = json.loads(terraform(tmp_path, "metadata", "functions", "-json"))
    others = sorted({*signatures["function_signatures"]} - EVALUATED)
    assert {"templatefile", "templatestring", "core::upper"} <= {*others}
    decided = []
    for name in [*others, "provider::acme::scopes", "of_a_later_terraform"]:
        found = read(tmp_path, CLIENT % f'scopes = try([{name}(local.text)], ["users"])')
        if found.clients[0].scopes.members == ("users",):
            decided.append(name)
    assert decided == []


@pytest.mark.parametrize(
    ("written", "scopes"),
    [
        ('["${core::upper("a")}"]', ("A",)),
        ('core::concat(["a"], ["b"])', ("a", "b")),
        ('core::can(templatestring(local.text, {})) ? ["a"] : ["b"]', None),
        ('can(templatestring(local.text, {})) ? ["a"] : ["b"]', None),
        ("keys(merge({ a = 1 }, jsondecode(templatestring(local.text, {}))))", None),
        ('length(local.pair) == 1 ? ["a"] : ["b"]', None),
    ],
)
def test_what_is_made_of_one_is_unknown(
    tmp_path: Path, written: str, scopes: tuple[str, ...] | None
) -> None:
    (client,) = read(tmp_path, CLIENT % f"scopes = {written}").clients
    assert client.scopes.complete is (scopes is not None)
    assert client.scopes.members == (scopes or ())


@pytest.mark.parametrize(
    "count",
    [
        "length(local.pair)",
        "length(local.other)",
        "length([for each in local.pair : each])",
        'length(concat(local.pair, ["c"]))',
        "length(keys({ for each in local.pair : each => each }))",
        "tonumber(templatestring(local.text, {}))",
        "length(local.pair) == 2 ? 0 : 1",
        "length(ephemeralasnull(local.pair))",
    ],
)
def test_a_count_of_one_is_no_guess(tmp_path: Path, count: str) -> None:
    """The evaluator makes one instance where it cannot tell how many there are."""
    (client,) = read(tmp_path, CLIENT % f"count = {count}").clients
    assert client.address == "genesyscloud_oauth_client.c"
    assert isinstance(client.existence, Unknown)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(CLIENT % "")
    (client,) = read(tmp_path, f'module "m" {{\n  source = "./m"\n  count  = {count}\n}}\n').clients
    assert isinstance(client.existence, Unknown)


def test_a_count_that_the_evaluator_made_no_number_of_is_unknown(tmp_path: Path) -> None:
    """Of a function that it has, with an argument that it does not take."""
    (client,) = read(tmp_path, CLIENT % 'count = length(regexall(file("gone"), "a"))').clients
    assert isinstance(client.existence, Unknown)


@pytest.mark.parametrize(
    ("count", "number"), [("floor(1.5)", 1), ("max(2, 1)", 2), ("min(0, 1)", 0), ('"2"', 2)]
)
def test_a_count_that_the_evaluator_knows(tmp_path: Path, count: str, number: int) -> None:
    found = read(tmp_path, CLIENT % f"count = {count}")
    assert [c.address for c in found.clients if c.existence is None] == [
        f"genesyscloud_oauth_client.c[{index}]" for index in range(number)
    ]
