"""Where clients and roles are read from: Terraform, plans, states, the live org.

`Process` is loaded when it is first asked for: who reads a plan does not wait for what runs one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.sources.process import Process as Process


def __getattr__(name: str) -> Any:
    if name != "Process":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.process").Process
