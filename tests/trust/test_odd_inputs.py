"""No text or number in an input leads to a bug of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click.testing
import pytest

from toolkit.cli import cli
from toolkit.errors import ExitCode
from toolkit.sources.hcl.functions import library

CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  scopes                = ["a"]
}
"""
LONG, DIGITS = "x" * 300, "9" * 5000
TEXTS = {
    "300 characters": f"./{LONG}",
    "100,000 characters": "./" + "x" * 100_000,
    "a NUL": "./a\\u0000b",
    "a surrogate": "./a\\ud800b",
    "no character": "./\\U00110000",
    "many folders": "./" + "a/" * 3000,
    "many folders up": "../" * 3000,
    "nothing": "",
    "a line break": "./a\\nb",
    "a registry's": f"a/b/{LONG}",
    "a URL": f"git::https://host/{LONG}",
    "an absolute one": f"/{LONG}",
    "another system's": "C:\\\\x",
    "5,000 digits": DIGITS,
    "3,000 parts": ".".join(["1"] * 3000),
    "a constraint of 5,000 digits": f">= {DIGITS}, < {DIGITS}9",
    "operators alone": ">=" * 2000,
    "a release of 5,000 digits": f"1.2.3-{DIGITS}",
    "a digit of another script": "\\u0661",
    "an exponent": "1e99999",
}
PLACES = {
    "a module's source": 'module "m" {{\n  source = "{}"\n}}\n',
    "a module's source and version": 'module "m" {{\n  source  = "{0}"\n  version = "{0}"\n}}\n',
    "a module's version": 'module "m" {{\n  source  = "a/b/c"\n  version = "{}"\n}}\n',
    "the version of Terraform": 'terraform {{\n  required_version = "{}"\n}}\n',
    "the version of a provider": (
        'terraform {{\n  required_providers {{\n    x = {{\n      source  = "{0}"\n'
        '      version = "{0}"\n    }}\n  }}\n}}\n'
    ),
    "a file": 'locals {{\n  l = file("{}")\n}}\n',
    "a template": 'locals {{\n  l = templatefile("{}", {{}})\n}}\n',
    "a pattern of files": 'locals {{\n  l = fileset(".", "{}")\n}}\n',
    "a folder of files": 'locals {{\n  l = fileset("{}", "*")\n}}\n',
    "a number": 'locals {{\n  l = tonumber("{}")\n}}\n',
    "a backend": 'terraform {{\n  backend "local" {{\n    path = "{}"\n  }}\n}}\n',
}
EXPRESSIONS = (
    DIGITS,
    f"1e{DIGITS}",
    f"{DIGITS}.{DIGITS}",
    f'parseint("{"z" * 5000}", 36)',
    f'format("%{DIGITS}d", 1)',
    'format("%9999999999d", 1)',
    'format("%.9999999999f", 1)',
    f'substr("a", {DIGITS}, 1)',
    f"range({DIGITS})",
    f"pow(10, {'9' * 500})",
    "pow(-1, 0.5)",
    f"chunklist([1], {DIGITS})",
    f'jsondecode("{DIGITS}")',
    f'yamldecode("{DIGITS}")',
    f'timeadd("2020-01-01T00:00:00Z", "{DIGITS}h")',
    f'formatdate("{"Y" * 5000}", "2020-01-01T00:00:00Z")',
    f'cidrsubnet("10.0.0.0/8", {"9" * 500}, 1)',
    f'cidrhost("::/0", {DIGITS})',
    f"[1][{DIGITS}]",
    "[1][0.5]",
    f'indent({DIGITS}, "a\\nb")',
    f"slice([1], 0, {DIGITS})",
    "sum([1e999999])",
    "1 / 0",
    f"{'9' * 400} % 3",
    'regex("(", "a")',
    'regex("\\u0000", "a")',
    'textdecodebase64("////", "UTF-16LE")',
    "-" * 3000 + "1",
    "(" * 3000 + "1" + ")" * 3000,
    '"${' * 500 + '"x"' + '}"' * 500,
)


