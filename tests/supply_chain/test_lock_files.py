"""What is installed is what was locked: every package has its version and its hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def packages(path: Path) -> dict[str, str]:
    """Each entry of a lock file, by its name."""
    entries = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").replace("\\\n", ""))
    found = {}
    for entry in entries:
        if entry.strip() and not entry.startswith("#"):
            found[re.split(r"[=@<>~! ]", entry, maxsplit=1)[0]] = entry
    return found


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_every_package_is_locked_with_a_hash(path: Path) -> None:
    found = packages(path)
    assert len(found) > 10
    wrong = [
        name
        for name, entry in found.items()
        if not re.match(r"[\w.-]+==\S+", entry) or "--hash=sha256:" not in entry
    ]
    assert wrong == []


def test_the_build_backend_is_locked_too() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    backends = [re.split(r"[<>=~! ]", name)[0] for name in project["build-system"]["requires"]]
    assert backends
    assert set(backends) <= set(packages(ROOT / "requirements" / "dev.txt"))


def test_what_runs_is_what_was_tested() -> None:
    files = ("run", "dev", "mock")
    run, dev, mock = (packages(ROOT / "requirements" / f"{name}.txt") for name in files)
    versions = {name: entry.split()[0] for name, entry in dev.items()}
    for some in (run, mock):
        assert {name: entry.split()[0] for name, entry in some.items()}.items() <= versions.items()
    assert run.keys() < mock.keys()


def test_nothing_is_installed_without_its_hash() -> None:
    for name in ("Makefile", ".ci/run", "Dockerfile"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        for line in text.splitlines():
            # `make lock` is what makes the hashes; it installs into a folder of its own.
            if re.search(r"\binstall\b.*(-r|--requirement)\b", line):
                assert "--require-hashes" in line, line
