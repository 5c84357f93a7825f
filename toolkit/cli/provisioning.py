"""What `plan` and `apply` share: their options, and where Terraform's output goes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import click

from toolkit.cli.options import (
    bounding_options,
    counting_options,
    format_option,
    in_order,
    least_severity,
    policy_option,
    rule_options,
    variable_options,
)
from toolkit.cli.run import complain, wants_colour
from toolkit.model.report import Problem

_F = TypeVar("_F", bound=Callable[..., Any])

_DIRECTORY = click.argument("directory", metavar="DIR", type=click.Path())
_BINARY = click.option(
    "--terraform-bin",
    metavar="FILE",
    default="terraform",
    help="The Terraform to run, such as tofu. Default: terraform, on the PATH.",
)


def provisioning_options(function: _F) -> _F:
    """DIR, and the options of both; of an `OrderedCommand`."""
    for option in (
        format_option,
        bounding_options,
        _BINARY,
        counting_options,
        rule_options,
        variable_options,
        policy_option,
        _DIRECTORY,
    ):
        function = option(function)
    return function


def arguments(ctx: click.Context, fail_on: str, terraform_bin: str) -> dict[str, Any]:
    """What the workflows take beside what they share with the options by name."""
    from toolkit.provision.logs import in_logs, leaking
    from toolkit.workflows import TerraformRun

    if logging := leaking(os.environ):
        complain([Problem(in_logs(logging))], warning=True)
    return {
        "variables": in_order(ctx, var="var", var_file="file"),
        "fail_on": least_severity(fail_on),
        "terraform": TerraformRun(
            binary=terraform_bin, environ=os.environ, out=show, colour=wants_colour(sys.stderr)
        ),
    }


def show(data: bytes) -> None:
    """Terraform's output, on stderr: stdout is for the report."""
    # A reader that goes away must not keep us from waiting for Terraform.
    with suppress(OSError):
        sys.stderr.flush()
        sys.stderr.buffer.write(data)
        sys.stderr.buffer.flush()
