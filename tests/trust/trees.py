"""Random trees of a stranger: links, patterns, modules, manifests and layouts, and the expected
roots.

``python -m tests.trust.trees`` checks 2,000 of them, or the number in ``--trees``. The generator
records the roots in which Terraform would run; nothing here asks the toolkit for them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click.testing

from tests.trust.watching import Watch
from toolkit.cli import cli

CANARY = "canary-90aa17"
CLIENT = """
resource "genesyscloud_oauth_client" "c" {{
  name                  = {name}
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}}
"""
#: Blocks that make a folder a root, whoever calls it.
RUN = (
    'terraform {\n  backend "local" {}\n}\n',
    "terraform {\n  cloud {}\n}\n",
    'provider "genesyscloud" {}\n',
)
#: The paths of the canaries from a folder; {} is the path to the folder beside the tree.
WAYS = ("{}/canary.txt", "link/canary.txt", "far/link/canary.txt", "OUT/canary.txt", "file.txt")
#: Expressions that try to read there.
READING = (
    'file("{}")',
    'filebase64("{}")',
    'filesha256("{}")',
    'templatefile("{}", {{}})',
    'jsonencode(fileexists("{}"))',
    '[for each in [{{ value = "{}" }}] : file(each.value)][0]',
    'file(join("/", split("/", "{}")))',
)
PATTERNS = (
    "**",
    "*/*/canary.txt",
    "{d,link}/canary.txt",
    "[l]ink/*",
    "?ink/*",
    "link/**",
    "**/canary.txt",
    "far/*/*.txt",
)


@dataclass
class Tree:
    """A tree on disk; `roots` are those that a check must read, with the modules of each."""

    folder: Path
    roots: dict[str, set[str]] = field(default_factory=dict)


def make(folder: Path, out: Path, chance: random.Random) -> Tree:
    """Create a tree in `folder`, beside `out`, in which nothing may be opened."""
    tree = Tree(folder)
    folders = _folders(chance)
    for name in folders:
        (folder / name).mkdir(parents=True, exist_ok=True)
    is_run = {name: chance.random() < 0.4 for name in folders}
    calls = {name: _called(name, folders, chance) for name in folders}
    called = {each for others in calls.values() for each in others}
    for name in folders:
        text = CLIENT.format(name=_value(name, out, chance))
        if is_run[name]:
            if chance.random() < 0.3:
                (folder / name / "x.auto.tfvars").write_text("")
            else:
                text += chance.choice(RUN)
        for number, other in enumerate(calls[name]):
            source = os.path.relpath(other, name)
            source = source if source.startswith("..") else f"./{source}"
            text += f'module "m{number}" {{\n  source = "{source}"\n}}\n'
        if chance.random() < 0.2:
            up = os.path.relpath(out, folder / name)
            way = chance.choice((up, "./link", "./far/link"))
            text += f'module "out" {{\n  source = "{way}"\n}}\n'
        (folder / name / "main.tf").write_text(text)
        if is_run[name] or name not in called:
            tree.roots[name] = _reached(name, calls)
        _links(folder / name, out, chance)
    _manifest(folder / chance.choice(folders), out, chance)
    if chance.random() < 0.3:
        # A link within the tree: its target is judged, or reported.
        (folder / "alias").symlink_to(chance.choice(folders))
    if chance.random() < 0.3:
        (folder / "outside").symlink_to(out)
    return tree


def _folders(chance: random.Random) -> list[str]:
    found: list[str] = []
    for _ in range(chance.randint(1, 6)):
        base = chance.choice(found) + "/" if found and chance.random() < 0.4 else ""
        name = base + chance.choice("abcdefz")
        if name not in found:
            found.append(name)
    return found


def _called(name: str, folders: list[str], chance: random.Random) -> list[str]:
    """Return folders to call; a later folder calls no earlier one, so that there is no cycle."""
    later = folders[folders.index(name) + 1 :]
    return [each for each in later if chance.random() < 0.4]


def _reached(name: str, calls: dict[str, list[str]]) -> set[str]:
    return {name}.union(*(_reached(each, calls) for each in calls[name]))


def _value(name: str, out: Path, chance: random.Random) -> str:
    if chance.random() < 0.4:
        return f'"{name}"'
    up = os.path.relpath(out, out.parent / "tree" / name)
    if chance.random() < 0.4:
        pattern = chance.choice((*PATTERNS, f"{up}/*"))
        places = f'fileset(path.module, "{pattern}")'
        return chance.choice((f'join(",", {places})', f"[for f in {places} : file(f)][0]"))
    way = chance.choice(WAYS).format(up).replace("OUT", str(out))
    return chance.choice(READING).format(way)


def _links(folder: Path, out: Path, chance: random.Random) -> None:
    if chance.random() < 0.5:
        (folder / "link").symlink_to(chance.choice((str(out), os.path.relpath(out, folder))))
    if chance.random() < 0.4:
        (folder / "far").mkdir(exist_ok=True)
        (folder / "far" / "link").symlink_to(chance.choice((out, folder / "link", "../link")))
    if chance.random() < 0.4:
        (folder / "file.txt").symlink_to(out / "canary.txt")
    if chance.random() < 0.1:
        (folder / "terraform.tfvars").symlink_to(out / "terraform.tfvars")


def _manifest(folder: Path, out: Path, chance: random.Random) -> None:
    if chance.random() < 0.5:
        return
    place = folder / ".terraform" / "modules"
    place.mkdir(parents=True)
    entries: list[dict[str, Any]] = [{"Key": "", "Source": "", "Dir": "."}]
    for key in ("m0", "out"):
        where = chance.choice((str(out), os.path.relpath(out, folder), "link", "far/link", "."))
        entries.append({"Key": key, "Source": "x/y/z", "Dir": where})
    if chance.random() < 0.2:
        (place / "modules.json").symlink_to(out / "modules.json")
    else:
        (place / "modules.json").write_text(json.dumps({"Modules": entries}))


@contextmanager
def place() -> Iterator[tuple[Path, Path, Watch]]:
    """Yield a folder for a tree, the folder beside it, and a watch on the latter."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name).resolve()
        out, folder = base / "out", base / "tree"
        out.mkdir()
        folder.mkdir()
        (out / "canary.txt").write_text(CANARY)
        (out / "main.tf").write_text(CLIENT.format(name=f'"{CANARY}"'))
        (out / "terraform.tfvars").write_text(f'x = "{CANARY}"\n')
        (out / "modules.json").write_text('{"Modules": []}')
        with Watch(out) as watch:
            yield folder, out, watch


