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
    "The operator may do what Terraform does",
    "A call that is refused on the way leaves a part of the plan in place.",
    "Give the operator a role with it; 'recording-toolkit operator' writes that role.",
)
EXCESS_OPERATOR: Final = OperatorCheck(
    "excess-operator",
    Severity.NOTE,
    "The operator holds more than this Terraform needs",
    "Whoever gets hold of the operator's secret can do all that the operator can.",
    "Narrow its role, if it runs no other Terraform.",
)

OPERATOR_CHECKS: Final = (OPERATOR_LACKS, EXCESS_OPERATOR)
