"""The request for a check: the same record for the command line and for a Python program."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.model.findings import Severity
from toolkit.sources.limits import MAX_SIZE
from toolkit.sources.read_requests import UNSAID, Execution
from toolkit.workflows.parameters import PathName

if TYPE_CHECKING:
    from toolkit.workflows.check_options import CheckOptions
    from toolkit.workflows.live import LiveOrg
    from toolkit.workflows.target_roles import TargetRoles

DEFAULT_POLICY = "recording-session"


class CheckRequest(Struct, frozen=True):
    """The sources of a check, and how to judge them. A list of paths may be given as one path.

    `sources` are folders, Terraform files, plans and states as JSON, and ``-`` for `stdin`;
    `saved_plans` are files of ``terraform plan -out``. Terraform shows a saved plan, run in
    `source_dir` or in the plan's folder, with the providers that are installed there. No other
    source starts a program. `on_error` says whether a source that cannot be read raises an error,
    or becomes an error in the report beside the results of the other sources.

    `variables` are ``("var", "NAME=VALUE")`` and ``("file", PATH)``; a later one wins. `execution`
    says in which workspace, and with which version of which tool, Terraform will run. `exclude` are
    globs of folders in which to look for no root modules. `max_size` is the limit in bytes for each
    file and for standard input.

    `policies` are names of shipped policies, or paths. `clients` are globs over names and addresses
    that replace the rules' own selectors. `select` and `ignore` are ids of rules and checks.
    `unknown` replaces that setting of every rule. With `all_clients` built-in notes and warnings
    also cover clients that no rule selects. `today` is the day on which waivers must be valid, by
    default the current day in UTC. `baseline` is a file of known findings, which the report leaves
    out; `write_baseline` is a file that receives all findings of this run, also those that
    `baseline` knows. `catalog` is the published API.

    `org` (see `live_org`) resolves the roles that the sources leave unknown; without sources, the
    org itself is checked. `target_roles` are the roles that other targets of the same org define;
    they are looked up first. `environment` is the name of the configuration's target that is
    checked. Without `waivers` nothing is waived. Without `comments_waive` no comment in the
    Terraform waives, whatever the policies say. With `allow_no_clients` no rule requires a client
    if the sources have only roles. With `operator` the check also decides whether the client that
    runs Terraform, as `org` or a policy describes it, may do what the sources ask for.
    """

    sources: PathName | Iterable[PathName] = ()
    policies: PathName | Iterable[PathName] = (DEFAULT_POLICY,)
    variables: Sequence[tuple[str, str]] = ()
    source_dir: PathName | None = None
    stdin: bytes | None = None
    fail_on: Severity | None = Severity.ERROR
    unknown: Literal["fail", "report"] | None = None
    clients: Sequence[str] = ()
    select: Collection[str] = ()
    ignore: Collection[str] = ()
    all_clients: bool = False
    today: date | None = None
    baseline: PathName | None = None
    write_baseline: PathName | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    exclude: Sequence[str] = ()
    catalog: Catalog = SHIPPED
    max_size: int = MAX_SIZE
    execution: Execution = UNSAID
    org: LiveOrg | None = None
    target_roles: TargetRoles | None = None
    saved_plans: PathName | Iterable[PathName] = ()
    environment: str | None = None
    waivers: bool = True
    comments_waive: bool = True
    allow_no_clients: bool = False
    operator: bool = False
    on_error: Literal["raise", "report"] = "raise"


def request_of(
    sources: CheckRequest | PathName | Iterable[PathName], options: CheckOptions
) -> CheckRequest:
    """Return the request, built from the options if needed.

    Raises TypeError for options beside a request.
    """
    if not isinstance(sources, CheckRequest):
        return CheckRequest(sources, **options)
    if options:
        raise TypeError(f"a CheckRequest takes no options beside it: {', '.join(options)}")
    return sources
