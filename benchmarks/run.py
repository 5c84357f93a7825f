"""Measures whole processes and compares them with the alternatives of a user.

All commands run in turn, once to warm up and five times to be measured, so that other load on the
machine affects all of them alike. The table shows the median of the wall time, the highest peak of
memory, and ratios within this run; absolute figures differ between machines. Every tool is
installed into its own environment below build/bench, this one too, as a wheel and compiled, because
users don't run it from a checkout.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "bench"
CHECKOV = "checkov==3.3.30"
COMPLIANCE = "terraform-compliance==1.16.0"
TFPARSE = "tfparse==0.6.22"
RUNS = 5
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq"]


@dataclass(frozen=True)
class Command:
    name: str
    arguments: Sequence[str]


@dataclass(frozen=True)
class Measure:
    seconds: float
    mebibytes: float


@dataclass(frozen=True)
class Target:
    """A promise: `ours` takes at most `most` times as long as `peer` (below 1: is faster)."""

    ours: str
    peer: str
    most: float


def measured(commands: Sequence[Command]) -> dict[str, Measure]:
    """Return median wall seconds and peak memory (MiB) of each process with its children."""
    seconds: dict[str, list[float]] = {command.name: [] for command in commands}
    peaks = dict.fromkeys(seconds, 0.0)
    environment = {**os.environ, "CHECKOV_RUN_SCA_PACKAGE_SCAN": "false", "NO_COLOR": "1"}
    for run in range(RUNS + 1):
        for command in commands:
            begin = time.perf_counter()
            process = subprocess.Popen(
                list(command.arguments),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
            _, _, usage = os.wait4(process.pid, 0)
            if run:
                seconds[command.name].append(time.perf_counter() - begin)
            peaks[command.name] = max(peaks[command.name], usage.ru_maxrss / 1024)
    return {name: Measure(statistics.median(seconds[name]), peaks[name]) for name in seconds}


def environment(name: str, requirement: str) -> Path:
    """Return the programs of a virtual environment with one peer, created if missing."""
    folder = BUILD / name
    stamp = folder / f".{requirement}"
    if not stamp.exists():
        print(f"installing {requirement}", file=sys.stderr)
        pip(folder, "--compile", requirement)
        stamp.touch()
    return folder / "bin"


def our_environment() -> Path:
    """Return the programs of this project, always installed again from the checkout."""
    folder, wheels = BUILD / "ours", BUILD / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels)]
    subprocess.run([*PIP, *build, str(HERE.parent)], check=True)
    (wheel,) = wheels.glob("*.whl")
    locked = HERE.parent / "requirements"
    hashed = ("--compile", "--require-hashes", "--no-build-isolation")
    for name in ("build", "run"):
        pip(folder, *hashed, "-r", str(locked / f"{name}.txt"))
    pip(folder, "--compile", "--no-deps", "--force-reinstall", "--no-index", str(wheel))
    return folder / "bin"


def pip(folder: Path, *arguments: str) -> None:
    """Install into a virtual environment, created if missing."""
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, *PIP[1:], "install", *arguments], check=True)


CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  %s
}
"""
#: Small texts that need much work: results over the budget are unknown.
BOMBS = (
    (
        "a string doubled 40 times",
        'locals {\n  a0 = "x"\n'
        + "".join(f'  a{n} = "${{local.a{n - 1}}}${{local.a{n - 1}}}"\n' for n in range(1, 41))
        + "}\n"
        + CLIENT % "scopes = [local.a40]",
    ),
    ("a count of 100,000,000", CLIENT % "count = 100000000"),
    ("a range of 1,000,000,000", CLIENT % "scopes = [for i in range(1000000000) : tostring(i)]"),
    (
        "three for, one in another",
        CLIENT
        % (
            "scopes = flatten([for a in range(1000) : [for b in range(1000) :"
            ' [for c in range(1000) : "s"]]])'
        ),
    ),
)


def written(name: str, text: str) -> str:
    """Write a folder with one Terraform file and return its path."""
    folder = BUILD / name.replace(" ", "-").replace(",", "")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf").write_text(text)
    return str(folder)


def for_each(clients: int) -> str:
    """Return Terraform with all clients in one block, with functions in their names and scopes."""
    # range() returns 1,024 numbers at most.
    names = f"flatten([for a in range({clients // 100}) : [for b in range(100) :"
    each = CLIENT % (
        f'for_each = toset({names} format("c%03d%02d", a, b)]]))\n'
        '  scopes   = concat(["users:readonly"], length(each.key) > 2 ? ["recordings"] : [])'
    )
    return written(f"for_each over {clients}", each.replace('"c"\n', "upper(each.key)\n"))


def module_calls() -> str:
    """Return 1,500 clients in 150 module calls, in 1,650 files."""
    root = Path(written("calls", ""))
    for number in range(150):
        module = root / f"m{number}"
        module.mkdir(exist_ok=True)
        (module / "variables.tf").write_text('variable "name" {}\nvariable "scopes" {}\n')
        for client in range(10):
            block = CLIENT % 'scopes = setunion(var.scopes, ["users:readonly"])'
            block = block.replace('"c" {', f'"c{client}" {{').replace('= "c"', '= "${var.name}-c"')
            (module / f"c{client}.tf").write_text(block)
        (root / f"call{number}.tf").write_text(
            f'module "k{number}" {{\n  source = "./m{number}"\n  name = "team{number}"\n'
            '  scopes = [for each in ["recordings", "conversations"] : lower(each)]\n}\n'
        )
    return str(root)


