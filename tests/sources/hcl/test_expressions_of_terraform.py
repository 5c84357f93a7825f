"""Expressions of all kinds evaluate as in Terraform, or are unknown.

The files in `expressions/` have one expression on each line: values, `count` and `for_each`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.needs import needed
from tests.sources.hcl.reading import read
from toolkit.model.clients import Client

pytestmark = pytest.mark.terraform

FOLDER = Path(__file__).parent / "expressions"
#: Expressions that the input decides but the toolkit does not, each with the reason.
OPEN = dict.fromkeys(
    (
        "[terraform.workspace]",
        "length(terraform.workspace) > 1 ? 1 : 0",
        "toset([terraform.workspace])",
    ),
    "which workspace is selected is nothing that the folder tells",
) | {'try([element(["a", "b"], -1)], ["c"])': "later versions count from the end"}


def expressions(name: str) -> list[str]:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def terraform(folder: Path, *arguments: str) -> Any:
    command = [needed("terraform"), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(done.stdout) if "-json" in arguments else None


def write(folder: Path, text: str) -> None:
    """Write the modules, the variables and the test's own text."""
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    (folder / "main.tf").write_text(text, encoding="utf-8")


def clients(folder: Path, argument: str, written: list[str]) -> list[list[Client]]:
    """Return the clients for each expression, which is an argument of its own block."""
    text = "".join(
        f'resource "genesyscloud_oauth_client" "c{at}" {{\n  {argument} = {expression}\n'
        '  name = "c"\n  authorized_grant_type = "CODE"\n}\n'
        for at, expression in enumerate(written)
    )
    write(folder / "hcl", text)
    found: list[list[Client]] = [[] for _ in written]
    for client in read(folder / "hcl").clients:
        name = client.address.partition(".")[2].partition("[")[0]
        found[int(name.removeprefix("c"))].append(client)
    return found


def test_values(tmp_path: Path) -> None:
    written = expressions("scopes")
    outputs = "".join(
        f'output "o{at}" {{\n  value = [for s in ({each}) : try(tostring(s), s)]\n}}\n'
        for at, each in enumerate(written)
    )
    write(tmp_path, outputs)
    terraform(tmp_path, "init")
    terraform(tmp_path, "apply", "-auto-approve")
    made = terraform(tmp_path, "output", "-json")
    wrong, unknown = [], set()
    for at, (client,) in enumerate(clients(tmp_path, "scopes", written)):
        wanted = {each for each in made[f"o{at}"]["value"] if each is not None}
        seen = set(client.scopes.members)
        if not client.scopes.complete:
            unknown.add(written[at])
        if seen != wanted if client.scopes.complete else not seen <= wanted:
            wrong.append((written[at], seen, wanted))
    assert wrong == []
    assert unknown == OPEN.keys() & {*written}


@pytest.mark.parametrize("argument", ["count", "for_each"])
def test_instances(tmp_path: Path, argument: str) -> None:
    written = expressions(argument)
    blocks = "".join(
        f'resource "terraform_data" "c{at}" {{\n  {argument} = {each}\n}}\n'
        for at, each in enumerate(written)
    )
    write(tmp_path, blocks)
    terraform(tmp_path, "init")
    terraform(tmp_path, "plan", "-out=saved")
    made: list[set[str]] = [set() for _ in written]
    for change in terraform(tmp_path, "show", "-json", "saved").get("resource_changes", ()):
        _, bracket, key = change["address"].partition("[")
        made[int(change["name"].removeprefix("c"))].add(bracket + key)
    wrong, unknown = [], set()
    for at, found in enumerate(clients(tmp_path, argument, written)):
        address = f"genesyscloud_oauth_client.c{at}"
        certain = {c.address.removeprefix(address) for c in found if c.existence is None}
        is_open = any(client.existence is not None for client in found)
        if is_open:
            unknown.add(written[at])
        if not certain <= made[at] if is_open else certain != made[at]:
            wrong.append((written[at], certain, made[at]))
    assert wrong == []
    assert unknown == OPEN.keys() & {*written}
