"""What each command does, as plain functions that return a `Report`: no Click, no output.

A function is loaded when it is first asked for, so that who checks a policy does not wait for the
HTTP client of the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.workflows.explaining import explain as explain
    from toolkit.workflows.policy_check import check as check
    from toolkit.workflows.policy_tests import run_policy_tests as run_policy_tests
    from toolkit.workflows.probing import probe as probe
    from toolkit.workflows.provisioning import apply as apply
    from toolkit.workflows.provisioning import plan as plan
    from toolkit.workflows.source_inventory import inventory as inventory

_MODULES = {
    "apply": "provisioning",
    "check": "policy_check",
    "explain": "explaining",
    "inventory": "source_inventory",
    "plan": "provisioning",
    "probe": "probing",
    "run_policy_tests": "policy_tests",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
