"""The workflows of this repository are sound (zizmor), valid (GitHub's schema), pinned, and have
few permissions. Both tools run offline, with their bundled data.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
#: Every permission that a job may have beside reading the code, and the job that has it.
RIGHTS = {
    ("release", "attest"): {"id-token": "write", "attestations": "write"},
    ("release", "publish"): {"id-token": "write"},
}
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")

every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    name, *arguments = command
    return subprocess.run(
        [str(Path(sys.executable).parent / name), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    return run("zizmor", "--offline", "--pedantic", "--no-config", "--collect=all", str(folder))


def jobs(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return found


def test_there_are_the_workflows_that_the_documentation_names() -> None:
    assert [path.stem for path in WORKFLOWS] == ["ci", "release"]


def test_zizmor_finds_nothing() -> None:
    found = zizmor(GITHUB)
    assert found.returncode == 0, found.stdout
    assert "No findings to report" in found.stdout


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    text = (GITHUB / "workflows" / "ci.yml").read_text(encoding="utf-8")
    broken = text.replace("persist-credentials: false", "fetch-depth: 0")
    assert broken != text
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github" / "workflows" / "ci.yml").write_text(broken, encoding="utf-8")
    found = zizmor(tmp_path)
    assert found.returncode != 0
    assert "artipacked" in found.stdout


@every_workflow
def test_a_workflow_is_valid(path: Path) -> None:
    found = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(path))
    assert found.returncode == 0, found.stdout


def test_dependabot_is_valid_and_waits() -> None:
    path = GITHUB / "dependabot.yml"
    found = run("check-jsonschema", "--builtin-schema", "vendor.dependabot", str(path))
    assert found.returncode == 0, found.stdout
    updates = yaml.safe_load(path.read_text(encoding="utf-8"))["updates"]
    assert {each["package-ecosystem"] for each in updates} == {"github-actions", "pip"}
    assert all(each["cooldown"]["default-days"] >= 7 for each in updates)


@every_workflow
def test_every_action_is_pinned_by_its_commit(path: Path) -> None:
    uses = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert uses
    assert [line for line in uses if not PINNED.search(line)] == []


def test_an_action_is_the_same_in_every_workflow() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    pins = re.findall(r"uses: ([\w./-]+)@(.*)", text)
    assert len({name for name, _ in pins}) == len(set(pins))


@every_workflow
def test_no_job_may_do_more_than_it_must(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    for name, job in jobs(path).items():
        wanted = RIGHTS.get((path.stem, name), {"contents": "read"})
        assert job["permissions"] == wanted, name
        assert "secrets." not in str(job), name


def test_ci_runs_what_a_developer_runs() -> None:
    (job,) = jobs(GITHUB / "workflows" / "ci.yml").values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]


def test_what_is_published_is_what_was_attested() -> None:
    found = jobs(GITHUB / "workflows" / "release.yml")
    assert found["publish"]["needs"] == ["build", "attest"]
    assert found["publish"]["environment"]["name"] == "release"
    downloads = [
        step["with"]
        for name in ("attest", "publish")
        for step in found[name]["steps"]
        if "download-artifact" in step["uses"]
    ]
    assert downloads == [{"name": "dist", "path": "dist/"}] * 2


def test_the_tag_that_is_released_is_compared_with_the_version() -> None:
    steps = jobs(GITHUB / "workflows" / "release.yml")["build"]["steps"]
    (compare,) = [step for step in steps if "TAG" in step.get("env", {})]
    from toolkit import __version__

    for tag, status in ((f"v{__version__}", 0), ("v9.9.9", 1)):
        found = subprocess.run(
            ["bash", "-c", compare["run"]], cwd=ROOT, env={"TAG": tag, "PATH": "/usr/bin:/bin"}
        )
        assert found.returncode == status
