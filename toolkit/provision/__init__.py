"""Runs Terraform.

`show_plan` is loaded when it is first asked for: only who gives a saved plan waits for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.provision.show import show_plan as show_plan


def __getattr__(name: str) -> Any:
    if name != "show_plan":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.show").show_plan
