"""The policy document: its shape, its loader, its JSON Schema.

`load_policies` is loaded when it is first asked for, and with it all that reads YAML.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.policy.loader import load_policies as load_policies


def __getattr__(name: str) -> Any:
    if name != "load_policies":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.loader").load_policies
