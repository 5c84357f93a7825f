"""The contents of one source."""

from collections.abc import Callable, Iterable, Mapping
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.clients import Client, Division, Location, Role
from toolkit.model.values import Unknown

#: The root of data from standard input, and its name on the command line.
STDIN = "-"


class Note(Struct, frozen=True, order=True):
    """Information for the reader of a report that is not a verdict."""

    code: str
    message: str


class InlineWaiver(Struct, frozen=True, order=True):
    """A comment in the Terraform that waives a rule for the clients of one block.

    `addresses` are the clients that the block creates in this root. `expires` is an ISO date, the
    last day on which the waiver is in force. `origin` is ``file:line``.
    """

    origin: str
    rule: str
    addresses: tuple[str, ...]
    reason: str
    expires: str


class UnreadModule(Struct, frozen=True):
    """A module that was not read and may define clients.

    `address` is the address of the call, without keys. `why` is the start of a sentence about it.
    `reason` names the input that would decide it. `location` is the position of the call, and
    `called_from` are the calls that lead to it, innermost first.
    """

    address: str
    why: str
    reason: Unknown
    location: Location | None = None
    called_from: tuple[Location, ...] = ()

    @property
    def sentence(self) -> str:
        """A sentence on what the unread module means for a list of clients."""
        why = f"{self.why[:1].lower()}{self.why[1:]}"
        return f"{self.address} {why}, so the clients that it may define are not listed"


class Succession(Struct, frozen=True, order=True):
    """What happens to an object, according to this input. `kind` is one of:

    - ``moved``: the object at the address `before` is now at `address`.
    - ``replaced``: the object is destroyed and created again at its address.
    - ``renamed``: a client is destroyed at `before` and created again at `address`.
    - ``imported``: the object exists already outside of this Terraform.
    - ``tainted``: the next apply destroys the object and creates it again at its address.
    - ``forgotten``: the object continues to exist, no longer managed; `address` is its former
      address.

    An address is that of an instance, or of a resource or module and then means all its instances.
    """

    kind: str
    address: str
    before: str = ""


class Inventory(Struct, frozen=True):
    """The clients and roles of one root: a root module, a plan, a state or an org.

    - `kind`: ``hcl``, ``plan``, ``state`` or ``live``.
    - `judged` is False for a source with nothing to judge, such as a plan that only destroys or
      only
      refreshes: a rule that must match some client then skips it. `why_not` is the reason.
    - `waivers`: waivers in comments. The policies decide whether they are in force.
    - `whole` is False if only a part of the root was requested.
    - `skipped`: for a folder that was not read, the start of a sentence on why; `decided_by` names
      the
      input that would show its contents. Such an inventory has nothing else.
    - `hidden`: sensitive texts of roles, which are judged and which no report shows.
    - `holders`: the users and groups to which this Terraform grants roles, as clients. They are not
      judged.
    - `divisions`: the divisions of a state, by id.
    - `lineage`: how these objects relate to the objects of an earlier inventory.
    - `ending`: the roles that the next apply destroys or replaces under another id, so that a
      reference
      by the old id grants nothing afterwards.
    - `is_export`: True for what the provider's exporter wrote; for a state, if no apply has changed
      it since.
    """

    root: str
    kind: str
    clients: tuple[Client, ...] = ()
    roles: tuple[Role, ...] = ()
    notes: tuple[Note, ...] = ()
    judged: bool = True
    waivers: tuple[InlineWaiver, ...] = ()
    why_not: str = ""
    unread: tuple[UnreadModule, ...] = ()
    whole: bool = True
    skipped: str = ""
    decided_by: str = ""
    hidden: frozenset[str] = frozenset()
    lineage: tuple[Succession, ...] = ()
    divisions: Mapping[str, Division] = {}
    holders: tuple[Client, ...] = ()
    ending: tuple[Role, ...] = ()
    is_export: bool = False

    def with_roles(self, of: Callable[[Role], Role]) -> Self:
        """Return the inventory with each role replaced by `of(role)`, called once per role."""
        # Keyed by identity: many clients share one role, and comparing roles walks all permissions.
        made: dict[int, Role] = {}

        def made_of(role: Role) -> Role:
            if id(role) not in made:
                made[id(role)] = of(role)
            return made[id(role)]

        def rewritten(client: Client) -> Client:
            if all(made_of(grant.role) is grant.role for grant in client.grants):
                return client
            grants = tuple(replace(grant, role=made_of(grant.role)) for grant in client.grants)
            return replace(client, grants=grants)

        return replace(
            self,
            clients=tuple(rewritten(client) for client in self.clients),
            holders=tuple(rewritten(holder) for holder in self.holders),
            roles=tuple(made_of(role) for role in self.roles),
        )


def has_roles_alone(inventories: Iterable[Inventory]) -> bool:
    """Whether the inventories define roles but not a single client."""
    inventories = tuple(inventories)
    return not any(each.clients for each in inventories) and any(
        role.origin == "resource" for each in inventories for role in each.roles
    )
