"""What a check is asked: the same record for the command line and for a Python program."""

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
    """The sources of a check, and how to judge them. What is a list of paths may be one path.

    `sources` are folders, files of Terraform, plans and states as JSON, and ``-`` for `stdin`;
    `saved_plans` are files of ``terraform plan -out``: Terraform shows them, run in `source_dir` or
    in the plan's folder, with the providers that are installed there. No other source starts a
    program. `on_error` says what a source that cannot be read is: an error that is raised, or one
    in the report, beside what was found in the others.

    `variables` are ``("var", "NAME=VALUE")`` and ``("file", PATH)``, in the order in which they
    win; `execution` says in which workspace, and with which version of which tool, Terraform will
    be run; `exclude` are globs of folders in which no root modules are looked for; `max_size` is
    the number of bytes that each file, and standard input, may have.

    `policies` are names of policies that ship, or paths. `clients` are globs over names and
    addresses that replace the rules' own selectors; `select` and `ignore` are ids of rules and
    checks; `unknown` replaces that of every rule. With `all_clients` built-in notes and
    warnings are also about clients that no rule selects. `today` is the day on which waivers must
    hold, by default the current one in UTC. `baseline` is a file of known findings, which the
    report leaves out; `write_baseline` is a file that takes all findings of this run, also those
    that `baseline` knows. `catalog` is what the published API has.

    `org` (see `live_org`) decides the roles that the sources leave open; without sources it is
    itself what is checked. `target_roles` are what other targets of its org define; they are asked
    first. `environment` is the target of a configuration that this is, by name.
    Without `waivers` nothing is waived; without `comments_waive` no comment in the Terraform
    waives, whatever the policies say. With `allow_no_clients` no rule waits for a client where
    there are roles alone. With `operator` it is also asked whether whoever runs Terraform, as `org`
    or a policy knows it, may do what the sources ask for.
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
    """The request that is meant. Raises TypeError for options beside a request."""
    if not isinstance(sources, CheckRequest):
        return CheckRequest(sources, **options)
    if options:
        raise TypeError(f"a CheckRequest takes no options beside it: {', '.join(options)}")
    return sources
