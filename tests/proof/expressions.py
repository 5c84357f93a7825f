"""Measure whether HCL is ever evaluated otherwise than by Terraform itself.

    python -m tests.proof.expressions [NUMBER] [SEED]

Expressions are drawn by chance, of scopes and of roles; each must come to what Terraform makes of
it, or be unknown.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.needs import needed
from tests.sources.hcl.reading import read
from toolkit.model.clients import Client

from .drawn import expression

FOLDER = Path(__file__).parent / "drawn_from"
#: What an expression of each kind is, as a list of what a client gets by it.
LISTED = {"list": "%s", "set": "%s", "id": "[%s]", "ids": "%s", "table": "values(%s)"}
ROLES = """
resource "genesyscloud_auth_role" "%s" {
  %s
  name = "r"
}
"""
SETS_OF_ROLES = {"a": "", "b": "", "c": "", "e": 'for_each = toset(["p", "q"])', "n": "count = 2"}
#: A role's id, and one that Terraform knows instead.
_ID = re.compile(r"genesyscloud_auth_role\.(\w+)(\[[^\]]*\])?\.id")


class Drawn(NamedTuple):
    kind: str
    text: str


class Wrong(NamedTuple):
    drawn: Drawn
    seen: set[str]
    is_whole: bool
    truth: set[str]


def known(text: str) -> str:
    """The text with an id that is its role's address in place of each role's id."""

    def shown(match: re.Match[str]) -> str:
        address = f"genesyscloud_auth_role.{match[1]}"
        if match[2] == "[*]":
            return json.dumps([f"{address}[{at}]" for at in range(2)])
        return json.dumps(address + (match[2] or ""))

    return _ID.sub(shown, text)


def terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [needed("terraform"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def evaluated(folder: Path, drawn: Sequence[Drawn]) -> dict[int, list[Any]]:
    """What Terraform makes of each; those that it refuses are left out."""
    shutil.copytree(FOLDER, folder)
    (folder / "ids.tf").write_text(known((folder / "ids.tf").read_text("utf-8")), "utf-8")
    assert terraform(folder, "init").returncode == 0
    left = dict(enumerate(drawn))
    while left:
        starts: list[int] = []
        text = ""
        for at, (kind, each) in left.items():
            starts.append(text.count("\n") + 1)
            value = f"[for each in {LISTED[kind] % known(each)} : tostring(each)]"
            text += f'output "o{at}" {{\n  value = {value}\n}}\n'
        (folder / "outputs.tf").write_text(text, encoding="utf-8")
        done = terraform(folder, "apply", "-auto-approve", "-json")
        if done.returncode == 0:
            made = json.loads(terraform(folder, "output", "-json").stdout)
            return {at: made[f"o{at}"]["value"] for at in left}
        numbers = list(left)
        refused = {
            numbers[sum(start <= line for start in starts) - 1] for line in _lines(done.stdout)
        }
        assert refused, done.stdout[-1000:]
        left = {at: each for at, each in left.items() if at not in refused}
    return {}


def _lines(printed: str) -> Iterator[int]:
    """The lines of the outputs that Terraform finds an error in."""
    for message in map(json.loads, printed.splitlines()):
        found = message.get("diagnostic", {}).get("range", {})
        if message.get("@level") == "error" and found.get("filename") == "outputs.tf":
            yield found["start"]["line"]


def write(folder: Path, drawn: dict[int, Drawn]) -> None:
    shutil.copytree(FOLDER, folder)
    text = "".join(ROLES % (name, repeated) for name, repeated in SETS_OF_ROLES.items())
    for at, each in drawn.items():
        text += (
            f'resource "genesyscloud_oauth_client" "c{at}" {{\n  name = "c"\n'
            f'  authorized_grant_type = "CLIENT-CREDENTIALS"\n{_argument(each)}}}\n'
        )
    (folder / "clients.tf").write_text(text, encoding="utf-8")


def _argument(drawn: Drawn) -> str:
    if drawn.kind == "id":
        return f"  roles {{\n    role_id = {drawn.text}\n  }}\n"
    if drawn.kind in ("ids", "table"):
        content = "    content {\n      role_id = roles.value\n    }\n"
        return f'  dynamic "roles" {{\n    for_each = {drawn.text}\n{content}  }}\n'
    return f"  scopes = {drawn.text}\n"


def _seen(client: Client, drawn: Drawn) -> tuple[set[str], bool]:
    """What a client is said to have, and whether that is all."""
    if drawn.kind in ("list", "set"):
        return set(client.scopes.members), client.scopes.complete
    held = {grant.role.address or grant.role.id for grant in client.grants}
    return {each for each in held if each}, not client.grants_unknown and None not in held


def compared(folder: Path, drawn: Sequence[Drawn]) -> tuple[int, int, list[Wrong]]:
    """How many were compared, how many of them are unknown, and those that are wrong."""
    made = evaluated(folder / "terraform", drawn)
    # The provider refuses a null in a set.
    truths = {at: {*found} for at, found in made.items() if found is not None and None not in found}
    write(folder / "hcl", {at: drawn[at] for at in truths})
    wrong: list[Wrong] = []
    unknown = 0
    for client in read(folder / "hcl").clients:
        at = int(client.address.removeprefix("genesyscloud_oauth_client.c"))
        seen, is_whole = _seen(client, drawn[at])
        # An empty id is no role.
        truth = truths[at] - ({""} if drawn[at].kind in ("id", "ids", "table") else set())
        unknown += not is_whole
        if seen != truth if is_whole else not seen <= truth:
            wrong.append(Wrong(drawn[at], seen, is_whole, truth))
    return len(truths), unknown, wrong


def draw(seed: int, number: int) -> list[Drawn]:
    rng = random.Random(seed)
    kinds = [rng.choice(list(LISTED)) for _ in range(number)]
    return [Drawn(kind, expression(rng, kind)) for kind in kinds]


def main(number: int = 5000, seed: int = 1) -> int:
    counts = [0, 0, 0]
    for at in range(seed, seed + -(-number // 500)):
        with tempfile.TemporaryDirectory() as folder:
            count, unknown, wrong = compared(Path(folder), draw(at, 500))
        counts = [a + b for a, b in zip(counts, (count, unknown, len(wrong)), strict=True)]
        for each in wrong:
            print(f"seed {at}: {each}")
    print(f"Expressions: {counts[0]}, unknown {counts[1]}, wrong {counts[2]}.")
    return int(counts[2] > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
