"""The schema of the JSON report, version 1, which other programs read.

It is separate from the model on purpose: the model may change at any time, this schema only with
its version. `report.schema.json` is generated from it, and a test compares the two.
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
    """Every object of the document lists all its keys. No object can be part of a cycle."""


class Tool(_Part):
    name: Literal["recording-toolkit"]
    version: str


class Source(_Part):
    """One thing that was read."""

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
    """The number of results that decide the exit status."""

    fail: Count
    unknown: Count


class Summary(_Part):
    """Counts, and the resulting exit status."""

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
    """What would meet the rule: any one of `any_of`."""

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
    """The role that grants a permission, the pattern that covers it, and the division."""

    role: str
    permission: str
    division: str


class GrantedRole(_Part):
    """A role of the client, with its division."""

    role: str
    division: str


class Setting(_Part):
    """The expected and the actual value of a setting, both as a person would write them."""

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
    """A position in a file: a byte offset, and a line and a column from 1."""

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
    """The edits that fix a result. `unsafe` edits need a person's decision."""

    safety: Safety
    message: str
    edits: tuple[Edit, ...]


class Result(_Part):
    """The result of one rule for one client.

    - `root`, `address`: null for a rule that no client matched.
    - `operations`: the operations that the rule is about.
    - `held_scopes`: the required scopes that the client has.
    - `looked_through`: the roles that were searched for the permissions.
    - `called_from`: in a module, the calls that lead to it, innermost first.
    - `value_locations`: where the values are defined, if not in the client itself.
    - `environment`: the name of the configuration target in which the result was found.
    - `fix_edits`: the edits that fix the Terraform; `check --fix` writes them.
    - `affects`: if `client` is null and `address` is a role or a module, the clients that have the
      role, or all calls of the module.
    - `used_by`: the credentials of integrations that log in as the client.
    - `compliance`: the standards that the rule serves, such as PCI DSS.
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
    """Information for the reader that is not a verdict."""

    code: str
    message: str


class Problem(_Part):
    """Something that could not be read."""

    message: str
    hint: str | None


class Diagnosis(_Part):
    """Why a start fails or would fail.

    `by` names the basis if that is neither a response of the platform nor a document that the
    platform publishes; such a diagnosis is never proven.
    """

    cause: str
    confidence: Literal["proven", "likely", "possible"]
    message: str
    evidence: tuple[str, ...]
    fix: str | None
    hcl: str | None
    by: str | UnsetType = UNSET


class Published(_Part):
    """A call of the published API, and the contract to probe and check it with."""

    operation: str
    method: str
    path: str
    contract: str


class Unpublished(_Part):
    """The unpublished call that the report is about.

    `source` is where the call is documented; `published` does the same in the published API.
    """

    operation: str
    source: str
    published: Published


class RuledOut(_Part):
    """Another cause, and what excludes it; if not `excluded`, why it could not be excluded.

    `step` is the name of the step that showed it.
    """

    cause: str
    by: str
    excluded: bool
    step: str | None


class Step(_Part):
    """One step of a probe, with secrets redacted. `detail` describes the outcome."""

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
    """The client that starts the recording.

    Null means unknown; `operator` means the operator's own.
    """

    client_id: str | None
    client: str | None
    grant_type: str | None
    operator: bool


class Target(_Part):
    """What to record, as far as it was given or found."""

    session_id: str | None
    conversation_id: str | None
    participant_id: str | None


class TerraformCommand(_Part):
    """A Terraform command that ran, and Terraform's own exit status."""

    name: str
    exit_code: int


class Terraform(_Part):
    """The Terraform that ran. `applied` is null if no apply was requested."""

    program: str
    version: str | None
    commands: tuple[TerraformCommand, ...]
    applied: bool | None


class Org(_Part):
    """The org that was queried: the host of its API, its id and name; null if the org gave none.

    `time` is in UTC; `catalog` is the date of the tool's data on the published API.
    """

    host: str
    id: str | None
    name: str | None
    time: str
    catalog: str


class Change(_Part):
    """One thing that a client gains or loses, or a user, group or role, as `holder` says.

    - `address`: the client's address after the change; before it, if the client is gone.
    - `before`: the former address, if it differs.
    - `name`: null if the input does not name it.
    - `division`: `home`, `*` for all, an id, or the reference to one.
    - `through`: the role that grants it, by `pattern` if that differs from `name`.
    - `growing`: a wildcard, which also grants permissions that are published later.
    - `reasons`: if `certainty` is `possible`, the inputs that would decide it.
    - `target`: the configuration target of the change, if there is one.
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
    """A target of the configuration. Null means not configured."""

    name: str
    root: str
    owner: str | None
    org: str | None


class Need(_Part):
    """A permission that the operator needs for one object; each of `any_of` is enough.

    The operator is the client that runs Terraform. `call` is the provider's call that requires it;
    null for granting a role, which requires the permissions that the role grants. `certain` means
    that this input surely makes the call.
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
    """The least role, and the scopes of a user grant. `unknown`: why more may be needed."""

    permissions: tuple[str, ...]
    scopes: tuple[str, ...]
    unknown: tuple[Reason, ...]


class Document(_Part):
    """The whole report.

    - `verdict` to `target`: in commands that probe.
    - `terraform`: in commands that run Terraform.
    - `changes`: in commands that compare two inputs.
    - `environments`: in a check of configuration targets.
    - `operator`, `needs`: in the command about the client that runs Terraform.
    - `org`: in commands that query an org.
    - `known`: with a baseline, the findings that it hides.
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
    """Return the JSON Schema (2020-12) of a report."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "recording-toolkit report, version 1",
        **msgspec.json.schema(Document),
    }
