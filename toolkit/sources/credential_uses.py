"""Find who uses a client: credentials that hold it, and integrations with these credentials.

A credential is matched by what its fields refer to, or by the client's id in a field. All other
field values are secrets and are neither kept nor shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.clients import Client, CredentialUse

CREDENTIAL_TYPE: Final = "genesyscloud_integration_credential"
INTEGRATION_TYPE: Final = "genesyscloud_integration"
CREDENTIAL_TYPES: Final = frozenset({CREDENTIAL_TYPE, INTEGRATION_TYPE})
#: The client attributes by which a credential refers to it.
_IDS: Final = ("id", "client_id")
_SECRET: Final = "client_secret"  # noqa: S105 - an attribute's name
_CREDENTIAL_ID: Final = "integration_credential_id"
_TAKEN: Final = frozenset({*_IDS, _SECRET, _CREDENTIAL_ID})


class Credential(Struct, frozen=True):
    """A credential: what its fields refer to, and the values in them.

    A reference is ``ADDRESS.attribute``, or ``ADDRESS`` if the attribute is not recorded.
    """

    address: str
    name: str | None = None
    id: str | None = None
    references: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()


class Integration(Struct, frozen=True):
    """An integration: references to its credentials, in the same form, and their ids."""

    address: str
    name: str | None = None
    references: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()


class Users(Struct):
    """The credentials and integrations of one source; `secrets` of clients, by client address."""

    credentials: list[Credential] = []
    integrations: list[Integration] = []
    secrets: dict[str, str] = {}

    def add(
        self,
        kind: str,
        address: str,
        attributes: Mapping[str, Any],
        references: Iterable[str] = (),
        *,
        sensitive: object = False,
    ) -> None:
        """Add a resource of one of `CREDENTIAL_TYPES` with its raw attributes.

        `sensitive` holds the sensitivity marks; only the mark of the name matters.
        """
        named = frozenset(references)
        attributes = _without_name(attributes, sensitive)
        if kind == CREDENTIAL_TYPE:
            values = _texts(attributes.get("fields"))
            known = (_text(attributes.get("name")), _text(attributes.get("id")))
            self.credentials.append(Credential(address, *known, named, values))
            return
        config = attributes.get("config")
        config = config[0] if isinstance(config, list) and config else config
        config = config if isinstance(config, Mapping) else {}
        values = _texts(config.get("credentials"))
        self.integrations.append(Integration(address, _text(config.get("name")), named, values))

    def add_secret(self, address: str, attributes: Mapping[str, Any]) -> None:
        """Record the client's secret, to recognize it in a credential's fields."""
        secret = _text(attributes.get(_SECRET))
        if secret is not None:
            self.secrets[address] = secret

    def of(self, clients: Sequence[Client]) -> tuple[Client, ...]:
        """Return the clients, each with its users."""
        if not self.credentials and all(
            "integration_credential_name" not in client.attributes for client in clients
        ):
            return tuple(clients)
        return tuple(replace(client, used_by=tuple(self._uses(client))) for client in clients)

    def _uses(self, client: Client) -> Iterable[CredentialUse]:
        ids = {client.attributes.get(name) for name in _IDS}
        secret = self.secrets.get(client.address)
        for each in self.credentials:
            refers = {f"{client.address}.{name}" for name in (*_IDS, _SECRET)}
            refers = {client.address, *refers} & each.references
            if not refers and ids.isdisjoint(each.values):
                continue
            keeps = f"{client.address}.{_SECRET}" in refers or secret in each.values
            yield CredentialUse(
                each.address, each.name, self._with(each.address, "id", each.id), keeps
            )
        name = client.attributes.get("integration_credential_name")
        if isinstance(name, str) and name:
            own = client.attributes.get(_CREDENTIAL_ID)
            through = self._with(client.address, _CREDENTIAL_ID, own)
            shown = None if "integration_credential_name" in client.sensitive else name
            yield CredentialUse(None, shown, through, keeps_secret=False)

    def _with(self, address: str, attribute: str, credential_id: object) -> tuple[str, ...]:
        """Return the integrations with a credential, referred to by its address or id."""
        references = {address, f"{address}.{attribute}"}
        return tuple(
            f'{each.address} ("{each.name}")' if each.name else each.address
            for each in self.integrations
            if not references.isdisjoint(each.references)
            or (isinstance(credential_id, str) and credential_id in each.values)
        )


def reference_to(address: str, taken: Sequence[str | int]) -> str:
    """Return the reference to an object, for a source that records only the steps taken on it.

    ``{x = c.client_id}`` read at ``x`` has a step after the attribute, ``{x = c}`` before it.
    """
    if not taken:
        return address
    return f"{address}.{next((step for step in taken if step in _TAKEN), taken[0])}"


def _without_name(attributes: Mapping[str, Any], sensitive: object) -> Mapping[str, Any]:
    """Return the attributes without the name if the name, or a value around it, is sensitive."""
    if not isinstance(sensitive, Mapping):
        return {**attributes, "name": None, "config": None} if sensitive is True else attributes
    if sensitive.get("name") is True:
        attributes = {**attributes, "name": None}
    marks = sensitive.get("config")
    marks = marks[0] if isinstance(marks, list) and marks else marks
    if marks is True or (isinstance(marks, Mapping) and marks.get("name") is True):
        attributes = {**attributes, "config": _unnamed(attributes.get("config"))}
    return attributes


def _unnamed(config: object) -> object:
    config = config[0] if isinstance(config, list) and config else config
    return {**config, "name": None} if isinstance(config, Mapping) else config


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(values: object) -> frozenset[str]:
    if not isinstance(values, Mapping):
        return frozenset()
    return frozenset(value for value in values.values() if isinstance(value, str) and value)