def wrong(seed: int) -> str | None:
    """Return what a check of this seed's tree did wrong, or None."""
    with place() as (folder, out, watch):
        tree = make(folder, out, random.Random(seed))
        watch.opened()
        before = Path.cwd()
        os.chdir(folder)
        try:
            result = click.testing.CliRunner().invoke(cli, ["check", ".", "-f", "json"])
        finally:
            os.chdir(before)
        opened = watch.opened()
        if opened:
            return f"opened outside: {', '.join(sorted(opened))}"
        if CANARY in result.output:
            return "shows what lies outside"
        if result.exit_code not in (0, 1, 2, 3):
            return f"exit {result.exit_code}: {result.stderr[:300]}"
        report = json.loads(result.stdout)
        told = {each["root"] for each in report["sources"]}
        told |= {each["address"] for each in report["results"] if each["address"]}
        # An error of a module is reported once, by its file, and stops each root that calls it.
        broken = {each["message"].partition(":")[0].rpartition("/")[0] for each in report["errors"]}
        missing = {
            root for root, parts in tree.roots.items() if root not in told and not parts & broken
        }
        if missing:
            return f"roots that the report does not have: {', '.join(sorted(missing))}"
    return None


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--trees", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    found = {}
    for seed in range(given.seed, given.seed + given.trees):
        if (what := wrong(seed)) is not None:
            found[seed] = what
            sys.stdout.write(f"seed {seed}: {what}\n")
    sys.stdout.write(f"{given.trees} trees, {len(found)} of them wrong\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
