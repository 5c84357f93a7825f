"""The report that every command produces and every format renders."""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from toolkit.errors import ExitCode
from toolkit.model.changes import Change
from toolkit.model.clients import Location
from toolkit.model.findings import Result, Severity, Verdict
from toolkit.model.inventory import Note
from toolkit.model.observations import Diagnosis, Observation, ProbeVerdict, RuledOut
from toolkit.model.operator_needs import OperatorNeeds


class Source(Struct, frozen=True):
    """One thing that was read, and the number of its clients.

    `why_not` is the reason why nothing in it is judged: a plan that only destroys or only
    refreshes. `environment` is the name of the configuration target that it belongs to.
    `defines_roles` is whether it creates roles. `archive` is the zip archive that contains its
    files.
    """

    root: str
    kind: str
    clients: int
    why_not: str = ""
    environment: str | None = None
    defines_roles: bool = False
    archive: str | None = None

    @property
    def grants(self) -> bool:
        """Whether the source has anything that grants access."""
        return self.clients > 0 or self.defines_roles

    @property
    def sort_key(self) -> tuple[str, str, int, str, str]:
        return self.root, self.kind, self.clients, self.why_not, self.environment or ""


class Problem(Struct, frozen=True):
    """Something that could not be read."""

    message: str
    hint: str | None = None
    exit_code: ExitCode = ExitCode.INPUT


class TerraformCommand(Struct, frozen=True):
    """A Terraform command that ran, and Terraform's own exit status."""

    name: str
    exit_code: int


class Provisioning(Struct, frozen=True):
    """The Terraform of a run: the program, its version if it reported one, and its commands.

    `applied` is whether an apply succeeded; None if no apply was requested.
    """

    program: str
    version: str | None
    commands: tuple[TerraformCommand, ...]
    applied: bool | None = None


class Subject(Struct, frozen=True):
    """The client that a probe used or explained, without data of anyone else.

    `client` is its name. `operator` means that the credentials were the operator's own.
    """

    client_id: str | None = None
    client: str | None = None
    grant_type: str | None = None
    operator: bool = False


class Environment(Struct, frozen=True):
    """A configuration target that a run covered. `owner` and `org` are empty if not configured."""

    name: str
    root: str
    owner: str = ""
    org: str = ""


class Org(Struct, frozen=True):
    """The org that a run queried: the `host` of its API, and `id` and `name` if the org gave them.

    `time` is the time of the run in UTC, in ISO format. `catalog` is the date of the tool's API
    catalog.
    """

    host: str
    id: str | None
    name: str | None
    time: str
    catalog: str

    def __str__(self) -> str:
        """Return the text without the time, so that it is the same for two runs over an org."""
        known = [f"{self.name or 'of no name'} ({self.id})"] if self.id else []
        return ", ".join([*known, self.host, f"catalog of {self.catalog}"])


class Target(Struct, frozen=True):
    """What to record, as far as it was given or found."""

    session_id: str | None = None
    conversation_id: str | None = None
    participant_id: str | None = None


class Published(Struct, frozen=True):
    """A call of the published API, and the contract to probe and check it with."""

    operation: str
    method: str
    path: str
    contract: str


class Unpublished(Struct, frozen=True):
    """The unpublished call that a report is about; None in other reports.

    `operation` is the call, `source` is where it is documented, and `published` is the call of the
    published API that does the same.
    """

    operation: str
    source: str
    published: Published

    def __str__(self) -> str:
        return (
            f"{self.operation} is not in Genesys Cloud's published API; the published call is "
            f"{self.published.operation} (--contract {self.published.contract})."
        )


class Looked(Struct, frozen=True):
    """What built-in checks covered in a run without rules, which lists no passes.

    `checks` are the ids of the enabled checks. `chosen` maps each root to the number of clients
    that the run was about. `undecided` has a (root, check id) pair for each check that is undecided
    for a client of that root.
    """

    checks: tuple[str, ...]
    chosen: Mapping[str, int]
    undecided: frozenset[tuple[str, str]] = frozenset()

    @property
    def clients(self) -> int:
        return sum(self.chosen.values())

    @property
    def undecided_checks(self) -> frozenset[str]:
        return frozenset(check for _, check in self.undecided)


