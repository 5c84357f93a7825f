"""The calls that the Terraform provider makes for a resource, and the rights they need.

The operator is the client that runs Terraform. Source: the provider's documentation, version
1.84.1; the catalog says what a call needs. A name is imported on first access.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.provider.held import domains_of as domains_of
    from toolkit.provider.held import excess as excess
    from toolkit.provider.held import lacks as lacks
    from toolkit.provider.held import places_of as places_of
    from toolkit.provider.least import asked_for as asked_for
    from toolkit.provider.least import least_for as least_for

__getattr__ = lazily(
    __name__,
    {
        "asked_for": "least",
        "domains_of": "held",
        "excess": "held",
        "lacks": "held",
        "least_for": "least",
        "places_of": "held",
    },
)
