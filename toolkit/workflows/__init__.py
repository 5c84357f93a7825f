"""What each command does, as plain functions that return a `Report`: no Click, no output.

`check` and `inventory` look at Terraform before the apply, `plan` and `apply` run it; `verify`,
`probe` and `explain` look at what the platform does. Requests are records: `CheckRequest`,
`ProbeRequest`, `VerifyRequest`, and `OrgConnection` for the org that they are about. Bad input
raises a `toolkit.errors.ToolkitError`.

A function is loaded when it is first asked for, so that who checks a policy does not wait for the
HTTP client of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.sources.requests import Execution as Execution
    from toolkit.workflows.asking import who_can as who_can
    from toolkit.workflows.catalog_compiling import compile_document as compile_document
    from toolkit.workflows.catalog_files import open_catalog as open_catalog
    from toolkit.workflows.cataloging import describe as describe
    from toolkit.workflows.cataloging import search as search
    from toolkit.workflows.check_request import CheckRequest as CheckRequest
    from toolkit.workflows.connection import OrgConnection as OrgConnection
    from toolkit.workflows.deriving import derive as derive
    from toolkit.workflows.deriving import write_derived as write_derived
    from toolkit.workflows.digests import input_digests as input_digests
    from toolkit.workflows.environments import joined as joined
    from toolkit.workflows.explaining import explain as explain
    from toolkit.workflows.fixing import fix as fix
    from toolkit.workflows.fixing import with_edits as with_edits
    from toolkit.workflows.initializing import initialize as initialize
    from toolkit.workflows.initializing import survey as survey
    from toolkit.workflows.live import live_org as live_org
    from toolkit.workflows.policy_check import check as check
    from toolkit.workflows.policy_check import checked as checked
    from toolkit.workflows.policy_check import read_terraform as read_terraform
    from toolkit.workflows.policy_tests import run_policy_tests as run_policy_tests
    from toolkit.workflows.probing import ProbeRequest as ProbeRequest
    from toolkit.workflows.probing import probe as probe
    from toolkit.workflows.provisioning import ApplyInterrupted as ApplyInterrupted
    from toolkit.workflows.provisioning import ProvisionRequest as ProvisionRequest
    from toolkit.workflows.provisioning import TerraformRun as TerraformRun
    from toolkit.workflows.provisioning import apply as apply
    from toolkit.workflows.provisioning import plan as plan
    from toolkit.workflows.run_diff import diff as diff
    from toolkit.workflows.run_operator import operator as operator
    from toolkit.workflows.source_inventory import inventory as inventory
    from toolkit.workflows.target_roles import TargetRoles as TargetRoles
    from toolkit.workflows.uncovered import Coverage as Coverage
    from toolkit.workflows.verifying import VerifyRequest as VerifyRequest
    from toolkit.workflows.verifying import verify as verify

_MODULES = {
    "ApplyInterrupted": "provisioning",
    "CheckRequest": "check_request",
    "OrgConnection": "connection",
    "ProbeRequest": "probing",
    "ProvisionRequest": "provisioning",
    "TerraformRun": "provisioning",
    "VerifyRequest": "verifying",
    "apply": "provisioning",
    "check": "policy_check",
    "checked": "policy_check",
    "compile_document": "catalog_compiling",
    "derive": "deriving",
    "describe": "cataloging",
    "diff": "run_diff",
    "explain": "explaining",
    "fix": "fixing",
    "initialize": "initializing",
    "input_digests": "digests",
    "inventory": "source_inventory",
    "live_org": "live",
    "open_catalog": "catalog_files",
    "operator": "run_operator",
    "plan": "provisioning",
    "probe": "probing",
    "run_policy_tests": "policy_tests",
    "search": "cataloging",
    "survey": "initializing",
    "verify": "verifying",
    "who_can": "asking",
    "with_edits": "fixing",
    "write_derived": "deriving",
}
#: What the functions share, and nobody else is meant to call.
_SHARED = {
    "Coverage": "uncovered",
    "Execution": "reading",
    "TargetRoles": "target_roles",
    "joined": "environments",
    "read_terraform": "policy_check",
}

__getattr__ = lazily(__name__, {**_MODULES, **_SHARED})
__all__ = [*_MODULES]


def __dir__() -> list[str]:
    return __all__
