"""Look for a state and signs of an export in the folder of a root module."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from typing import Final

from msgspec import Struct

from toolkit.errors import SourceError
from toolkit.files.opening import open_tree
from toolkit.files.tracking import Tracking
from toolkit.files.tree import FileRefusedError, Kind, Tree, joined
from toolkit.model.clients import is_uuid
from toolkit.model.inventory import Inventory, Note
from toolkit.sources.second_source import ELSEWHERE

_STATE: Final = "terraform.tfstate"
_EXPORT: Final = "export"
#: The names that the provider's exporter gives its files.
_EXPORTED: Final = frozenset(
    {
        "genesyscloud.tf",
        "genesyscloud.tf.json",
        "genesyscloud_oauth_client.tf",
        "genesyscloud_oauth_client.tf.json",
    }
)
_LEAVES_OUT: Final = (
    "{}: an export (genesyscloud_tf_export). It leaves out clients behind the first page of the "
    "API and disabled ones, and may label the same client otherwise next time; --live reads all."
)


class Beside(Struct, frozen=True):
    """The state in the root's folder, if it is usable, and notes about the files there."""

    state: Inventory | None = None
    notes: tuple[Note, ...] = ()

    @property
    def is_export(self) -> bool:
        return any(note.code == _EXPORT for note in self.notes)


def state_beside(
    inventory: Inventory,
    max_size: int,
    named: Collection[str],
    read: Callable[[bytes, str], Inventory],
) -> Beside:
    """Find the state in the root's folder that knows roles or divisions which the root knows only
    by id.

    The state is a second source for these and is not judged. It is not used if Git tracks it, or if
    that is unknown: it may have come with a commit. `named` holds the real paths of states that are
    sources themselves; `read` reads a state.
    """
    tree = open_tree(inventory.root, max_size)
    folder = tree.inner(inventory.root)
    if tree.kind(folder) is not Kind.FOLDER:
        return Beside()
    path = joined(folder, _STATE)
    notes = list(_of_export(tree, folder, inventory.root))
    decides_roles = _names_a_role_by_id(inventory)
    by_id = decides_roles or _names_a_division_by_id(inventory)
    is_named = f"{tree.root}/{path}" in named
    if not by_id or is_named or tree.kind(path) is not Kind.FILE:
        return Beside(notes=tuple(notes))
    shown = f"{inventory.root}/{_STATE}"
    holder, file = tree.holder(path)
    if Tracking(holder).tracked(file) is not False and os.path.lexists(f"{holder.root}/.git"):
        if decides_roles:
            message = f"{shown} is not used, since Git tracks it, or may: name it as a source."
            notes.append(Note("state-tracked", message))
        return Beside(notes=tuple(notes))
    try:
        state = read(tree.read(path), shown)
    except (FileRefusedError, SourceError) as error:
        notes.append(Note("state-unread", f"{shown} is not used: {error}."))
        return Beside(notes=tuple(notes))
    return Beside(state, tuple(notes))


def _of_export(tree: Tree, folder: str, root: str) -> Iterator[Note]:
    try:
        names = {entry.name for entry in tree.entries(folder)}
    except FileRefusedError:
        return
    if names & _EXPORTED:
        yield Note(_EXPORT, _LEAVES_OUT.format(root))


def _names_a_role_by_id(inventory: Inventory) -> bool:
    grants = (grant for client in inventory.clients for grant in client.grants)
    return any(each.role.origin in ELSEWHERE and is_uuid(each.role.id or "") for each in grants)


def _names_a_division_by_id(inventory: Inventory) -> bool:
    grants = (grant for client in inventory.clients for grant in client.grants)
    return any(isinstance(each.division, str) and is_uuid(each.division) for each in grants)
