"""A case: a folder with input and the expected reports.

`case.yaml` says what the folder shows and how its input is made. The files in the folder decide
what is judged: the folder itself as HCL, `plan.json`, `state.json` and `terraform.tfstate`.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from unittest import mock

import msgspec
import yaml

from toolkit.cli import main

CASES: Final = Path(__file__).resolve().parent.parent / "cases"
#: A case's own policy. Cases without one use the policy beside all cases.
POLICY: Final = "policy.yaml"
LIMITS: Final = "limits.yaml"
#: What is judged besides the folder itself.
INPUTS: Final = {"plan": "plan.json", "state": "state.json", "tfstate": "terraform.tfstate"}
#: The expected results of all inputs of a case: one line per result, without prose.
EXPECTED: Final = "expected.lines"
#: The sentences in the reports of all cases.
WORDING: Final = CASES / "expected-wording.txt"
#: The plan again, with `--source-dir`.
WITH_SOURCE: Final = "plan-with-source"

# Terraform's and our own variables: the developer's values must not reach a test.
_FOREIGN: Final = ("TF_", "GENESYSCLOUD_", "RECORDING_TOOLKIT_")


class Terraform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the real terraform makes `plan.json` and the states of a case.

    `before` is a folder of the case that is applied first; `errored` expects the plan to fail.
    Without `plan`, `because` says why: there is nothing to plan, or the plan is written by hand.
    """

    plan: bool = True
    state: bool = False
    errored: bool = False
    arguments: tuple[str, ...] = ()
    before: str | None = None
    because: str | None = None


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`case.yaml`. `hcl` is False for a folder that only holds a plan or a state.

    With `whole`, the full report on each input is kept besides the lines.
    """

    about: str
    whole: bool = False
    hcl: bool = True
    arguments: tuple[str, ...] = ()
    environ: Mapping[str, str] = {}
    terraform: Terraform = Terraform()
    with_source: bool = False


@dataclass(frozen=True)
class Outcome:
    """The result of running the program."""

    status: int
    stdout: str
    stderr: str

    @cached_property
    def report(self) -> dict[str, Any]:
        """The report without the version, so that a release changes no expectation."""
        report: dict[str, Any] = json.loads(self.stdout)
        report["tool"]["version"] = "-"
        return report


@dataclass(frozen=True, eq=False)
class Case:
    """`limits` is `limits.yaml`: the known limits for each kind of input.

    They are the clients with undecided verdicts although their names promise a verdict.
    """

    directory: Path
    recipe: Recipe
    limits: Mapping[str, tuple[str, ...]]

    @property
    def name(self) -> str:
        return self.directory.name

    def judgements(self) -> list[Judgement]:
        """Return what is judged: the HCL, and each existing plan and state."""
        found = [Judgement(self, "hcl", self.name)] if self.recipe.hcl else []
        for kind, file in INPUTS.items():
            if (self.directory / file).is_file():
                found.append(Judgement(self, kind, f"{self.name}/{file}"))
        if self.recipe.with_source:
            found.append(Judgement(self, WITH_SOURCE, f"{self.name}/plan.json"))
        return found

    def expected(self) -> dict[str, str]:
        """Return the expected lines of each input, by its kind."""
        path = self.directory / EXPECTED
        parts = path.read_text(encoding="utf-8").split("\n== ")[1:] if path.is_file() else []
        return {kind: text for kind, _, text in (part.partition("\n") for part in parts)}


@dataclass(frozen=True)
class Judgement:
    """One input of a case."""

    case: Case
    kind: str
    source: str

    @property
    def id(self) -> str:
        return f"{self.case.name}-{self.kind}"

    @property
    def whole(self) -> Path:
        """The path of the full report, in a case that keeps it."""
        return self.case.directory / f"expected-{self.kind}.json"

    def run(self) -> Outcome:
        """Run the command line in the folder of all cases, so that no report has its path."""
        name = self.case.name
        policy = f"{name}/{POLICY}" if (self.case.directory / POLICY).is_file() else POLICY
        arguments = ["check", self.source, "--policy", policy, "--format", "json"]
        if self.kind == "hcl":
            arguments += self.case.recipe.arguments
            if self.case.recipe.terraform.before is not None:
                arguments += ["--exclude", f"{name}/{self.case.recipe.terraform.before}"]
        if self.kind == WITH_SOURCE:
            arguments += ["--source-dir", name]
        own = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
        stdout, stderr = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, {**own, **self.case.recipe.environ}, clear=True),
            contextlib.chdir(CASES),
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
        ):
            status = main(arguments)
        return Outcome(status, stdout.getvalue(), stderr.getvalue())


def load_cases(names: Sequence[str] = ()) -> list[Case]:
    """Return all cases, or the named ones. Raises for a missing or malformed `case.yaml`."""
    folders = sorted(path for path in CASES.iterdir() if path.is_dir())
    return [load_case(folder) for folder in folders if not names or folder.name in names]


def load_case(folder: Path) -> Case:
    recipe = msgspec.convert(_yaml(folder / "case.yaml"), Recipe)
    limits = folder / LIMITS
    written = _yaml(limits) if limits.is_file() else {}
    return Case(folder, recipe, msgspec.convert(written, dict[str, tuple[str, ...]]))


def _yaml(path: Path) -> object:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def dumped(document: Any) -> str:
    """Return JSON as it is committed: one line per value, for readable diffs."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