def twice(name: str, ours: str, first: Path, second: Path) -> Command:
    """Return two checks, one after the other."""
    script = '"$0" check "$1"; "$0" check "$2"'
    return Command(name, ["sh", "-c", script, ours, str(first), str(second)])


def commands(*, peers: bool) -> list[Command]:
    installed = our_environment()
    python, ours = str(installed / "python"), str(installed / "recording-toolkit")
    small, large = BUILD / "small", BUILD / "large"
    parser = str(environment("tfparse", TFPARSE) / "python")
    load = "import sys, tfparse; tfparse.load_from_path(sys.argv[1], stop_on_hcl_error=True)"
    decode = "import json, sys; json.load(open(sys.argv[1]))"
    found = [
        Command("import click", [python, "-c", "import click"]),
        Command("--help", [ours, "--help"]),
        Command("tfparse, 3 clients", [parser, "-c", load, str(small / "hcl")]),
        Command("check, 3 clients, HCL", [ours, "check", str(small / "hcl")]),
        Command("tfparse, large", [parser, "-c", load, str(large / "hcl")]),
        Command("check, large, HCL", [ours, "check", str(large / "hcl")]),
        Command(
            "check, large, HCL, with edits",
            [ours, "check", str(large / "hcl"), "-f", "text", "-f", f"rdjson={large / 'edits'}"],
        ),
        Command("check --diff, large, HCL", [ours, "check", str(large / "hcl"), "--diff"]),
        Command("check, for_each over 1,000", [ours, "check", for_each(1_000)]),
        Command("check, for_each over 10,000", [ours, "check", for_each(10_000)]),
        Command("check, 150 calls of modules", [ours, "check", module_calls()]),
        *(Command(f"check, {name}", [ours, "check", written(name, text)]) for name, text in BOMBS),
        Command("json.loads, large plan", [python, "-c", decode, str(large / "plan.json")]),
        Command("check, large plan", [ours, "check", str(large / "plan.json")]),
        twice("two checks, both sides, HCL", ours, large / "hcl", large / "changed" / "hcl"),
        Command(
            "diff of both sides, HCL",
            [ours, "diff", str(large / "hcl"), str(large / "changed" / "hcl")],
        ),
        twice("two checks, plan of the change", ours, *[large / "changed" / "plan.json"] * 2),
        Command("diff, plan of the change", [ours, "diff", str(large / "changed" / "plan.json")]),
    ]
    if peers:
        checkov = str(environment("checkov", CHECKOV) / "checkov")
        rules = ["--external-checks-dir", str(HERE / "checkov"), "--check", "CUSTOM_RECORDING_1"]
        quiet = ["--compact", "--quiet", "--skip-download"]
        compliance = str(environment("compliance", COMPLIANCE) / "terraform-compliance")
        features = ["-f", str(HERE / "compliance"), "-p", str(large / "plan.json")]
        found += [
            Command("checkov, 3 clients, HCL", [checkov, "-d", str(small / "hcl"), *rules, *quiet]),
            Command("checkov, large, HCL", [checkov, "-d", str(large / "hcl"), *rules, *quiet]),
            Command(
                "checkov, large plan",
                [checkov, "-f", str(large / "plan.json"), *rules, *quiet],
            ),
            Command("terraform-compliance, large plan", [compliance, *features]),
        ]
    return found


TARGETS = (
    Target("--help", "import click", 2.0),
    Target("check, 3 clients, HCL", "import click", 2.0),
    Target("check, large, HCL", "tfparse, large", 1.0),
    Target("check, large, HCL, with edits", "check, large, HCL", 1.5),
    Target("check, for_each over 1,000", "check, large, HCL", 1.5),
    Target("check, for_each over 10,000", "check, for_each over 1,000", 10.0),
    Target("check, large plan", "json.loads, large plan", 3.0),
    Target("diff of both sides, HCL", "two checks, both sides, HCL", 1.2),
    Target("diff, plan of the change", "two checks, plan of the change", 1.2),
    Target("check, 3 clients, HCL", "checkov, 3 clients, HCL", 1 / 12),
    Target("check, large, HCL", "checkov, large, HCL", 1 / 7),
    Target("check, large plan", "checkov, large plan", 1 / 25),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--no-peers", action="store_true", help="leave out what has to be installed"
    )
    arguments = parser.parse_args()
    generate = [sys.executable, str(HERE / "generate.py")]
    subprocess.run([*generate, str(BUILD / "large")], check=True)
    subprocess.run(
        [*generate, str(BUILD / "small"), "--clients", "3", "--roles", "2", "--files", "1"],
        check=True,
    )
    results = measured(commands(peers=not arguments.no_peers))
    print("| case | wall s | peak MiB |\n|---|---|---|")
    for name, found in results.items():
        print(f"| {name} | {found.seconds:.3f} | {found.mebibytes:.0f} |")
    print("\n| ours | beside | ratio | wanted |\n|---|---|---|---|")
    for target in TARGETS:
        if target.peer in results:
            ours, peer = results[target.ours].seconds, results[target.peer].seconds
            if target.most >= 1:
                ratio, wanted = f"{ours / peer:.2f}x", f"at most {target.most:g}x"
            else:
                ratio = f"{peer / ours:.1f}x faster"
                wanted = f"at least {1 / target.most:.0f}x faster"
            print(f"| {target.ours} | {target.peer} | {ratio} | {wanted} |")


if __name__ == "__main__":
    main()
