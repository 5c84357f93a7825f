"""Runs the test cases of policies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.checks.registry import CHECK_IDS
from toolkit.errors import DocumentError, PolicyError, SourceError, ToolkitError
from toolkit.files.named import open_named
from toolkit.model.inventory import Inventory
from toolkit.model.policy_tests import CaseOutcome, PolicyTestReport, SuiteOutcome
from toolkit.model.report import Problem
from toolkit.policy.case_clients import inventory_of
from toolkit.policy.case_loader import load_cases
from toolkit.policy.cases import Case, LoadedCases
from toolkit.policy.document import LoadedPolicy, operations_of
from toolkit.policy.expectations import compare
from toolkit.policy.loader import shipped_policies
from toolkit.sources.folders import Folders
from toolkit.sources.json_input import read_json
from toolkit.sources.read_requests import Assignment, Discover, Read
from toolkit.workflows.run_check import check_inventories


def run_policy_tests(
    policies: Sequence[str] = (), *, catalog: Catalog = SHIPPED
) -> PolicyTestReport:
    """Run the test cases of policies, or of all shipped policies if none is named.

    A policy is named as for `check`, or by its file of cases. A policy that cannot be loaded or has
    no tests is a problem in the report; the others are still tested. The environment is not used,
    so that a case has the same result everywhere.
    """
    checks = CHECK_IDS
    suites: dict[Path, SuiteOutcome] = {}
    problems: list[Problem] = []
    # One folder for all cases: it is removed even if a signal stops a case before its cleanup.
    with TemporaryDirectory(prefix="recording-toolkit-") as private:
        folders = Folders()
        for name in policies or tuple(shipped_policies()):
            try:
                loaded = load_cases(name, checks=checks, catalog=catalog)
            except (PolicyError, DocumentError) as error:
                problems.append(Problem(error.message, error.hint, error.exit_code))
                continue
            path = Path(loaded.document.path).resolve()
            if path not in suites:
                suites[path] = _suite(loaded, folders, catalog, private)
    return PolicyTestReport(tuple(suites.values()), tuple(dict.fromkeys(problems)))


def _suite(loaded: LoadedCases, folders: Folders, catalog: Catalog, private: str) -> SuiteOutcome:
    path = loaded.document.path
    return SuiteOutcome(
        loaded.policy.policy.name,
        path,
        tuple(
            _outcome(
                case,
                loaded.policy,
                path,
                loaded.document.line_of(("cases", index)),
                folders,
                catalog,
                private,
            )
            for index, case in enumerate(loaded.cases)
        ),
    )


def _outcome(
    case: Case,
    loaded: LoadedPolicy,
    path: str,
    line: int,
    folders: Folders,
    catalog: Catalog,
    private: str,
) -> CaseOutcome:
    try:
        inventory = _inventory(case, Path(path).parent, folders, private)
    except SourceError as error:
        problem = Problem(error.message, error.hint, error.exit_code)
        return CaseOutcome(case.name, path, line, error=problem)
    report = check_inventories(
        [inventory],
        [loaded.policy],
        operations=operations_of([loaded]),
        catalog=catalog,
        today=None if case.today is None else date.fromisoformat(case.today),
    )
    mismatches = compare(case, inventory.clients, report.results)
    return CaseOutcome(case.name, path, line, mismatches)


def _inventory(case: Case, beside: Path, folders: Folders, private: str) -> Inventory:
    if case.clients is not None:
        return inventory_of(case.clients, case.name)
    if case.plan is not None:
        return _planned(case.plan, beside)
    files = {"main.tf": case.terraform or ""} if isinstance(case.terraform, str) else case.terraform
    return _written(files or {}, case, folders, private)


def _planned(plan: str, beside: Path) -> Inventory:
    try:
        with open_named(beside / plan, beside / "cases") as file:
            data = file.read()
    except OSError as error:
        raise SourceError(
            f"{beside / plan}: cannot be read: {error.strerror}",
            hint="The path of a plan starts where the file of cases is.",
        ) from error
    return read_json(data, plan)


def _written(files: dict[str, str], case: Case, folders: Folders, private: str) -> Inventory:
    """Return the inventory of a case's Terraform, written to a folder of its own.

    The folder is one level down, so that a module at `..` is not found among other people's
    temporary files.
    """
    with TemporaryDirectory(dir=private) as own:
        folder = Path(own).resolve() / "case"
        _write(folder, files)
        values = folder.parent / "variables.json"
        values.write_text(json.dumps(case.variables), encoding="utf-8")
        try:
            if case.variables:
                _refuse_undeclared(case, folder, folders)
            request = Read(str(folder), (Assignment("file", str(values)),))
            (answer,) = folders.read([request])
        except SourceError as error:
            raise _shown(error, folder) from error
    if isinstance(answer, ToolkitError):
        raise _shown(answer, folder)
    return replace(answer, root=case.name)


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _refuse_undeclared(case: Case, folder: Path, folders: Folders) -> None:
    """Raise an error for undeclared variables: Terraform only warns, but in a test it is a typo."""
    declared = folders.roots(Discover(str(folder), variables=True)).variables
    if declared is None:
        return  # reading the folder reports the error better
    for name in case.variables:
        if name not in declared:
            raise SourceError(
                f"the case gives a value to {name}, which its Terraform does not declare",
                hint=f"Declared are: {', '.join(sorted(declared)) or 'none'}.",
            )


def _shown(error: ToolkitError, folder: Path) -> SourceError:
    """Return the error with file names as in the case, not those of the temporary folder."""

    def own(text: str) -> str:
        return text.replace(f"{folder}/", "").replace(str(folder), "the case's Terraform")

    return SourceError(own(error.message), hint=None if error.hint is None else own(error.hint))
