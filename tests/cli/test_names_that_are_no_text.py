"""Folders and files with names that are not UTF-8, as in an old archive, are read and shown."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import ExitCode
from toolkit.reporters.interface import REPORTERS

MAIN = """resource "genesyscloud_oauth_client" "c" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "tree" / os.fsdecode(b"caf\xe9")
    try:
        folder.mkdir(parents=True)
        (folder / os.fsdecode(b"m\xe4in.tf")).write_text(MAIN)
    except OSError:
        pytest.skip("such names cannot be made here")
    monkeypatch.chdir(tmp_path)
    return "tree"


#: These formats show no file name.
NAMELESS = {"atlantis", "opa"}


@pytest.mark.parametrize(
    "name", [reporter.name for reporter in REPORTERS if reporter.name not in NAMELESS]
)
def test_every_format_tells_of_them(invoke: Any, tree: str, name: str) -> None:
    done = invoke("check", tree, "-f", f"{name}=report")
    assert done.exit_code == ExitCode.VIOLATION, done.stderr
    report = Path("report").read_bytes().decode()
    assert "caf" in report
    assert "\udce9" not in report


def test_the_documents_for_machines_show_them_as_text_does(invoke: Any, tree: str) -> None:
    text = invoke("check", tree).stdout
    report = json.loads(invoke("check", tree, "-f", "json").stdout)
    inventory = json.loads(invoke("check", tree, "--inventory", "-f", "json").stdout)
    (source,), (listed,) = report["sources"], inventory["sources"]
    assert source["root"] == listed["root"] == r"tree/caf\udce9"
    assert r"tree/caf\udce9" in text
    (path,) = {each["location"]["path"] for each in report["results"] if each["location"]}
    assert path == r"tree/caf\udce9/m\udce4in.tf"


def test_a_baseline_knows_them_again(invoke: Any, tree: str) -> None:
    assert invoke("check", tree, "--write-baseline", "known.json").exit_code == ExitCode.VIOLATION
    done = invoke("check", tree, "--baseline", "known.json")
    assert done.exit_code == ExitCode.OK
    assert "exit 0: nothing is new" in done.stdout
