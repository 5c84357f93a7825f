"""The outcome of one rule for one client, in three values, and what it rests on."""

from enum import StrEnum

from msgspec import Struct

from toolkit.model.clients import Location
from toolkit.model.edits import FixEdits
from toolkit.model.values import Unknown


class Verdict(StrEnum):
    """How a rule came out; `UNKNOWN` is never a pass."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    NOT_APPLICABLE = "not-applicable"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Higher is more severe."""
        return _RANKS[self]


_RANKS = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


class Kind(StrEnum):
    """Where a result comes from."""

    POLICY = "policy"
    BUILT_IN = "built-in"
    DRIFT = "drift"
    OPERATOR = "operator"


class SubjectKind(StrEnum):
    """What a result is about."""

    CLIENT = "client"
    ROLE = "role"
    #: A module that was not read, and may define clients.
    MODULE = "module"
    #: Whoever runs Terraform; the address is of what asks for a right.
    OPERATOR = "operator"


class Missing(Struct, frozen=True):
    """What would satisfy the rule: any one of `any_of`. `kind` is ``scope`` or ``permission``."""

    kind: str
    any_of: tuple[str, ...]
    division: str | None = None


class Held(Struct, frozen=True):
    """Something held that the rule forbids: which pattern it matches and which role grants it."""

    kind: str
    held: str
    pattern: str
    role: str | None = None
    division: str | None = None


class HeldThrough(Struct, frozen=True):
    """The role that grants a permission, the pattern that covers it, and in which division."""

    role: str
    permission: str
    division: str


class GrantedRole(Struct, frozen=True):
    """A role of the client, and in which division it has it."""

    role: str
    division: str


class SettingOutcome(Struct, frozen=True):
    """A setting against its rule, both as a person would write them."""

    name: str
    expected: str
    actual: str


class WaiverInfo(Struct, frozen=True):
    """The waiver that a result falls under. `origin` is ``policy`` or ``file:line``."""

    reason: str
    expires: str
    origin: str


class Result(Struct, frozen=True):
    """One rule, one client.

    `root`, `address` and `client` are None for a rule that no client matched; `client` alone is for
    a role, or for modules that were not read: the address is then the role's, or that of the first
    call, and `affects` are the addresses of the clients that have the role, or of all calls.
    `counts` is false
    for an unknown that its rule, or the command line, only reports. `operations` are what the rule
    is about; `held_scopes` are the scopes that it asks for and the client has, under the client's
    name for them; `looked_through` are the roles in which its permissions were looked for;
    `called_from` are the module calls that lead to it, the innermost first. `value_locations` are
    where the values that it is about are written, if that is elsewhere: in a local or a tfvars.
    `in_state` says that the state has what is missing, so that nothing has to be written.
    `used_by` are the credentials of integrations that log in as the client.
    `fix_edits` are the edits that mend it, where they were asked for and there are any.
    `compliance` is what the rule serves, such as PCI DSS.
    `waived` is the verdict that a waiver took the place of. `environment` is the target of the
    configuration that it was found in, by name.
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
    title: str = ""
    missing: tuple[Missing, ...] = ()
    forbidden: tuple[Held, ...] = ()
    reasons: tuple[Unknown, ...] = ()
    held_through: tuple[HeldThrough, ...] = ()
    setting: SettingOutcome | None = None
    location: Location | None = None
    waiver: WaiverInfo | None = None
    why: str | None = None
    fix: str | None = None
    counts: bool = True
    operations: tuple[str, ...] = ()
    held_scopes: tuple[str, ...] = ()
    looked_through: tuple[GrantedRole, ...] = ()
    called_from: tuple[Location, ...] = ()
    value_locations: tuple[Location, ...] = ()
    in_state: bool = False
    waived: Verdict | None = None
    environment: str | None = None
    subject: SubjectKind = SubjectKind.CLIENT
    affects: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()
    fix_edits: FixEdits | None = None
    compliance: tuple[str, ...] = ()

    @property
    def is_unseen(self) -> bool:
        """Whether it is about something that may hold clients and was not looked at."""
        return self.subject is SubjectKind.MODULE

    @property
    def sort_key(self) -> tuple[str, str, str]:
        root = self.root or ""
        if self.environment is not None:
            root = f"{self.environment}\0{root}"
        return (root, self.address or "", self.rule)
