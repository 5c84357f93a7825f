"""Small files with huge results: each value is used twice by the next one."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Final

import pytest

from tests.sources.hcl.reading import read, write
from toolkit.errors import SourceError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no such timer")

#: Each case once took minutes, or gigabytes. The limit is in seconds of processor time.
_SECONDS: Final = 20
_VERSION: Final = "1.11.4"
_CLIENT: Final = """resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  scopes                = [%s]
}
"""


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    def late(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, _SECONDS)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


def doubled(start: str, each: str, levels: int = 40) -> str:
    """Return locals `a0`, `b0` and so on that each use the one before twice; {} is the number."""
    names = "\n".join(
        [start, *(each.replace("{}+1", str(n + 1)).replace("{}", str(n)) for n in range(levels))]
    )
    return f"locals {{\n{names}\n}}\n"


_ROLE: Final = 'resource "genesyscloud_auth_role" "r" {\n  name = "r"\n}\n'
_LISTS: Final = doubled(
    'a0 = ["x"]\nb0 = ["x"]',
    "a{}+1 = [local.a{}, local.a{}]\nb{}+1 = [local.b{}, local.b{}]",
)
_TYPES: Final = (
    'a0 = { p = 1 }\nb0 = { p = "x" }',
    "a{}+1 = { p = local.a{}, q = local.b{} }\nb{}+1 = { p = local.b{}, q = local.a{} }",
)
UNKNOWN: Final[Mapping[str, str]] = {
    "strings": doubled('a0 = "xxxxxxxxxx"', 'a{}+1 = "${local.a{}}${local.a{}}"', 60)
    + _CLIENT % "local.a60",
    "ids in strings": _ROLE
    + doubled("a0 = genesyscloud_auth_role.r.id", 'a{}+1 = "${local.a{}}-${local.a{}}"')
    + _CLIENT % "local.a40",
    "lists as text": _LISTS + _CLIENT % "jsonencode(local.a40)",
    "lists that are compared": _LISTS + _CLIENT % 'local.a40 == local.b40 ? "x" : "y"',
    "lists that are compared often": _LISTS
    + _CLIENT % 'join("", [for n in range(1024) : local.a14 == local.b14 ? "x" : "y"])',
    "types": doubled(*_TYPES) + _CLIENT % "jsonencode(tolist([local.a40, local.b40]))",
    "types of a condition": doubled(*_TYPES)
    + _CLIENT % 'join("", [for n in range(1024) : length(n > 5 ? local.a13 : local.b13)])',
}


@pytest.mark.parametrize("text", UNKNOWN.values(), ids=UNKNOWN)
def test_what_multiplies_is_unknown(tmp_path: Path, text: str) -> None:
    found = read(write(tmp_path, {"main.tf": text}), terraform_version=_VERSION)
    assert found.clients[0].scopes.unknown
    assert [note for note in found.notes if note.code == "too-large"]


def test_types_that_share_their_parts_are_one_type_soon(tmp_path: Path) -> None:
    text = doubled(*_TYPES, 14) + _CLIENT % 'length(tolist([local.a14, local.b14])) == 2 ? "x" : ""'
    found = read(write(tmp_path, {"main.tf": text}), terraform_version=_VERSION)
    assert found.clients[0].scopes.members == ("x",)


def test_a_long_row_of_indexes_is_read(tmp_path: Path) -> None:
    text = _CLIENT % f'try(local.a{"[0]" * 100_000}, "x")' + "locals {\n  a = []\n}\n"
    found = read(write(tmp_path, {"main.tf": text}), terraform_version=_VERSION)
    assert found.clients[0].scopes.members == ("x",)


def test_several_stars_for_folders_walk_each_folder_once(tmp_path: Path) -> None:
    deep = "/".join(["a"] * 20)
    text = _CLIENT.replace("[%s]", f'fileset("{deep[0]}", "{"**/" * 12}*.txt")')
    found = read(write(tmp_path, {"main.tf": text, f"{deep}/x.txt": ""}))
    assert found.clients[0].scopes.members == (f"{deep[2:]}/x.txt",)


@pytest.mark.parametrize("pattern", ["{a,b}" * 24, "{" + ",".join("abcdefg" * 40) + "}"])
def test_more_alternatives_than_are_tried_prove_nothing(tmp_path: Path, pattern: str) -> None:
    """Terraform accepts the pattern, so `try` must not treat it as an error."""
    text = _CLIENT % f'try(join("", fileset(".", "{pattern}")), "x")'
    found = read(write(tmp_path, {"main.tf": text}), terraform_version=_VERSION)
    assert found.clients[0].scopes.unknown


def calls(folder: str, number: int, more: str = "") -> str:
    return "".join(f'module "m{n}" {{\n  source = "{folder}"\n{more}}}\n' for n in range(number))


MODULES: Final[Mapping[str, Mapping[str, str]]] = {
    "calls": {
        "main.tf": calls("./m0", 10),
        **{f"m{n}/main.tf": calls(f"../m{n + 1}", 10) for n in range(6)},
        "m6/main.tf": "locals {}\n",
    },
    "instances": {
        "main.tf": calls("./m", 1, "  count = 1000\n"),
        "m/main.tf": calls("../n", 1, "  count = 1000\n"),
        "n/main.tf": _CLIENT % '"x"',
    },
    "calls in instances": {
        "main.tf": calls("./m", 1, "  count = 10000\n"),
        "m/main.tf": calls("../n", 100),
        "n/main.tf": _CLIENT % '"x"',
    },
}


@pytest.mark.parametrize("files", MODULES.values(), ids=MODULES)
def test_calls_that_multiply_cannot_be_looked_at(tmp_path: Path, files: Mapping[str, str]) -> None:
    with pytest.raises(SourceError, match=r"more ways than are looked at|more than 20,000"):
        read(write(tmp_path, files), terraform_version=_VERSION)


def test_instances_of_many_blocks_are_counted_together(tmp_path: Path) -> None:
    block = _CLIENT.replace('"c" {', '"c%s" {\n  count = 15000')
    text = "".join(block % (n, '"x"') for n in range(6))
    found = read(write(tmp_path, {"main.tf": text}), terraform_version=_VERSION)
    assert len([each for each in found.clients if each.existence]) == 3
    assert [note for note in found.notes if note.code == "too-large"]
