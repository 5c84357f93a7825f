"""The files for CI systems: valid by their schemas, and their shell scripts run unchanged."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from toolkit.errors import ExitCode
from toolkit.workflows.initial_files import PIPELINES

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
EXAMPLES = ROOT / "terraform" / "examples"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
ATLANTIS = yaml.safe_load((ROOT / "ci" / "atlantis.yaml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
POLICY = """\
version: 1
name: ours
rules:
  - {id: R1, title: Lives briefly, settings: {access_token_validity_seconds: {at_most: 60}}}
"""
#: What the hooks are installed from.
PACKAGE = (
    "toolkit",
    "policies",
    "pyproject.toml",
    "hatch_build.py",
    "recording_toolkit.py",
    "README.md",
    "LICENSE",
    ".pre-commit-hooks.yaml",
)


#: The program on the PATH.
OURS = {"PATH": f"{BIN}:{os.environ['PATH']}"}


def run(
    *command: str, cwd: Path = ROOT, timeout: int = 60, env: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT")}
    return subprocess.run(
        command,
        cwd=cwd,
        env={**kept, **env},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def shell(
    script: str, cwd: Path, env: Mapping[str, str], timeout: int = 60
) -> subprocess.CompletedProcess[str]:
    """Run a script as a runner starts it: the first failing command ends it."""
    command = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
    return run(*command, cwd=cwd, timeout=timeout, env=env)


def recipe(number: int) -> str:
    return str(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[number])


def section(heading: str) -> str:
    """Return the section of the page below a heading."""
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def code(heading: str, language: str = "bash") -> str:
    """Return the only block of a language below a heading."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", section(heading), re.DOTALL)
    return str(found)


def step(name: str) -> str:
    (script,) = (each["run"] for each in ACTION["runs"]["steps"] if each.get("name") == name)
    return str(script)


def stand_in(folder: Path) -> None:
    """Write a Python launcher into a folder; with a link, Python would not find its packages."""
    folder.mkdir(parents=True)
    (folder / "python").write_text(f'#!/bin/sh\nexec "{BIN}/python" "$@"\n')
    (folder / "python").chmod(0o755)


@pytest.fixture
def runner(tmp_path: Path) -> dict[str, str]:
    """Return GitHub's environment of a step, with the toolkit where the earlier step
    installs it.
    """
    stand_in(tmp_path / "recording-toolkit" / "bin")
    return {
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "POLICIES": "",
        "OPTIONS": "",
    }


