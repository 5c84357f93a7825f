"""The result of one rule for one client: a three-valued verdict with its evidence."""

from enum import StrEnum

from msgspec import Struct

from toolkit.model.clients import Location
from toolkit.model.edits import FixEdits
from toolkit.model.values import Unknown


class Verdict(StrEnum):
    """The verdict of a rule. `UNKNOWN` is never a pass."""

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
    """What produced a result."""

    POLICY = "policy"
    BUILT_IN = "built-in"
    DRIFT = "drift"
    OPERATOR = "operator"


class SubjectKind(StrEnum):
    """What a result is about."""

    CLIENT = "client"
    ROLE = "role"
    #: A module that was not read and may define clients.
    MODULE = "module"
    #: The client that runs Terraform; the address is of the object that needs the permission.
    OPERATOR = "operator"


class Missing(Struct, frozen=True):
    """What would meet the rule: any one of `any_of`. `kind` is ``scope`` or ``permission``."""

    kind: str
    any_of: tuple[str, ...]
    division: str | None = None


class Held(Struct, frozen=True):
    """Something that the rule forbids and the client holds, with the pattern and the role."""

    kind: str
    held: str
    pattern: str
    role: str | None = None
    division: str | None = None


class HeldThrough(Struct, frozen=True):
    """The role that grants a permission, the pattern that covers it, and the division."""

    role: str
    permission: str
    division: str


class GrantedRole(Struct, frozen=True):
    """A role of the client, with its division."""

    role: str
    division: str


class SettingOutcome(Struct, frozen=True):
    """The expected and the actual value of a setting, both as a person would write them."""

    name: str
    expected: str
    actual: str


class WaiverInfo(Struct, frozen=True):
    """The waiver that covers a result. `origin` is ``policy`` or ``file:line``."""

    reason: str
    expires: str
    origin: str


class Result(Struct, frozen=True):
    """The result of one rule for one client.

    - `root`, `address` and `client` are None for a rule that no client matched. Only `client` is
      None for a role or for modules that were not read: then `address` is the role's, or that of
      the first call, and `affects` are the addresses of the clients that have the role, or of all
      calls.
    - `counts` is False for an unknown that the rule or the command line only reports.
    - `operations`: the operations that the rule is about.
    - `held_scopes`: the scopes that the rule requires and the client has, as the client spells
      them.
    - `looked_through`: the roles that were searched for the permissions.
    - `called_from`: the module calls that lead to the client, innermost first.
    - `value_locations`: where the values are defined, if that is elsewhere: in a local or a tfvars.
    - `in_state` is True if the state has what is missing, so that nothing has to be added.
    - `used_by`: the credentials of integrations that log in as the client.
    - `fix_edits`: the edits that fix the finding, if they were requested and there are any.
    - `compliance`: the standards that the rule serves, such as PCI DSS.
    - `waived`: the verdict that a waiver replaced.
    - `environment`: the name of the configuration target in which the result was found.
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
        """Whether the result is about something that may define clients and was not read."""
        return self.subject is SubjectKind.MODULE

    @property
    def sort_key(self) -> tuple[str, str, str]:
        root = self.root or ""
        if self.environment is not None:
            root = f"{self.environment}\0{root}"
        return (root, self.address or "", self.rule)
