"""The attributes of a `genesyscloud_oauth_client` that `settings` can judge (provider 1.84)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

AttributeKind = Literal["a text", "a number", "true or false", "a set of texts"]

#: Each kind completes the phrase "the attribute is ...". `roles` is missing on purpose: `require`
#: and `forbid` judge what roles permit.
ATTRIBUTES: Final[Mapping[str, AttributeKind]] = MappingProxyType(
    {
        "access_token_validity_seconds": "a number",
        "authorized_grant_type": "a text",
        "client_id": "a text",
        "client_secret": "a text",
        "description": "a text",
        "directory_client_secret": "a text",
        "expose_client_secret": "true or false",
        "id": "a text",
        "integration_credential_id": "a text",
        "integration_credential_name": "a text",
        "name": "a text",
        "registered_redirect_uris": "a set of texts",
        "scopes": "a set of texts",
        "state": "a text",
    }
)

#: The operators that can hold for an attribute of each kind.
OPERATORS: Final[Mapping[AttributeKind, tuple[str, ...]]] = MappingProxyType(
    {
        "a text": ("equals", "one_of", "matches"),
        "a number": ("equals", "one_of", "at_most", "at_least"),
        "true or false": ("equals", "one_of"),
        "a set of texts": ("each_matches",),
    }
)
