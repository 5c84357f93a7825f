"""The checks on the client that runs Terraform, in the order of the documentation."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from toolkit.model.findings import Severity


class OperatorCheck(Struct, frozen=True):
    """A check on the client that runs Terraform. It applies to a plan, or with `--operator`."""

    id: str
    severity: Severity
    title: str
    why: str
    fix: str


OPERATOR_LACKS: Final = OperatorCheck(
    "operator-lacks",
    Severity.ERROR,
    "The operator has the permissions that Terraform needs",
    "If the platform refuses a call during the apply, only part of the plan is in place.",
    "Give the operator a role with this permission; 'recording-toolkit operator --hcl' "
    "writes that role.",
)
EXCESS_OPERATOR: Final = OperatorCheck(
    "excess-operator",
    Severity.NOTE,
    "The operator holds more than this Terraform needs",
    "Anyone with the operator's secret can do everything that the operator can.",
    "Narrow its role, unless it also runs other Terraform.",
)

OPERATOR_CHECKS: Final = (OPERATOR_LACKS, EXCESS_OPERATOR)
