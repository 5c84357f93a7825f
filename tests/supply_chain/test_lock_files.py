"""Only locked packages are installed: every package has its version and its hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Packages without a wheel, and what builds them.
BUILT_BY = {"python-terraform": {"setuptools"}}
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def packages(path: Path) -> dict[str, str]:
    """Return each entry of a lock file, by its name."""
    entries = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").replace("\\\n", ""))
    found = {}
    for entry in entries:
        if entry.strip() and not entry.startswith("#"):
            found[re.split(r"[=@<>~! ]", entry, maxsplit=1)[0]] = entry
    return found


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_every_package_is_locked_with_a_hash(path: Path) -> None:
    found = packages(path)
    assert len(found) > (5 if path.stem == "build" else 10)
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
    for name in ("dev", "build"):
        assert set(backends) <= set(packages(ROOT / "requirements" / f"{name}.txt"))


def test_what_builds_a_package_that_comes_as_source_alone_is_locked() -> None:
    """A package with one hash has one file; if that is a source archive, it must be built."""
    build = packages(ROOT / "requirements" / "build.txt")
    for path in LOCKS:
        alone = {name for name, entry in packages(path).items() if entry.count("--hash=") == 1}
        assert alone == (set(BUILT_BY) if path.stem != "build" else set())
    assert set().union(*BUILT_BY.values()) <= build.keys()


def test_what_runs_is_what_was_tested() -> None:
    files = ("run", "dev", "mock")
    run, dev, mock = (packages(ROOT / "requirements" / f"{name}.txt") for name in files)
    versions = {name: entry.split()[0] for name, entry in dev.items()}
    for some in (run, mock):
        assert {name: entry.split()[0] for name, entry in some.items()}.items() <= versions.items()
    assert run.keys() < mock.keys()
    build = packages(ROOT / "requirements" / "build.txt")
    # The image removes the build tools again.
    assert not build.keys() & mock.keys()
    assert {name: build[name].split()[0] for name in build.keys() & versions.keys()}.items() <= (
        versions.items()
    )


INSTALLING = ("Makefile", ".ci/run", "Dockerfile", "action.yml")


def installs(name: str) -> list[str]:
    """Return the lines of a file in which pip installs something, or builds a wheel."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found = [line for line in lines if re.search(r"(\bpip\b|\$\(PIP\)).* (install|wheel) ", line)]
    # `make lock` creates the hashes; it installs into a folder of its own.
    return [line for line in found if "pip-tools" not in line]


@pytest.mark.parametrize("name", INSTALLING)
def test_nothing_is_installed_without_its_hash(name: str) -> None:
    """Build dependencies too: they are installed before, by their hashes, and not downloaded by
    pip.
    """
    locked = [line for line in installs(name) if re.search(r" (-r|--requirement) ", line)]
    assert all("--require-hashes" in line for line in locked), locked
    assert len(locked) >= 2
    assert "build.txt" in locked[0]
    rest = [line for line in installs(name) if "--no-index" not in line and line != locked[0]]
    assert len(rest) >= 2
    assert all("--no-build-isolation" in each for each in rest), rest
