"""The report that every command ends in and every format renders."""

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
    """One thing that was looked at, and how many clients it had.

    `why_not` says why nothing of it is to be judged: a plan that only destroys, or only refreshes.
    `environment` is the target of the configuration that it was looked at for, by name.
    `defines_roles` says whether it makes roles. `archive` is the zip archive that holds its files.
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
        """Whether it has anything that access comes from."""
        return self.clients > 0 or self.defines_roles

    @property
    def sort_key(self) -> tuple[str, str, int, str, str]:
        return self.root, self.kind, self.clients, self.why_not, self.environment or ""


class Problem(Struct, frozen=True):
    """Something that could not be looked at."""

    message: str
    hint: str | None = None
    exit_code: ExitCode = ExitCode.INPUT


class TerraformCommand(Struct, frozen=True):
    """A Terraform command that ran, and Terraform's own exit status."""

    name: str
    exit_code: int


class Provisioning(Struct, frozen=True):
    """The Terraform of a run: its program, its version where it got to say it, and what it did.

    `applied` says whether an apply ended well; None where none was asked for.
    """

    program: str
    version: str | None
    commands: tuple[TerraformCommand, ...]
    applied: bool | None = None


class Subject(Struct, frozen=True):
    """Whose start was tried, or explained: what is known of the client, and of nobody else.

    `client` is its name. `operator` says that the credentials were the operator's own.
    """

    client_id: str | None = None
    client: str | None = None
    grant_type: str | None = None
    operator: bool = False


class Environment(Struct, frozen=True):
    """A target of the configuration that a run looked at; the last two are empty where not said."""

    name: str
    root: str
    owner: str = ""
    org: str = ""


class Org(Struct, frozen=True):
    """The org that a run asked: `host` of its API, and `id` and `name` as far as it told them.

    `time` is when, in UTC as ISO writes it; `catalog` is the date of the tool's catalog of the API.
    """

    host: str
    id: str | None
    name: str | None
    time: str
    catalog: str

    def __str__(self) -> str:
        """Without the time, so that two runs over the same org give the same text."""
        known = [f"{self.name or 'of no name'} ({self.id})"] if self.id else []
        return ", ".join([*known, self.host, f"catalog of {self.catalog}"])


class Target(Struct, frozen=True):
    """What was to be recorded, as far as it was given or found."""

    session_id: str | None = None
    conversation_id: str | None = None
    participant_id: str | None = None


class Published(Struct, frozen=True):
    """A call of the published API, and the contract by which it can be probed and checked."""

    operation: str
    method: str
    path: str
    contract: str


class Unpublished(Struct, frozen=True):
    """What a report is about where the platform does not publish it; None in other reports.

    `operation` is the call, `source` where it is known from, and `published` the call of the
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
    """What built-in checks looked at in a run that asked no rule, where what is fine is not listed.

    `checks` are those that were on, by their ids; `chosen` says by root how many clients the run
    was about; `undecided` has a root and a check for each that could not be decided for some
    client of that root.
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
    """What a run found.

    `fail_on` is the least severity that counts; None counts nothing. `known` are findings that a
    baseline hides: they were judged, and are otherwise not part of the report. Only a run that
    asked for built-in checks alone has `looked`. Only one that
    probed has a `verdict`, and with it `diagnoses` (the first is the answer), `steps` in the order
    in which they happened, `ruled_out`, and whom and what it was about: `subject`, the name of the
    `contract`, what the client is to do (`act`), and `target`, which is None for what was only
    explained. Only one that ran Terraform has a `terraform`. Only one that compared two inputs has
    `changes`, only one about whoever runs Terraform has `operator`. Only one about targets of a
    configuration has `environments`, in the order of the file; its sources and results then say to
    which of them they belong. `asked` is the operation of a run that asked which clients can call
    it, and only one that asked an org has `org`.
    `folder` is the working folder, which paths are relative to, from the root of its Git
    repository; empty at the root and outside of one. `documentation` is the address of the first
    page of the documentation, where the package names one.
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
        """The report by environment, each with its own sources and results and nothing else of
        what they share; where there are none, the report itself.
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
        """How many violations there are of each severity that has any, the gravest first."""
        found = Counter(r.severity for r in self.results if r.verdict is Verdict.FAIL)
        return dict(sorted(found.items(), key=lambda each: -each[0].rank))

    def deciding(self, verdict: Verdict) -> int:
        """How many results of the verdict can decide the exit status."""
        return sum(r.verdict is verdict and self.counts(r) for r in self.results)

    def counts(self, result: Result) -> bool:
        """Whether the result can decide the exit status."""
        return (
            result.counts and self.fail_on is not None and result.severity.rank >= self.fail_on.rank
        )

    @property
    def exit_code(self) -> ExitCode:
        """Input errors before remote ones, before violations, before what is undecided."""
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


#: Which exit status wins when several apply.
EXIT_ORDER = (
    ExitCode.BUG,
    ExitCode.INPUT,
    ExitCode.REMOTE,
    ExitCode.VIOLATION,
    ExitCode.UNDECIDED,
    ExitCode.OK,
)

#: What each verdict of a probe ends with.
PROBE_EXITS = {
    ProbeVerdict.READY: ExitCode.OK,
    ProbeVerdict.PREFLIGHT: ExitCode.OK,
    ProbeVerdict.MISCONFIGURED: ExitCode.VIOLATION,
    ProbeVerdict.UNDECIDED: ExitCode.UNDECIDED,
    ProbeVerdict.UNREACHABLE: ExitCode.REMOTE,
}
