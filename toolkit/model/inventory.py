"""What one source was understood to contain."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.model.clients import Client, Role


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something the reader of a report should know, that is no verdict."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, order=True)
class InlineWaiver:
    """A comment in the Terraform that asks to waive a rule for the clients of one block.

    `addresses` are those of the clients that the block makes, in this root; `expires` is an ISO
    date, the last day on which it holds; `origin` is ``file:line``.
    """

    origin: str
    rule: str
    addresses: tuple[str, ...]
    reason: str
    expires: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """The clients and roles of one root: a root module, a plan, a state, an org.

    `kind` is ``hcl``, ``plan``, ``state`` or ``live``. `judged` is false for a source in which
    nothing is to be judged (a plan that only destroys, or only refreshes): a rule that must match
    some client does not ask it. Whether `waivers` waive anything is for the policies to say.
    """

    root: str
    kind: str
    clients: tuple[Client, ...] = ()
    roles: tuple[Role, ...] = ()
    notes: tuple[Note, ...] = ()
    judged: bool = True
    waivers: tuple[InlineWaiver, ...] = ()
