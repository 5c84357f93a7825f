"""Count marked secrets, and those that leaked: ``python -m tests.leaks.measure``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from .feeds import FEEDS
from .test_no_secret_gets_out import run_all


def main() -> int:
    runs = secrets = leaks = 0
    print(f"{'command':<16}{'runs':>8}{'secrets':>9}{'leaks':>7}")
    for name in sorted(FEEDS):
        with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
            found = run_all(name, Path(folder), patch)
        print(f"{name:<16}{found.runs:>8}{found.secrets:>9}{len(found.leaks):>7}")
        for leak in found.leaks:
            print(f"  {leak}")
        runs, secrets = runs + found.runs, secrets + found.secrets
        leaks += len(found.leaks)
    print(f"{'all':<16}{runs:>8}{secrets:>9}{leaks:>7}")
    return int(leaks > 0)


if __name__ == "__main__":
    sys.exit(main())
