"""Shows that time and memory are linear in the input: plans by resources, trees by roots.

Each size is three times the previous one. The last column is the cost of an item relative to the
smallest size, so that 1.0 throughout is linear. The input is written below build/scale. Run it as a
module: ``python -m benchmarks.scale``; ``--resources N`` and ``--roots N`` change the sizes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

BUILD = Path(__file__).parent.parent / "build" / "scale"
CLIENT = """resource "genesyscloud_oauth_client" "recorder" {{
  name                  = "recorder-{number}"
  authorized_grant_type = "CODE"
  scopes                = concat(local.scopes, ["users:readonly"])
}}

locals {{
  scopes = ["recording:session:write", "recordingSession"]
}}
"""
#: One resource in this many is a client, as in a plan of a whole platform.
CLIENT_EVERY = 50


def write_plan(path: Path, resources: int) -> None:
    """Write a plan of many resources, as `terraform show -json` has it: each in three places."""
    changes, planned, configured = [], [], []
    for number in range(resources):
        is_client = number % CLIENT_EVERY == 0
        kind = "genesyscloud_oauth_client" if is_client else "genesyscloud_routing_queue"
        name = f"item_{number}"
        values = {"name": f"recorder {number}", "description": "Generated.", "state": "active"}
        known = {**values, "authorized_grant_type": "CODE", "roles": [], "scopes": ["users"]}
        head = {"mode": "managed", "type": kind, "name": name, "address": f"{kind}.{name}"}
        provider = "registry.terraform.io/mypurecloud/genesyscloud"
        change = {"actions": ["create"], "before": None, "after": known, "after_unknown": {}}
        changes.append({**head, "provider_name": provider, "change": change})
        planned.append({**head, "provider_name": provider, "schema_version": 1, "values": known})
        expressions = {key: {"constant_value": value} for key, value in known.items()}
        configured.append({**head, "provider_config_key": "g", "expressions": expressions})
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "complete": True,
        "errored": False,
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configured}},
    }
    path.write_text(json.dumps(document))


def write_tree(folder: Path, roots: int) -> None:
    for number in range(roots):
        root = folder / f"team-{number % 40}" / f"root-{number}"
        root.mkdir(parents=True, exist_ok=True)
        (root / "main.tf").write_text(CLIENT.format(number=number))


def measured(source: Path) -> tuple[float, float]:
    """Return wall seconds, and the memory peak (MiB) of the program and its largest worker."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "check", str(source), "-f", "json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 3):
        raise SystemExit(f"error: check {source} ended with {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def table(title: str, sizes: list[int], sources: list[Path]) -> None:
    print(f"\n| {title} | MiB of input | wall s | peak MiB | s an item, beside the smallest |")
    print("|---|---|---|---|---|")
    first = 0.0
    for size, source in zip(sizes, sources, strict=True):
        files = [source] if source.is_file() else source.rglob("*.tf")
        input_size = sum(file.stat().st_size for file in files) / (1 << 20)
        seconds, peak = measured(source)
        first = first or seconds / size
        growth = seconds / size / first
        print(f"| {size:,} | {input_size:.0f} | {seconds:.2f} | {peak:.0f} | {growth:.2f} |")
        sys.stdout.flush()


def _apart(write: Callable[[Path, int], None], path: Path, size: int) -> None:
    """Write in a separate process: the memory of this one counts towards the peak of
    its children.
    """
    writer = multiprocessing.Process(target=write, args=(path, size))
    writer.start()
    writer.join()


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how time and memory grow.")
    parser.add_argument("--resources", type=int, default=100_000, help="of the largest plan")
    parser.add_argument("--roots", type=int, default=2_000, help="of the largest tree")
    arguments = parser.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    sizes = [arguments.resources // 9, arguments.resources // 3, arguments.resources]
    plans = [BUILD / f"plan-{size}.json" for size in sizes]
    for size, path in zip(sizes, plans, strict=True):
        _apart(write_plan, path, size)
    table("resources in a plan", sizes, plans)
    sizes = [arguments.roots // 9, arguments.roots // 3, arguments.roots]
    trees = [BUILD / f"tree-{size}" for size in sizes]
    for size, path in zip(sizes, trees, strict=True):
        _apart(write_tree, path, size)
    table("root modules in a tree", sizes, trees)


if __name__ == "__main__":
    main()
