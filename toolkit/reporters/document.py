"""The shape of the JSON report, version 1: what other people's programs read.

It is kept apart from the model on purpose: the model may change, this only with its version.
`report.schema.json` is this, written out; a test holds the two together.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from toolkit.model import clients
from toolkit.model.changes import Certainty, ChangeKind, Direction, HolderKind, Identity
from toolkit.model.edits import Safety
from toolkit.model.findings import Kind, Severity, Verdict
from toolkit.model.observations import ProbeVerdict
from toolkit.model.operator_needs import Phase

Exit = Literal[0, 1, 2, 3, 4, 70]
Line = Annotated[int, Meta(ge=1)]
Has = Annotated[str, Meta(pattern="^(scope|permission)$")]
Count = Annotated[int, Meta(ge=0)]


class _Part(Struct, forbid_unknown_fields=True, gc=False):
    """Every object of the document lists all its keys. None of them can be part of a cycle."""


class Tool(_Part):
    name: Literal["recording-toolkit"]
    version: str


class Source(_Part):
    """One thing that was looked at."""

    root: str
    kind: str
    clients: Count
    environment: str | UnsetType = UNSET


class Failures(_Part):
    """Violations by severity."""

    error: Count
    warning: Count
    note: Count


class Deciding(_Part):
    """How many results decide the exit status."""

    fail: Count
    unknown: Count


class Summary(_Part):
    """Counts, and the exit status that they amount to."""

    clients: Count
    passed: Count = msgspec.field(name="pass")
    fail: Count
    unknown: Count
    waived: Count
    not_applicable: Count
    failures: Failures
    deciding: Deciding
    exit_code: Exit


class Missing(_Part):
    """What would satisfy the rule: any one of `any_of`."""

    kind: Has
    any_of: tuple[str, ...]
    division: str | None


class Forbidden(_Part):
    """Something held that matches a forbidden pattern, and the role that grants it."""

    kind: Has
    held: str
    pattern: str
    role: str | None
    division: str | None


class Reason(_Part):
    """Why a verdict is unknown, and which input would decide it."""

    reference: str
    decided_by: str


class HeldThrough(_Part):
    """The role that grants a permission, the pattern that covers it, and in which division."""

    role: str
    permission: str
    division: str


class GrantedRole(_Part):
    """A role of the client, and in which division it has it."""

    role: str
    division: str


class Setting(_Part):
    """A setting against its rule, both as a person would write them."""

    name: str
    expected: str
    actual: str


class Location(_Part):
    """Lines of a file, counted from 1."""

    path: str
    line: Line
    end_line: Line

    @classmethod
    def of(cls, location: clients.Location | None) -> Self | None:
        if location is None:
            return None
        return cls(location.path, location.line, location.end_line)


class Waiver(_Part):
    """The waiver in force; `origin` is ``policy`` or ``file:line``."""

    reason: str
    expires: str
    origin: str


class Position(_Part):
    """A place in a file: an offset in bytes, a line and a column from 1."""

    byte: Count
    line: Line
    column: Line


class Edit(_Part):
    """New text for whole lines of a file: those from `start` to before `end`."""

    path: str
    start: Position
    end: Position
    text: str


class FixEdits(_Part):
    """The edits that mend a result. One that is `unsafe` is for a person to decide."""

    safety: Safety
    message: str
    edits: tuple[Edit, ...]


class Result(_Part):
    """One rule, one client. `root` and `address` are null for a rule that no client matched.

    `operations` are what the rule is about. `held_scopes` are those scopes it asks for that
    the client has; its permissions were looked for in the roles of `looked_through`. In
    a module, `called_from` are the calls that lead there, the innermost first. `value_locations`
    are where the values that it is about are written, if that is not in the client itself.
    `environment` is the target of the configuration that it was found in. `fix_edits` mend it in
    the Terraform; `check --fix` writes them.
    Where `client` is null and `address` is that of a role or a module, `affects` are the clients
    that have the role, or all calls of the module. `used_by` are the credentials of integrations
    that log in as the client. `compliance` is what the rule serves, such as PCI DSS.
    """

    rule: str
    kind: Kind
    verdict: Verdict
    severity: Severity
    root: str | None
    address: str | None
    client: str | None
    grant_type: str | None
    message: str
    missing: tuple[Missing, ...]
    forbidden: tuple[Forbidden, ...]
    reasons: tuple[Reason, ...]
    held_through: tuple[HeldThrough, ...]
    operations: tuple[str, ...]
    held_scopes: tuple[str, ...]
    looked_through: tuple[GrantedRole, ...]
    setting: Setting | None
    location: Location | None
    waiver: Waiver | None
    fix: str | None
    fingerprint: str
    called_from: tuple[Location, ...] | UnsetType = UNSET
    value_locations: tuple[Location, ...] | UnsetType = UNSET
    environment: str | UnsetType = UNSET
    affects: tuple[str, ...] | UnsetType = UNSET
    used_by: tuple[str, ...] | UnsetType = UNSET
    fix_edits: FixEdits | UnsetType = UNSET
    compliance: tuple[str, ...] | UnsetType = UNSET


class Note(_Part):
    """Something the reader should know, that is not a verdict."""

    code: str
    message: str


class Problem(_Part):
    """Something that could not be looked at."""

    message: str
    hint: str | None


class Diagnosis(_Part):
    """Why a start fails, or would.

    `by` is what it rests on where that is neither an answer of the platform nor a document that it
    publishes; such a diagnosis is never proven.
    """

    cause: str
    confidence: Literal["proven", "likely", "possible"]
    message: str
    evidence: tuple[str, ...]
    fix: str | None
    hcl: str | None
    by: str | UnsetType = UNSET


class Published(_Part):
    """A call of the published API, and the contract by which it can be probed and checked."""

    operation: str
    method: str
    path: str
    contract: str


class Unpublished(_Part):
    """The call that the report is about, where the platform does not publish it.

    `source` is where it is known from; `published` does the same in the published API.
    """

    operation: str
    source: str
    published: Published


class RuledOut(_Part):
    """Another cause, and what excludes it; or, not `excluded`, why it could not be.

    `step` is the name of the step that showed it.
    """

    cause: str
    by: str
    excluded: bool
    step: str | None


class Step(_Part):
    """One step of a probe, secrets redacted. `detail` says the outcome in words."""

    name: str
    method: str | None
    url: str | None
    status: int | None
    elapsed_ms: int | float | None
    outcome: str
    attempts: Count
    code: str | None
    detail: str


class Subject(_Part):
    """Whose start it is. Null is what nothing shows; `operator` means that it was the operator."""

    client_id: str | None
    client: str | None
    grant_type: str | None
    operator: bool


class Target(_Part):
    """What is to be recorded, as far as it was given or found."""

    session_id: str | None
    conversation_id: str | None
    participant_id: str | None


class TerraformCommand(_Part):
    """A Terraform command that ran, and Terraform's own exit status."""

    name: str
    exit_code: int


