"""Where clients and roles are read from: Terraform, plans, states, the live org.

`Folders` is loaded when it is first asked for: who checks a plan does not wait for what reads HCL.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    if name != "Folders":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.folders").Folders
