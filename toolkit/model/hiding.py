"""Hide sensitive values: they are judged like any other, and shown as ``(sensitive)``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.clients import Client
from toolkit.model.inventory import Inventory
from toolkit.model.values import Redacted, ValueSet

SENSITIVE: Final = "(sensitive)"
#: Fields that identify a record. They are not values of the Terraform.
_KEYS: Final = frozenset({"rule", "root", "address", "path"})
#: Shorter texts are too common: in a sentence they only count as a value in one of these forms.
_SHORT: Final = 3
_FORMS: Final = ('"{}"', "({})", "division {}")

_Record = TypeVar("_Record", bound=Struct)


def sensitive_texts(*inventories: Inventory) -> frozenset[str]:
    """Return the texts that no report may show."""
    hidden = {text for each in inventories for text in each.hidden}
    hidden |= {text for each in inventories for client in each.clients for text in client.hidden}
    return frozenset(hidden)


def without(record: _Record, hidden: Collection[str], public: Collection[str] = ()) -> _Record:
    """Return the record with the texts of `hidden` masked in every field, also inside sentences.

    A hidden text inside one of the `public` texts stays, because everybody can read that anyway.
    """
    texts = sorted(set(filter(None, hidden)).difference(public), key=len, reverse=True)
    kept = sorted((each for each in public if any(text in each for text in texts)), key=len)
    shown: _Record = _without(record, texts, kept[::-1]) if texts else record
    return shown


def without_sensitive(inventory: Inventory) -> Inventory:
    """Return the inventory as reports may show it."""
    clients = tuple(map(_client, inventory.clients))
    return without(replace(inventory, clients=clients), sensitive_texts(inventory))


def _without(value: Any, hidden: Collection[str], public: Sequence[str]) -> Any:
    if type(value) is str:
        return SENSITIVE if value in hidden else _said(value, hidden, public)
    if isinstance(value, tuple):
        return tuple(_without(each, hidden, public) for each in value)
    if isinstance(value, dict):
        return {key: _without(each, hidden, public) for key, each in value.items()}
    if isinstance(value, Struct):
        names = [name for name in value.__struct_fields__ if name not in _KEYS]
        return replace(
            value, **{name: _without(getattr(value, name), hidden, public) for name in names}
        )
    return value


def _said(sentence: str, hidden: Collection[str], public: Sequence[str]) -> str:
    for at, name in enumerate(public):
        before, found, after = sentence.partition(name)
        if found:
            shorter = public[at:]
            return _said(before, hidden, shorter) + name + _said(after, hidden, shorter)
    for text in hidden:
        if text in sentence:
            for form in _FORMS if len(text) < _SHORT else ("{}",):
                sentence = sentence.replace(form.format(text), form.format(SENSITIVE))
    return sentence


def _client(client: Client) -> Client:
    """Return the client without sensitive non-text values and without the number of its scopes."""
    if not client.sensitive:
        return client
    scopes = client.scopes
    if "scopes" in client.sensitive and scopes.members:
        scopes = ValueSet((SENSITIVE,), scopes.unknown)
    attributes = {
        name: Redacted() if name in client.sensitive else value
        for name, value in client.attributes.items()
    }
    return replace(client, scopes=scopes, attributes=attributes)