class Terraform(_Part):
    """The Terraform that ran. `applied` is null where no apply was asked for."""

    program: str
    version: str | None
    commands: tuple[TerraformCommand, ...]
    applied: bool | None


class Org(_Part):
    """The org that was asked: the host of its API, its id and name, null where it told none.

    `time` is in UTC; `catalog` is the date of what the tool knows of the published API.
    """

    host: str
    id: str | None
    name: str | None
    time: str
    catalog: str


class Change(_Part):
    """One thing that a client gains or loses; or, as `holder` says, a user, a group or a role.

    `address` is the client's after the change, or before it where it is gone; `before` is its
    former address, where that is another. `name` is null for what the input does not name.
    `division` is `home`, `*` for all, an id, or the reference to one. `through` is the role that
    grants it, by `pattern` where that is not `name` itself. `growing` is a wildcard, which also
    grants what is published later. Where `certainty` is `possible`, `reasons` say what would decide
    it. `target` is the environment that the change is of, where a configuration names one.
    """

    target: str | None
    holder: HolderKind
    root: str
    address: str
    before: str | None
    client: str
    identity: Identity
    certainty: Certainty
    kind: ChangeKind
    name: str | None
    division: str | None
    direction: Direction
    through: str | None
    pattern: str | None
    growing: bool
    risks: tuple[str, ...]
    reasons: tuple[Reason, ...]
    location: Location | None


class Environment(_Part):
    """A target of the configuration. Null is what it does not say."""

    name: str
    root: str
    owner: str | None
    org: str | None


class Need(_Part):
    """A permission that whoever runs Terraform needs for one object; each of `any_of` is enough.

    `call` is the provider's call that asks for it, null for a role that is granted: only who holds
    what a role grants may grant it. `certain` says that this input surely makes the call.
    """

    permission: str
    any_of: tuple[str, ...]
    phase: Phase
    certain: bool
    root: str
    address: str
    call: str | None
    location: Location | None


class Operator(_Part):
    """The least role, and the scopes of a user grant. `unknown` says why more may be needed."""

    permissions: tuple[str, ...]
    scopes: tuple[str, ...]
    unknown: tuple[Reason, ...]


class Document(_Part):
    """The whole report. `verdict` to `target` belong to commands that probe, `terraform` to
    those that run Terraform, `changes` to those that compare two inputs,
    `environments` to a check of targets of a configuration, `operator` and `needs` to the one
    about whoever runs Terraform, `org` to those that asked one, `known` to one with a baseline:
    the findings that it hides.
    """

    schema_version: Literal[1]
    tool: Tool
    command: str
    sources: tuple[Source, ...]
    summary: Summary
    results: tuple[Result, ...]
    notes: tuple[Note, ...]
    errors: tuple[Problem, ...]
    verdict: ProbeVerdict | UnsetType = UNSET
    diagnoses: tuple[Diagnosis, ...] | UnsetType = UNSET
    steps: tuple[Step, ...] | UnsetType = UNSET
    ruled_out: tuple[RuledOut, ...] | UnsetType = UNSET
    subject: Subject | UnsetType = UNSET
    contract: str | UnsetType = UNSET
    unpublished: Unpublished | UnsetType = UNSET
    target: Target | UnsetType = UNSET
    terraform: Terraform | UnsetType = UNSET
    changes: tuple[Change, ...] | UnsetType = UNSET
    environments: tuple[Environment, ...] | UnsetType = UNSET
    operator: Operator | UnsetType = UNSET
    needs: tuple[Need, ...] | UnsetType = UNSET
    known: tuple[Result, ...] | UnsetType = UNSET
    org: Org | UnsetType = UNSET


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a report."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "recording-toolkit report, version 1",
        **msgspec.json.schema(Document),
    }
