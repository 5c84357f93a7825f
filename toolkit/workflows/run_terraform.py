"""Runs Terraform's plan, judges it by the policy, and applies exactly that plan."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from toolkit import __version__
from toolkit.catalog.catalog import SHIPPED
from toolkit.errors import (
    SIGINT,
    ExitCode,
    Interrupted,
    ProvisionError,
    SourceError,
    UsageError,
)
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory, Note, has_roles_alone
from toolkit.model.report import Problem, Provisioning, Report
from toolkit.provision.saved_plan import TERRAFORM
from toolkit.provision.supervision import Listener, Supervisor
from toolkit.provision.terraform import Terraform
from toolkit.sources.hcl.declarations import read_declarations
from toolkit.sources.json_input import read_json, read_json_objects
from toolkit.sources.plan.plan_completeness import read_extent
from toolkit.sources.read_requests import Declare
from toolkit.sources.source_map import by_reference
from toolkit.workflows.apply_gate import gated, noted
from toolkit.workflows.baseline import Baseline, read_baseline
from toolkit.workflows.change_rules import has_change_rules
from toolkit.workflows.check_request import DEFAULT_POLICY
from toolkit.workflows.operator_rights import OperatorAnswer, OperatorQuestion, asked_for
from toolkit.workflows.parameters import PathName, each_path
from toolkit.workflows.run_check import Rules, judge_found, load_rules
from toolkit.workflows.source_reading import (
    WORKSPACE,
    Found,
    pair_made_from,
    read_made_from,
    refuse_unreadable,
)
from toolkit.workflows.target_roles import TargetRoles
from toolkit.workflows.uncovered import Coverage

if TYPE_CHECKING:
    from toolkit.workflows.live import LiveOrg

#: Called before an apply, with the report on the plan; may raise to end the run.
Confirm = Callable[[Report], object]

_PARTLY: Final = Note(
    "apply-failed",
    "The apply failed on its way: a part of the plan may be in place. Plan again to see what is "
    "left.",
)
_SUFFIXES: Final = (".tf", ".tf.json", ".tofu", ".tofu.json")


def _discard(_data: bytes) -> None:
    """Drop Terraform's output, for callers that want none; the report has its errors."""


class TerraformRun(Struct, frozen=True, kw_only=True):
    """The Terraform to run, and where its output goes.

    `out` receives Terraform's own output as it arrives, in colour if asked for.
    """

    binary: str = TERRAFORM
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    out: Listener = _discard
    colour: bool = False


#: The Terraform on the PATH, without its output.
QUIETLY: Final = TerraformRun()


class ProvisionRequest(Struct, frozen=True):
    """A folder in which Terraform is run, and how its plan is judged.

    `variables`, `policies`, `fail_on`, `unknown`, `select`, `ignore`, `baseline`, `org`,
    `environment` and `comments_waive` are those of a `CheckRequest`. `source_dir` is the Terraform
    in which findings are located, by default the folder itself. `backend_config` is passed to
    ``terraform init``: ``KEY=VALUE``, or a file. `workspace` is the workspace to run in.
    `target_roles` are those of the earlier targets of the same org; the run adds its own to them.
    `coverage` says what the targets cover; no other root passes. With `allow_no_clients` a plan
    with roles and without clients may be applied.
    """

    directory: PathName
    policies: PathName | Iterable[PathName] = (DEFAULT_POLICY,)
    variables: Sequence[tuple[str, str]] = ()
    source_dir: PathName | None = None
    backend_config: Sequence[str] = ()
    workspace: str = ""
    fail_on: Severity | None = Severity.ERROR
    unknown: Literal["fail", "report"] | None = None
    select: Collection[str] = ()
    ignore: Collection[str] = ()
    baseline: PathName | None = None
    org: LiveOrg | None = None
    target_roles: TargetRoles | None = None
    environment: str | None = None
    comments_waive: bool = True
    allow_no_clients: bool = False
    coverage: Coverage | None = None
    terraform: TerraformRun = QUIETLY