# GitHub


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("vendor.github-actions", (ROOT / "action.yml").read_text(encoding="utf-8")),
        ("vendor.github-workflows", recipe(0)),
        ("vendor.gitlab-ci", (ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8")),
        ("vendor.gitlab-ci", recipe(1)),
        ("vendor.azure-pipelines", recipe(3)),
        ("vendor.github-workflows", PIPELINES["github"][1]),
        ("vendor.gitlab-ci", PIPELINES["gitlab"][1]),
        ("vendor.azure-pipelines", PIPELINES["azure"][1]),
    ],
    ids=[
        "action", "workflow", "gitlab", "gitlab-include", "azure",
        "init-github", "init-gitlab", "init-azure",
    ],
)  # fmt: skip
def test_fits_its_schema(schema: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "it.yml").write_text(text, encoding="utf-8")
    # The patterns of Azure's schema are not Unicode patterns.
    command = ("check-jsonschema", "--regex-variant", "nonunicode", "--builtin-schema", schema)
    done = run(str(BIN / command[0]), *command[1:], str(tmp_path / "it.yml"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_and_its_recipe_are_safe(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "check.yml").write_text(recipe(0), encoding="utf-8")
    shutil.copy(ROOT / "action.yml", tmp_path)
    done = run(str(BIN / "zizmor"), "--offline", "--no-progress", str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert "No findings" in done.stdout + done.stderr


def test_the_action_checks_and_says_where_the_results_are(runner: dict[str, str]) -> None:
    env = runner | {"SOURCES": "missing-scope\ngood-client"}
    done = shell(step("Check"), EXAMPLES, env)
    assert done.returncode == ExitCode.VIOLATION, done.stderr
    assert done.stdout.startswith("::error file=missing-scope/main.tf,line=")
    outputs = dict(
        line.split("=", 1) for line in Path(env["GITHUB_OUTPUT"]).read_text().splitlines()
    )
    assert outputs["exit-code"] == "1"
    sarif = Path(outputs["sarif"], "recording-toolkit.sarif")
    assert len(json.loads(sarif.read_bytes())["runs"][0]["results"]) == 1
    assert "1 error" in Path(env["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")


def test_the_action_hands_inputs_over_as_they_are(runner: dict[str, str], tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    hostile = f'"; touch {mark}; $(touch {mark}) `touch {mark}`'
    done = shell(step("Check"), EXAMPLES, runner | {"SOURCES": hostile})
    assert done.returncode == ExitCode.INPUT
    assert not mark.exists()
    done = shell(step("Check"), EXAMPLES, runner | {"SOURCES": "--version"})
    assert done.returncode == ExitCode.INPUT
    assert "--version: no such file or folder" in done.stderr


def test_the_action_passes_policies_and_options_on(runner: dict[str, str], tmp_path: Path) -> None:
    policy = tmp_path / "our policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    env = runner | {
        "SOURCES": "missing-scope",
        "POLICIES": f"{policy}\nrecording-session\n",
        "OPTIONS": "--fail-on\nnever\n",
    }
    done = shell(step("Check"), EXAMPLES, env)
    assert done.returncode == ExitCode.OK, done.stderr
    assert "does not count here (--fail-on never)" in done.stdout


@pytest.mark.parametrize(
    "options",
    [
        "--fail-on never --ignore REC003",
        "--fail-on\nnever\n--ignore\nREC003",
        "  --fail-on never\r\n\r\n--ignore=REC003\r\n",
        "--fail-on 'never' --ignore \"REC003\"",
        "--fail-on never\n--ignore REC003\n--client\n  *",
    ],
)
def test_the_action_takes_options_on_one_line_or_many(runner: dict[str, str], options: str) -> None:
    env = runner | {"SOURCES": "missing-scope\r\n", "OPTIONS": options}
    done = shell(step("Check"), EXAMPLES, env)
    assert done.returncode == ExitCode.OK, done.stderr
    assert "does not count here (--fail-on never)" in done.stdout
    assert "REC003" not in done.stdout


def test_the_action_takes_what_the_configuration_names(
    runner: dict[str, str], tmp_path: Path
) -> None:
    shutil.copytree(EXAMPLES / "missing-scope", tmp_path / "terraform")
    (tmp_path / "recording-toolkit.toml").write_text(
        '[[targets]]\nname = "prod"\nroot = "terraform"\n'
    )
    done = shell(step("Check"), tmp_path, runner | {"SOURCES": ""})
    assert done.returncode == ExitCode.VIOLATION, done.stderr
    assert "::prod: genesyscloud_oauth_client." in done.stdout


@pytest.mark.parametrize("shallow", [False, True])
def test_the_action_judges_a_pull_request_by_its_base(
    runner: dict[str, str], tmp_path: Path, shallow: bool
) -> None:
    base = tmp_path / "base"
    shutil.copytree(EXAMPLES / "missing-scope", base / "terraform")
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com"}
    who |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}

    def git(*arguments: str, cwd: Path) -> None:
        done = run("git", *arguments, cwd=cwd, env=who)
        assert done.returncode == 0, done.stderr

    git("init", "-q", "-b", "main", cwd=base)
    git("add", "-A", cwd=base)
    git("commit", "-qm", "base", cwd=base)
    git("checkout", "-qb", "change", cwd=base)
    (base / "recording-toolkit.toml").write_text('fail-on = "never"\n')
    git("add", "-A", cwd=base)
    git("commit", "-qm", "loosen", cwd=base)
    head = tmp_path / "head"
    depth = ["--depth=1"] if shallow else []
    git("clone", "-q", *depth, "-b", "change", base.as_uri(), str(head), cwd=tmp_path)
    # Git would resolve this name to the tag, and someone without push rights to the base may push a
    # tag.
    git("tag", "origin/main", cwd=head)
    env = runner | {"SOURCES": "terraform", "GITHUB_BASE_REF": "main"}
    done = shell(step("Check"), head, env)
    assert done.returncode == ExitCode.VIOLATION, done.stderr
    loose = shell(step("Check"), head, env | {"CONFIG_REF": "none"})
    assert loose.returncode == ExitCode.OK, loose.stderr


@pytest.mark.slow
def test_the_action_installs_what_it_runs(tmp_path: Path) -> None:
    """It really installs from the index; the longest of these tests."""
    env = {"PYTHON": sys.executable, "TOOLKIT": str(ROOT), "RUNNER_TEMP": str(tmp_path)}
    done = shell(step("Install recording-toolkit"), tmp_path, env, timeout=400)
    assert done.returncode == 0, done.stderr
    told = run(str(tmp_path / "recording-toolkit" / "bin" / "recording-toolkit"), "--version")
    assert told.stdout.startswith("recording-toolkit ")


@pytest.mark.parametrize(
    "text", [recipe(0), (ROOT / "action.yml").read_text()], ids=["recipe", "action"]
)
def test_actions_of_others_are_pinned(text: str) -> None:
    used = re.findall(r"uses: (\S+)(?: # (\S+))?", text)
    assert used
    for name, version in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name)
        assert version.startswith("v") or name.startswith("OUR-GROUP/")


def test_the_command_alone_does_what_the_action_does(tmp_path: Path) -> None:
    (command,) = re.findall(r"Without the action: `(.*)`", section("GitHub Actions"))
    shutil.copytree(EXAMPLES / "missing-scope", tmp_path / "terraform")
    done = shell(command, tmp_path, OURS)
    assert done.returncode == ExitCode.VIOLATION, done.stderr
    assert done.stdout.startswith("::error file=terraform/main.tf,line=")
    assert len(json.loads((tmp_path / "recording.sarif").read_bytes())["runs"][0]["results"]) == 1


# GitLab


def test_the_gitlab_job_asks_what_to_install(tmp_path: Path) -> None:
    done = shell(GITLAB[".recording-toolkit"]["before_script"][0], tmp_path, {})
    assert done.returncode == ExitCode.INPUT
    assert "RECORDING_TOOLKIT_PACKAGE" in done.stderr


def test_the_gitlab_job_leaves_its_artifacts(tmp_path: Path) -> None:
    job = GITLAB[".recording-toolkit"]
    stand_in(tmp_path / "recording-toolkit" / "bin")
    env = {
        **job["variables"],
        "TMPDIR": str(tmp_path),
        "RECORDING_TOOLKIT_SOURCES": f"{EXAMPLES / 'missing-scope'} {EXAMPLES / 'good-client'}",
        "RECORDING_TOOLKIT_OPTIONS": "--ignore REC003",
    }
    done = shell("\n".join(job["script"]), tmp_path, env)
    assert done.returncode == ExitCode.VIOLATION, done.stderr
    assert "FAIL REC001" in done.stdout
    for path in job["artifacts"]["reports"].values():
        assert (tmp_path / path).stat().st_size > 0


# Azure DevOps


def test_the_azure_pipeline_checks(tmp_path: Path) -> None:
    config: Any = yaml.safe_load(recipe(3))
    (check,) = (each for each in config["steps"] if each.get("displayName") == "Check")
    shutil.copytree(EXAMPLES / "missing-scope", tmp_path / "terraform")
    env = {"PATH": f"{BIN}:{os.environ['PATH']}", "SYSTEM_PULLREQUEST_TARGETBRANCH": ""}
    done = shell(check["script"], tmp_path, env)
    assert done.returncode == ExitCode.VIOLATION, done.stderr
    (publish,) = (each for each in config["steps"] if "PublishTestResults" in each.get("task", ""))
    assert (tmp_path / publish["inputs"]["testResultsFiles"]).stat().st_size > 0
    env["SYSTEM_PULLREQUEST_TARGETBRANCH"] = "refs/heads/main"
    done = shell(check["script"], tmp_path, env)
    assert done.returncode == ExitCode.INPUT
    assert "--config-ref refs/remotes/origin/main: " in done.stderr


# Jenkins


def test_the_jenkins_stage_checks(tmp_path: Path) -> None:
    """Its shell script; the rest is Groovy, which only Jenkins reads."""
    text = code("Jenkins", "groovy")
    assert text.count("{") == text.count("}")
    _, check = re.findall(r"sh '(.*)'", text)
    (report,) = re.findall(r"junit '(.*)'", text)
    shutil.copytree(EXAMPLES / "missing-scope", tmp_path / "work" / "terraform")
    home = tmp_path / "tmp" / "toolkit" / "bin"
    home.mkdir(parents=True)
    (home / "recording-toolkit").symlink_to(BIN / "recording-toolkit")
    done = shell(check, tmp_path / "work", {"WORKSPACE_TMP": str(tmp_path / "tmp")})
    assert done.returncode == ExitCode.VIOLATION, done.stderr
    assert (tmp_path / "work" / report).stat().st_size > 0


# A change cannot loosen its own check, in any of them


def written_check(system: str) -> str:
    """Return the shell script of the pipeline that `init` writes, without the installation."""
    text = yaml.safe_load(PIPELINES[system][1])
    match system:
        case "github":
            (job,) = text["jobs"].values()
            return "\n".join(each["run"] for each in job["steps"] if "check" in each.get("run", ""))
        case "gitlab":
            return "\n".join(text["recording-toolkit"]["script"][1:])
        case "azure":
            return str(text["steps"][-2]["script"])
    (script,) = (
        each["run"]
        for each in text["workflows"]["recording"]["plan"]["steps"]
        if isinstance(each, dict)
    )
    return str(script)


def recipe_check(system: str) -> str:
    if system == "jenkins":
        return str(re.findall(r"sh '(.*)'", code("Jenkins", "groovy"))[1])
    if system == "atlantis.yaml":
        return str(ATLANTIS["workflows"]["recording"]["plan"]["steps"][-1]["run"])
    return str(re.findall(r"Without the action: `(.*)`", section("GitHub Actions"))[0])


BASES = {
    "github": "GITHUB_BASE_REF",
    "gitlab": "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "azure": "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "atlantis": "BASE_BRANCH_NAME",
    "without the action": "GITHUB_BASE_REF",
    "jenkins": "CHANGE_TARGET",
    "atlantis.yaml": "BASE_BRANCH_NAME",
}


@pytest.mark.parametrize("system", BASES)
def test_a_change_does_not_loosen_its_own_check(tmp_path: Path, system: str) -> None:
    base = tmp_path / "base"
    shutil.copytree(EXAMPLES / "missing-scope", base / "terraform")
    git(base, "init", "-q", "-b", "main")
    git(base, "add", "-A")
    git(base, "commit", "-qm", "base")
    git(base, "checkout", "-qb", "change")
    (base / "recording-toolkit.toml").write_text('fail-on = "never"\n')
    git(base, "add", "-A")
    git(base, "commit", "-qm", "loosen")
    head = tmp_path / "head"
    # The checkout settings of GitHub and Azure ask for the full history.
    depth = ["--depth=1"] if system not in ("github", "azure", "without the action") else []
    git(tmp_path, "clone", "-q", *depth, "-b", "change", base.as_uri(), str(head))
    home = tmp_path / "toolkit" / "bin"
    home.mkdir(parents=True)
    (home / "recording-toolkit").symlink_to(BIN / "recording-toolkit")
    env = OURS | {BASES[system]: "main", "WORKSPACE_TMP": str(tmp_path), "SHOWFILE": "terraform"}
    script = written_check(system) if system in PIPELINES else recipe_check(system)
    done = shell(script, head, env)
    assert done.returncode == ExitCode.VIOLATION, done.stderr


@pytest.mark.parametrize(
    ("system", "depth"), [("github", "fetch-depth: 0"), ("azure", 'fetchDepth: "0"')]
)
def test_the_checkout_has_the_base(system: str, depth: str) -> None:
    assert depth in PIPELINES[system][1]


@pytest.mark.slow
@pytest.mark.parametrize("system", ["Azure DevOps", "Jenkins"])
def test_a_pipeline_installs_what_it_runs_and_imports_nothing_of_the_checkout(
    system: str, tmp_path: Path
) -> None:
    """It really installs from the index."""
    if system == "Jenkins":
        script, _ = re.findall(r"sh '(.*)'", code("Jenkins", "groovy"))
        where = tmp_path / "tmp" / "toolkit" / "bin"
    else:
        (script,) = (s["script"] for s in yaml.safe_load(recipe(3))["steps"] if "pip" in str(s))
        script = script.replace("$(", "${").replace(")", "}")
        where = tmp_path / "python" / "bin"
        run(sys.executable, "-m", "venv", str(tmp_path / "python"))
    for name in ("venv.py", "pip.py"):
        (tmp_path / "work").mkdir(exist_ok=True)
        (tmp_path / "work" / name).write_text("raise SystemExit('of the checkout')\n")
    env = {
        "RECORDING_TOOLKIT_PACKAGE": str(ROOT),
        "WORKSPACE_TMP": str(tmp_path / "tmp"),
        "PATH": f"{tmp_path / 'python' / 'bin'}:{BIN}:{os.environ['PATH']}",
    }
    done = shell(script, tmp_path / "work", env, timeout=400)
    assert done.returncode == 0, done.stdout + done.stderr
    assert run(str(where / "recording-toolkit"), "--version").returncode == 0


# Atlantis


def test_the_atlantis_workflow_refuses_a_plan(tmp_path: Path) -> None:
    difference, script = (
        each["run"]
        for each in ATLANTIS["workflows"]["recording"]["plan"]["steps"]
        if isinstance(each, dict)
    )
    case = ROOT / "tests" / "cases" / "roles-wildcards"
    shutil.copytree(case, tmp_path / "terraform")
    env = {
        "SHOWFILE": str(tmp_path / "terraform" / "plan.json"),
        "PATH": f"{BIN}:{os.environ['PATH']}",
    }
    told = shell(difference, tmp_path / ATLANTIS["projects"][0]["dir"], env)
    assert (told.returncode, told.stderr) == (0, "")
    assert "gain access" in told.stdout
    done = shell(script, tmp_path / ATLANTIS["projects"][0]["dir"], env)
    assert done.returncode in (ExitCode.VIOLATION, ExitCode.UNDECIDED), done.stderr
    assert "REC001" in done.stdout


def test_atlantis_reads_its_word_exactly_where_the_policy_refuses(tmp_path: Path) -> None:
    (command,) = re.findall(
        r"`(recording-toolkit .*-f atlantis)`", " ".join(section("Atlantis").split())
    )
    for case, refuses in (("roles-wildcards", True), ("plan-no-changes", False)):
        shutil.copytree(ROOT / "tests" / "cases" / case, tmp_path / case)
        policy = "" if refuses else " --ignore REC001,REC002,REC003 --client nobody"
        env = OURS | {"SHOWFILE": str(tmp_path / case / "plan.json")}
        done = shell(command + policy, tmp_path / case, env)
        assert (done.returncode != ExitCode.OK) == refuses, done.stderr
        assert ("fail" in done.stdout.lower()) == refuses


# Others


def terraform_that_shows(folder: Path, plan: Path) -> dict[str, str]:
    """Return a stand-in that writes no plan and shows this one."""
    folder.mkdir()
    program = folder / "terraform"
    program.write_text(f'#!/bin/sh\n[ "$1" != show ] || cat "{plan}"\n')
    program.chmod(0o755)
    return {"PATH": f"{folder}:{OURS['PATH']}"}


@pytest.fixture
def planned(tmp_path: Path) -> Path:
    """A root module, and its plan outside of the module."""
    shutil.copytree(ROOT / "tests" / "cases" / "roles-wildcards", tmp_path / "work")
    return (tmp_path / "work" / "plan.json").rename(tmp_path / "shown.json")


def test_reviewdog_is_given_the_findings(tmp_path: Path) -> None:
    script = code("Reviews on lines, with reviewdog")
    shutil.copytree(EXAMPLES / "missing-scope", tmp_path / "work")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "reviewdog"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/given\n')
    program.chmod(0o755)
    env = {"PATH": f"{tmp_path / 'bin'}:{OURS['PATH']}"}
    assert run("bash", "-c", script, cwd=tmp_path / "work", env=env).returncode == 0
    given = json.loads((tmp_path / "given").read_bytes())
    assert [each["location"]["path"] for each in given["diagnostics"]] == ["main.tf"]
    assert "-f=rdjson" in (tmp_path / "arguments").read_text()
    # In a shell with pipefail, the status is that of the check.
    assert shell(script, tmp_path / "work", env).returncode == ExitCode.VIOLATION


def test_the_hook_of_spacelift_leaves_a_file_and_lets_the_policy_decide(
    tmp_path: Path, planned: Path
) -> None:
    heading = "Spacelift, env0, Scalr and other policies of OPA"
    script, env = code(heading), terraform_that_shows(tmp_path / "bin", planned)
    done = shell(script, tmp_path / "work", env)
    assert done.returncode == 0, done.stderr
    (written,) = (tmp_path / "work").glob("*.custom.spacelift.json")
    found = json.loads(written.read_bytes())
    assert found["deny"]
    # The policy can read its data file, under the file's own name.
    name = written.name.partition(".")[0]
    read = re.findall(r"third_party_metadata\.custom\.(\w+)\.(\w+)\[", code(heading, "rego"))
    assert read == [(name, "deny"), (name, "warn")]
    assert {key for _, key in read} <= found.keys()
    planned.write_text("{}")
    assert shell(script, tmp_path / "work", env).returncode == ExitCode.INPUT


def test_anywhere_else_the_exit_status_decides(tmp_path: Path, planned: Path) -> None:
    env = terraform_that_shows(tmp_path / "bin", planned)
    done = shell(code("Anywhere else"), tmp_path / "work", env)
    assert done.returncode in (ExitCode.VIOLATION, ExitCode.UNDECIDED), done.stderr
    assert "REC001" in done.stdout
    assert (tmp_path / "work" / "comment.md").read_text().startswith("<!-- recording-toolkit:")


def test_every_block_of_the_page_is_one_of_these() -> None:
    """A new block is run here as well, or the page says that it is not."""
    blocks = re.findall(r"```(\w+)\n", PAGE)
    assert blocks == ["yaml", "yaml", "yaml", "yaml", "groovy", "bash", "bash", "rego", "bash"]


# pre-commit


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    done = run("git", *identity, *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """This project as a repository of hooks."""
    folder = tmp_path / "hooks"
    folder.mkdir()
    for name in PACKAGE:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / name, folder)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    return folder


@pytest.mark.slow
def test_the_hook_stops_a_commit(hooks: Path, tmp_path: Path) -> None:
    """A real pre-commit installs it from the index."""
    work = tmp_path / "work"
    shutil.copytree(EXAMPLES / "missing-scope", work / "terraform")
    config: Any = yaml.safe_load(recipe(2))
    config["repos"][0] |= {"repo": str(hooks), "rev": git(hooks, "rev-parse", "HEAD")}
    fixing = {**config["repos"][0]["hooks"][0], "id": "recording-toolkit-fix", "stages": ["manual"]}
    fixing["args"] = ["--unsafe-fixes", *fixing["args"]]
    config["repos"][0]["hooks"].append(fixing)
    (work / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    git(work, "init", "-q")
    git(work, "add", "-A")
    home = {"PRE_COMMIT_HOME": str(tmp_path / "home")}
    command = (str(BIN / "pre-commit"), "run", "--color", "never")
    done = run(*command, cwd=work, timeout=400, env=home)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAIL REC001" in done.stdout
    done = run(*command, "--hook-stage", "manual", "recording-toolkit-fix", cwd=work, env=home)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert '"recordingSession"' in git(work, "diff")
    shutil.copy(EXAMPLES / "good-client" / "main.tf", work / "terraform")
    git(work, "add", "-A")
    done = run(*command, cwd=work, env=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