def checked(folder: Path, *args: str) -> click.testing.Result:
    result = click.testing.CliRunner().invoke(cli, ["check", str(folder), "-f", "json", *args])
    assert result.exit_code in (0, 1, 2, 3), result.output[-2000:]
    assert json.loads(result.stdout)["summary"]["exit_code"] == result.exit_code
    assert "bug" not in result.stderr
    assert "crash" not in result.output
    return result


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_any_text_in_any_place(place: str, tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "main.tf").write_text(CLIENT + place.format(text))
        checked(folder)
        # In JSON, half of a surrogate pair is a valid text.
        (folder / "main.tf").unlink()
        source = json.loads(f'"{text}"') if "U0011" not in text else text
        call: Any = {"m": {"source": source, "version": source}}
        terraform = {"required_version": source}
        (folder / "main.tf.json").write_text(json.dumps({"module": call, "terraform": terraform}))
        checked(folder)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda text: text[:30])
def test_any_expression(expression: str, tmp_path: Path) -> None:
    named = CLIENT.replace('= "c"', f"= {expression}")
    for text in (named, f"{CLIENT}locals {{\n  l = {expression}\n}}\n"):
        (tmp_path / "main.tf").write_text(text)
        checked(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("terraform.tfvars", f"a = {DIGITS}\n".encode()),
        ("terraform.tfvars", b'a = "\x00"\n'),
        ("terraform.tfvars", b'a = "\\ud800"\n'),
        (".terraform-version", DIGITS.encode()),
        (".terraform-version", b"1.\0"),
        (".terraform-version", b"\xff"),
        (".tool-versions", f"terraform {DIGITS}\n".encode()),
        ("main.tf", CLIENT.encode() + b'locals {\n  l = "a\x00b"\n}\n'),
        ("main.tf", CLIENT.encode() + b'module "m" {\n  source = "./a\x00b"\n}\n'),
        ("main.tf", CLIENT.encode() + b'module "m" {\n  source = "./a\xed\xa0\x80"\n}\n'),
        ("main.tf", b"\xff\xfe" + CLIENT.encode()),
        ("main.tf", CLIENT.encode("utf-16")),
    ],
)
def test_any_bytes_in_any_file(name: str, text: bytes, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(CLIENT + 'variable "a" {\n  default = 1\n}\n')
    (tmp_path / name).write_bytes(text)
    checked(tmp_path)


def test_any_place_in_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(CLIENT + 'module "m" {\n  source = "a/b/c"\n}\n')
    (tmp_path / ".terraform" / "modules").mkdir(parents=True)
    manifest = tmp_path / ".terraform" / "modules" / "modules.json"
    places: list[Any] = ["a\0", "\ud800", LONG, "a/" * 3000, "", 1, None, [], {}]
    for place in places:
        for version in (DIGITS, "\0", 1, None):
            entry = {"Key": "m", "Source": "a/b/c", "Dir": place, "Version": version}
            manifest.write_text(json.dumps({"Modules": [entry]}))
            checked(tmp_path, "--trust-installed-modules")


@pytest.mark.parametrize(
    "option",
    [
        "--terraform-version",
        "--tofu-version",
        "--workspace",
        "--var",
        "--exclude",
        "--today",
        "--timeout",
        "--max-memory",
        "--max-size",
        "--client",
        "--select",
        "--policy",
        "--var-file",
        "--baseline",
        "--write-baseline",
        "--source-dir",
        "--config",
        "--config-ref",
        "--catalog",
    ],
)
def test_any_word_of_the_command_line(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(CLIENT)
    for word in (DIGITS, "nan", "inf", "1e300", "-1", "\udcff", f"./{LONG}", ""):
        checked(tmp_path, option, word)


def test_a_bug_names_the_place_of_the_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_name: str) -> None:
        raise KeyError("a value of the input")

    monkeypatch.setattr(library, "find", broken)
    (tmp_path / "main.tf").write_text(CLIENT.replace('= "c"', '= upper("c")'))
    result = click.testing.CliRunner().invoke(cli, ["check", str(tmp_path)])
    assert result.exit_code == ExitCode.BUG
    line = f"a bug in the toolkit: KeyError, at {tmp_path}/main.tf:3, while reading {tmp_path} ("
    assert line in result.stderr
    assert "a value of the input" not in result.output