def plan(request: ProvisionRequest) -> Report:
    """Plan in a folder with Terraform, and check what the plan would do.

    If `org` or a policy says what the operator holds, the report has what it lacks for the plan.
    The plan is not kept. A failure of Terraform is a problem in the report. Raises what `check`
    raises, and `SourceError` for a folder without Terraform.
    """
    return _Run(_job("plan", request), None).go()


def apply(request: ProvisionRequest, *, confirm: Confirm) -> Report:
    """Plan and check as `plan` does, then apply exactly that plan if the check has no objection.

    It is not applied if the report would not exit with 0, if it has no OAuth client, or if it
    leaves something out. `confirm` is called before; a UsageError that it raises is a problem in
    the report. Raises ApplyInterrupted, which has the report, if a signal arrives after the apply
    has begun.
    """
    return _Run(_job("apply", request), confirm).go()


class _Job(Struct, frozen=True):
    command: str
    directory: Path
    source_dir: str
    rules: Rules
    baseline: Baseline | None
    request: ProvisionRequest


def _job(command: str, request: ProvisionRequest) -> _Job:
    rules = load_rules(
        each_path(request.policies),
        select=request.select,
        ignore=request.ignore,
        unknown=request.unknown,
    )
    rules = rules.waiving(comments=request.comments_waive)
    known = None if request.baseline is None else read_baseline(os.fspath(request.baseline))
    refuse_unreadable(request.variables)
    folder = _folder(os.fspath(request.directory))
    source_dir = folder if request.source_dir is None else _folder(os.fspath(request.source_dir))
    return _Job(command, folder, str(source_dir), rules, known, request)


def _folder(directory: str) -> Path:
    path = Path(directory)
    hint = "Name the folder in which terraform plan would run."
    if not directory:
        raise SourceError("the folder has no name", hint=hint)
    try:
        if not path.is_dir():
            what = "is not a folder" if path.exists() else "no such folder"
            raise SourceError(f"{directory}: {what}", hint=hint)
        names = [entry.name for entry in path.iterdir()]
    except OSError as error:
        raise SourceError(f"{directory}: {error.strerror}", hint=hint) from error
    if not any(name.endswith(_SUFFIXES) for name in names):
        raise SourceError(f"{directory}: there is no Terraform in this folder", hint=hint)
    return path


class ApplyInterrupted(Interrupted):
    """A signal ended the run after its apply had begun; `report` has the outcome."""

    def __init__(self, number: int, report: Report) -> None:
        super().__init__(number)
        self.report = report


class _Run:
    """The progress of a run, kept so that it can be reported however the run ends."""

    def __init__(self, job: _Job, confirm: Confirm | None) -> None:
        self._job = job
        self._confirm = confirm
        self._report = Report(job.command, __version__, fail_on=job.request.fail_on)
        self._terraform: Terraform | None = None
        self._has_roles_alone = False
        environ = job.request.terraform.environ
        workspace = job.request.workspace
        self._environ = {**environ, WORKSPACE: workspace} if workspace else environ

    def go(self) -> Report:
        """Run. Raises ApplyInterrupted, and KeyboardInterrupt if nothing was applied yet."""
        job = self._job
        try:
            with Supervisor() as supervisor, _private_folder(supervisor) as private:
                program = job.request.terraform
                self._terraform = Terraform(
                    supervisor,
                    job.directory,
                    binary=program.binary,
                    environ=self._environ,
                    out=program.out,
                    colour=program.colour,
                    asks=asked_for,
                )
                try:
                    self._through(self._terraform, private / "plan")
                except (ProvisionError, SourceError, UsageError) as error:
                    self._add(Problem(error.message, error.hint, error.exit_code))
        except KeyboardInterrupt as error:
            status = self._applying
            if status is None:
                raise
            self._add(_interruption(job.directory, status))
            number = error.number if isinstance(error, Interrupted) else SIGINT
            raise ApplyInterrupted(number, self._finished()) from error
        return self._finished()

    def _through(self, terraform: Terraform, saved: Path) -> None:
        terraform.require_version()
        request = self._job.request
        terraform.init(request.backend_config)
        terraform.plan(saved, request.variables)
        digest = _digest(saved)
        shown = terraform.show(saved)
        self._report, self._has_roles_alone = _judged(self._job, shown)
        extent, environ = read_extent(shown), self._environ
        if self._confirm is None:
            self._report = noted(self._report, extent, environ)
            return
        self._report = gated(
            self._report,
            self._job.directory,
            extent,
            environ,
            allow_no_clients=request.allow_no_clients and self._has_roles_alone,
        )
        if self._report.exit_code:
            return
        # A plan that changes nothing needs no confirmation.
        if not extent.changes_nothing:
            self._confirm(self._report)
        if _digest(saved) != digest:
            raise ProvisionError(
                "the saved plan is not the one that was checked, so it is not applied",
                hint="Something else wrote to it; run the command again.",
            )
        terraform.apply(saved)

    @property
    def _applying(self) -> int | None:
        """Return the exit status of Terraform's apply, or None if none was begun."""
        commands = self._terraform.commands if self._terraform is not None else ()
        return next((ran.exit_code for ran in commands if ran.name == "apply"), None)

    def _add(self, problem: Problem) -> None:
        self._report = replace(self._report, errors=(*self._report.errors, problem))

    def _finished(self) -> Report:
        report, terraform, status = self._report, self._terraform, self._applying
        if terraform is None:
            return report
        if status:
            report = replace(report, notes=tuple(sorted({*report.notes, _PARTLY})))
        applied = None if self._confirm is None else status == 0
        ran = Provisioning(terraform.name, terraform.version, terraform.commands, applied)
        return replace(report, terraform=ran)