class Report(Struct, frozen=True):
    """The outcome of a run.

    - `fail_on`: the lowest severity that counts; None counts nothing.
    - `known`: findings that a baseline hides. They were judged and appear nowhere else in the
      report.
    - `looked`: only in a run of built-in checks alone.
    - `verdict`: only in a probe, together with `diagnoses` (the first is the answer), `steps` in
      the
      order in which they ran, `ruled_out`, `subject`, `contract` (its name), `act` (what the client
      is to do) and `target` (None for a client that was only explained).
    - `terraform`: only in a run that called Terraform.
    - `changes`: only in a comparison of two inputs.
    - `operator`: only in a run about the client that runs Terraform.
    - `environments`: only in a run about configuration targets, in file order. Sources and results
      then name the one that they belong to.
    - `asked`: the operation of a run that asked which clients can call it.
    - `org`: only in a run that queried an org.
    - `folder`: the working folder, relative to the root of its Git repository, which paths are
      relative to. Empty at that root and outside of a repository.
    - `documentation`: the address of the first documentation page, if the package names one.
    """

    command: str
    tool_version: str
    sources: tuple[Source, ...] = ()
    results: tuple[Result, ...] = ()
    notes: tuple[Note, ...] = ()
    errors: tuple[Problem, ...] = ()
    fail_on: Severity | None = Severity.ERROR
    known: tuple[Result, ...] = ()
    verdict: ProbeVerdict | None = None
    diagnoses: tuple[Diagnosis, ...] = ()
    steps: tuple[Observation, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    subject: Subject | None = None
    contract: str | None = None
    unpublished: Unpublished | None = None
    act: str = "start"
    target: Target | None = None
    terraform: Provisioning | None = None
    looked: Looked | None = None
    changes: tuple[Change, ...] | None = None
    environments: tuple[Environment, ...] = ()
    operator: OperatorNeeds | None = None
    folder: str = ""
    rule_places: Mapping[str, Location] = {}
    configuration: str | None = None
    org: Org | None = None
    asked: str | None = None
    documentation: str | None = None

    @property
    def clients(self) -> int:
        return sum(source.clients for source in self.sources)

    @property
    def looked_at_something(self) -> bool:
        return bool(self.sources) or self.verdict is not None

    def parts(self) -> tuple[tuple[Environment | None, "Report"], ...]:
        """Return one report per environment, each with only its own sources and results.

        Without environments, return the report itself.
        """
        if not self.environments:
            return ((None, self),)
        return tuple(
            (
                each,
                replace(
                    self,
                    sources=tuple(s for s in self.sources if s.environment == each.name),
                    results=tuple(r for r in self.results if r.environment == each.name),
                    known=tuple(r for r in self.known if r.environment == each.name),
                    changes=None
                    if self.changes is None
                    else tuple(c for c in self.changes if c.environment == each.name),
                    notes=(),
                    errors=(),
                    environments=(),
                ),
            )
            for each in self.environments
        )

    def count(self, verdict: Verdict) -> int:
        return sum(result.verdict is verdict for result in self.results)

    def failures(self) -> dict[Severity, int]:
        """Count the violations of each severity that has any, most severe first."""
        found = Counter(r.severity for r in self.results if r.verdict is Verdict.FAIL)
        return dict(sorted(found.items(), key=lambda each: -each[0].rank))

    def deciding(self, verdict: Verdict) -> int:
        """Count the results with this verdict that can decide the exit status."""
        return sum(r.verdict is verdict and self.counts(r) for r in self.results)

    def counts(self, result: Result) -> bool:
        """Whether the result can decide the exit status."""
        return (
            result.counts and self.fail_on is not None and result.severity.rank >= self.fail_on.rank
        )

    @property
    def exit_code(self) -> ExitCode:
        """The exit status: input errors win over remote errors, then violations, then undecided."""
        codes = {problem.exit_code for problem in self.errors}
        decisive = (Verdict.FAIL, Verdict.UNKNOWN)
        verdicts = {
            result.verdict
            for result in self.results
            if result.verdict in decisive and self.counts(result)
        }
        if Verdict.FAIL in verdicts:
            codes.add(ExitCode.VIOLATION)
        if Verdict.UNKNOWN in verdicts:
            codes.add(ExitCode.UNDECIDED)
        if self.verdict is not None:
            codes.add(PROBE_EXITS[self.verdict])
        if self.operator is not None and self.operator.unknown:
            codes.add(ExitCode.UNDECIDED)
        return next((code for code in EXIT_ORDER if code in codes), ExitCode.OK)


#: The order in which exit statuses win if several apply.
EXIT_ORDER = (
    ExitCode.BUG,
    ExitCode.INPUT,
    ExitCode.REMOTE,
    ExitCode.VIOLATION,
    ExitCode.UNDECIDED,
    ExitCode.OK,
)

#: The exit status of each probe verdict.
PROBE_EXITS = {
    ProbeVerdict.READY: ExitCode.OK,
    ProbeVerdict.PREFLIGHT: ExitCode.OK,
    ProbeVerdict.MISCONFIGURED: ExitCode.VIOLATION,
    ProbeVerdict.UNDECIDED: ExitCode.UNDECIDED,
    ProbeVerdict.UNREACHABLE: ExitCode.REMOTE,
}
