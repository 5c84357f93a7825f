"""The files for CI systems, run in a repository that plants modules for a careless import."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
import yaml

from tests.test_integrations import ACTION, BIN, EXAMPLES, GITLAB, ROOT, shell, stand_in, step
from toolkit.errors import ExitCode

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
#: What Python imports from the working folder or from PYTHONPATH, or reads as configuration.
PLANTED = (
    "venv.py",
    "pip/__init__.py",
    "pip/__main__.py",
    "toolkit/__init__.py",
    "toolkit/__main__.py",
    "sitecustomize.py",
    "usercustomize.py",
    "click.py",
    "json.py",
    "ensurepip/__init__.py",
    "setup.py",
    "urllib/__init__.py",
)


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "it-ran"


@pytest.fixture
def hostile(tmp_path: Path, mark: Path) -> Path:
    folder = tmp_path / "checkout"
    for name in PLANTED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"open({str(mark)!r}, 'w').close()\n")
    (folder / "x.pth").write_text(f"import os; open({str(mark)!r}, 'w').close()\n")
    (folder / "pip.conf").write_text("[global]\nindex-url = http://127.0.0.1:9/\n")
    (folder / "setup.cfg").write_text("[install]\nprefix = /nowhere\n")
    (folder / "pyvenv.cfg").write_text("home = /nowhere\n")
    for name in ("python", "recording-toolkit", "bin/python", "pip/bin"):
        path = folder / "tools" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {mark}\n")
        path.chmod(0o755)
    (folder / "main.tf").write_bytes((EXAMPLES / "missing-scope" / "main.tf").read_bytes())
    return folder


def environment(hostile: Path, tmp_path: Path) -> dict[str, str]:
    """Return the environment that an earlier step of the job may have left."""
    return {
        "PYTHONPATH": str(hostile),
        "PYTHONSTARTUP": str(hostile / "venv.py"),
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "TMPDIR": str(tmp_path / "temp"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "POLICIES": "",
        "OPTIONS": "",
        "SOURCES": ".",
    }


def test_the_planted_files_would_be_run(hostile: Path, mark: Path) -> None:
    for script in ("python -m venv --help", "python -m pip --version", "python -m toolkit"):
        shell(script, hostile, {"PATH": f"{BIN}:{os.environ['PATH']}"})
        assert mark.exists(), script
        mark.unlink()


@pytest.mark.slow
def test_the_action_runs_nothing_of_the_checkout(hostile: Path, mark: Path, tmp_path: Path) -> None:
    """Its own steps are really run; the exit status is that of a clean repository."""
    (tmp_path / "temp").mkdir()
    env = environment(hostile, tmp_path) | {"PYTHON": sys.executable, "TOOLKIT": str(ROOT)}
    env["PIP_LOG"] = str(tmp_path / "pip.log")
    done = shell(step("Install recording-toolkit"), hostile, env, timeout=400)
    assert done.returncode == 0, done.stderr
    assert not mark.exists()
    # Build dependencies that pip downloads have no hash.
    assert "Installing build dependencies" not in (tmp_path / "pip.log").read_text()
    done = shell(step("Check"), hostile, env)
    assert done.returncode == ExitCode.VIOLATION, done.stderr
    assert not mark.exists()
    clean = shell(step("Check"), EXAMPLES / "missing-scope", env)
    assert clean.returncode == done.returncode


@pytest.mark.slow
def test_nor_does_the_gitlab_job(hostile: Path, mark: Path, tmp_path: Path) -> None:
    job = GITLAB[".recording-toolkit"]
    home = tmp_path / "temp" / "recording-toolkit"
    home.mkdir(parents=True)
    env = {
        **job["variables"],
        **environment(hostile, tmp_path),
        # Without a network, the refusal shows that this is the real pip.
        "RECORDING_TOOLKIT_PACKAGE": "/nowhere/recording-toolkit.whl",
        "PATH": f"{BIN}:{os.environ['PATH']}",
    }
    done = shell("\n".join(job["before_script"]), hostile, env, timeout=120)
    assert not mark.exists()
    assert "/nowhere/recording-toolkit.whl" in done.stderr
    assert (home / "bin" / "python").exists()
    (home / "bin").rename(home / "unused")
    stand_in(home / "bin")
    done = shell("\n".join(job["script"]), hostile, env)
    assert done.returncode == ExitCode.VIOLATION, done.stderr
    assert not mark.exists()


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_nor_do_the_hooks(hook: dict[str, str], hostile: Path, mark: Path, tmp_path: Path) -> None:
    """As pre-commit starts them: in the repository, with the hook's environment first."""
    env = environment(hostile, tmp_path) | {"PATH": f"{BIN}:{os.environ['PATH']}"}
    done = shell(f"{hook['entry']} --help", hostile, env)
    assert done.returncode == ExitCode.OK, done.stderr
    assert not mark.exists()


@pytest.mark.parametrize(
    "text",
    [
        *(each.get("run", "") for each in ACTION["runs"]["steps"]),
        (ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"),
        (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"),
        (ROOT / "Dockerfile").read_text(encoding="utf-8"),
        (ROOT / "compose.yaml").read_text(encoding="utf-8"),
    ],
)
def test_every_python_is_isolated(text: str) -> None:
    commands = re.sub(r"(?m)^\s*#.*$", "", text).replace('", "', " ").replace('"', "")
    started = re.findall(r"(?:[/ \[]|^)(?:\$PYTHON|python)(?= )(.{4})", commands, re.MULTILINE)
    assert all(each.startswith(" -I ") for each in started), started
    assert not re.search(r"(?m)^\s*(RUN )?pip |bin/pip |recording-toolkit check", commands)


def test_the_image_installs_what_is_locked_and_runs_as_a_user_of_its_own() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    installs = re.findall(r"pip install (.*)", text)
    assert [("--require-hashes" in each, "--no-deps" in each) for each in installs] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    assert re.findall(r"(?m)^USER (\w+)", text) == ["mock"]
    assert text.index("USER mock") < text.index("ENTRYPOINT")