@contextmanager
def _private_folder(supervisor: Supervisor) -> Iterator[Path]:
    """Yield a folder for the plan, which is full of secrets; it is removed even after a signal."""
    with TemporaryDirectory(prefix="recording-toolkit-") as private:
        try:
            yield Path(private)
        finally:
            supervisor.hold()


def _interruption(directory: Path, status: int) -> Problem:
    what = f"{directory}: terraform apply was interrupted"
    if not status:
        return Problem(f"{what} when all was applied", exit_code=ExitCode.REMOTE)
    return Problem(
        f"{what}, and ended with exit {status}",
        "Plan again to see what is left.",
        ExitCode.REMOTE,
    )


def _judged(job: _Job, shown: bytes) -> tuple[Report, bool]:
    """Check a plan, with the files and lines of its Terraform.

    Returns the report, and whether the plan has roles and no client.
    """
    request, root = job.request, str(job.directory)
    inventory, unread = _read(job, shown)
    found = Found((inventory,), tuple(unread), ())
    if has_change_rules(job.rules.policies, job.rules.run_filter):
        before, after = pair_made_from(shown, root, None if unread else job.source_dir)
        found = replace(found, pairs=() if before is None else ((before, after),))
    name = request.environment or root
    if request.target_roles is not None:
        request.target_roles.add(found.inventories, name)
        found = request.target_roles.join(found, name)
    if request.org is not None:
        found = request.org.join(found, alone=False)
    run_filter = replace(job.rules.run_filter, allows_no_clients=request.allow_no_clients)
    rules = replace(job.rules, run_filter=run_filter)
    asks = OperatorQuestion(rules.policies, run_filter, SHIPPED, request.org, stops=False)
    answer = OperatorAnswer()
    if asks.has_answer:
        answer = asks.ask([read_json_objects(shown, root)], found.inventories)
    report = judge_found(
        found,
        rules,
        answer,
        catalog=SHIPPED,
        baseline=job.baseline,
        environment=request.environment,
    )
    if request.coverage is not None:
        report = request.coverage.limit(report)
    report = replace(report, command=job.command, fail_on=request.fail_on)
    return report, has_roles_alone([inventory])


def _read(job: _Job, shown: bytes) -> tuple[Inventory, list[Note]]:
    root = str(job.directory)
    try:
        declared = read_declarations(Declare(job.source_dir, trusts_installed=True))
    except SourceError as error:
        # Terraform could read the folder, so the plan can be judged without it.
        message = f"findings are shown without files and lines: {error.message}"
        return by_reference(read_json(shown, root)), [Note("source-not-read", message)]
    return read_made_from(shown, root, job.source_dir, declared, trusts_installed=True), []


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
