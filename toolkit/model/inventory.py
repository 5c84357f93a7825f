"""What one source was understood to contain."""

from collections.abc import Callable, Iterable, Mapping
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.clients import Client, Division, Location, Role
from toolkit.model.values import Unknown

#: The root of what standard input has, and how a command line names that.
STDIN = "-"


class Note(Struct, frozen=True, order=True):
    """Something the reader of a report should know, that is not a verdict."""

    code: str
    message: str


class InlineWaiver(Struct, frozen=True, order=True):
    """A comment in the Terraform that asks to waive a rule for the clients of one block.

    `addresses` are those of the clients that the block makes, in this root; `expires` is an ISO
    date, the last day on which it holds; `origin` is ``file:line``.
    """

    origin: str
    rule: str
    addresses: tuple[str, ...]
    reason: str
    expires: str


class UnreadModule(Struct, frozen=True):
    """A module that was not read, though it may define clients.

    `address` is that of the call, without keys. `why` is how a sentence about it begins, `reason`
    what would decide it, `location` where the call stands, and `called_from` the calls that lead
    there, the innermost first.
    """

    address: str
    why: str
    reason: Unknown
    location: Location | None = None
    called_from: tuple[Location, ...] = ()

    @property
    def sentence(self) -> str:
        """What that means for a list of clients."""
        why = f"{self.why[:1].lower()}{self.why[1:]}"
        return f"{self.address} {why}, so the clients that it may define are not listed"


class Succession(Struct, frozen=True, order=True):
    """What becomes of an object, as this input says it.

    `kind` is ``moved`` (what had the address `before` has `address` now), ``replaced`` (destroyed
    and made again under its address), ``renamed`` (a client that is destroyed at the address
    `before`, and made again at `address`), ``imported`` (exists already, outside of this Terraform)
    or ``forgotten`` (goes on to exist without it; `address` is what it had). An address is that of
    an instance, a resource or a module, whose instances it stands for.
    """

    kind: str
    address: str
    before: str = ""


class Inventory(Struct, frozen=True):
    """The clients and roles of one root: a root module, a plan, a state, an org.

    `kind` is ``hcl``, ``plan``, ``state`` or ``live``. `judged` is false for a source in which
    nothing is to be judged (a plan that only destroys, or only refreshes): a rule that must match
    some client does not ask it, and `why_not` says why. Whether `waivers` waive anything is for the
    policies to say. `whole` is false where a part of the root was asked for, and others left out.
    `skipped` begins a sentence on why a folder was not looked at, which then is all there is,
    and `decided_by` what would show it.
    `hidden` are texts of roles that are judged and that no report shows, since they are sensitive.
    `holders` are the users and groups to whom this Terraform gives roles, in the form of clients:
    nothing of them is judged. `divisions` are those of a state, by their ids. `lineage` tells which
    objects of an earlier inventory these are. `ending` are the roles that the next apply destroys,
    or replaces by some with another id: who names one by its id has nothing of it then.
    `is_export` is a state as the provider's exporter writes it: no apply has written it since.
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
        """The same with what `of` makes of each role; it is asked once for each."""
        # By identity: many clients share one role, and comparing roles walks all they permit.
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
    """Whether roles are defined and no client is."""
    inventories = tuple(inventories)
    return not any(each.clients for each in inventories) and any(
        role.origin == "resource" for each in inventories for role in each.roles
    )
