"""The commands as plain functions that return a `Report`: no Click, no output.

`check` and `inventory` read Terraform before the apply, `plan` and `apply` run it; `verify`,
`probe` and `explain` look at what the platform does. Requests are records: `CheckRequest`,
`ProbeRequest`, `VerifyRequest`, and `OrgConnection` for the org to connect to. Bad input raises a
`toolkit.errors.ToolkitError`.

A function is imported on first access, so that a policy check does not wait for the HTTP client
that other functions need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.sources.read_requests import Execution as Execution
    from toolkit.workflows.catalog_compiling import compile_document as compile_document
    from toolkit.workflows.catalog_files import open_catalog as open_catalog
    from toolkit.workflows.check_request import CheckRequest as CheckRequest
    from toolkit.workflows.connection import OrgConnection as OrgConnection
    from toolkit.workflows.digests import input_digests as input_digests
    from toolkit.workflows.environments import joined as joined
    from toolkit.workflows.live import live_org as live_org
    from toolkit.workflows.policy_tests import run_policy_tests as run_policy_tests
    from toolkit.workflows.run_catalog import describe as describe
    from toolkit.workflows.run_catalog import search as search
    from toolkit.workflows.run_check import check as check
    from toolkit.workflows.run_check import checked as checked
    from toolkit.workflows.run_check import read_terraform as read_terraform
    from toolkit.workflows.run_derive import derive as derive
    from toolkit.workflows.run_derive import write_derived as write_derived
    from toolkit.workflows.run_diff import diff as diff
    from toolkit.workflows.run_explain import explain as explain
    from toolkit.workflows.run_fix import fix as fix
    from toolkit.workflows.run_fix import with_edits as with_edits
    from toolkit.workflows.run_init import add_pipelines as add_pipelines
    from toolkit.workflows.run_init import has_configuration as has_configuration
    from toolkit.workflows.run_init import initialize as initialize
    from toolkit.workflows.run_init import survey as survey
    from toolkit.workflows.run_operator import operator as operator
    from toolkit.workflows.run_probe import ProbeRequest as ProbeRequest
    from toolkit.workflows.run_probe import probe as probe
    from toolkit.workflows.run_terraform import ApplyInterrupted as ApplyInterrupted
    from toolkit.workflows.run_terraform import ProvisionRequest as ProvisionRequest
    from toolkit.workflows.run_terraform import TerraformRun as TerraformRun
    from toolkit.workflows.run_terraform import apply as apply
    from toolkit.workflows.run_terraform import plan as plan
    from toolkit.workflows.run_verify import VerifyRequest as VerifyRequest
    from toolkit.workflows.run_verify import verify as verify
    from toolkit.workflows.run_who_can import who_can as who_can
    from toolkit.workflows.source_inventory import inventory as inventory
    from toolkit.workflows.target_roles import TargetRoles as TargetRoles
    from toolkit.workflows.uncovered import Coverage as Coverage

_MODULES = {
    "ApplyInterrupted": "run_terraform",
    "CheckRequest": "check_request",
    "OrgConnection": "connection",
    "ProbeRequest": "run_probe",
    "ProvisionRequest": "run_terraform",
    "TerraformRun": "run_terraform",
    "VerifyRequest": "run_verify",
    "add_pipelines": "run_init",
    "apply": "run_terraform",
    "check": "run_check",
    "checked": "run_check",
    "compile_document": "catalog_compiling",
    "derive": "run_derive",
    "describe": "run_catalog",
    "diff": "run_diff",
    "explain": "run_explain",
    "fix": "run_fix",
    "has_configuration": "run_init",
    "initialize": "run_init",
    "input_digests": "digests",
    "inventory": "source_inventory",
    "live_org": "live",
    "open_catalog": "catalog_files",
    "operator": "run_operator",
    "plan": "run_terraform",
    "probe": "run_probe",
    "run_policy_tests": "policy_tests",
    "search": "run_catalog",
    "survey": "run_init",
    "verify": "run_verify",
    "who_can": "run_who_can",
    "with_edits": "run_fix",
    "write_derived": "run_derive",
}
#: Modules that the functions share. They are private to this package.
_SHARED = {
    "Coverage": "uncovered",
    "Execution": "source_reading",
    "TargetRoles": "target_roles",
    "joined": "environments",
    "read_terraform": "run_check",
}

__getattr__ = lazily(__name__, {**_MODULES, **_SHARED})
__all__ = [*_MODULES]


def __dir__() -> list[str]:
    return __all__
