"""The fields of a `CheckRequest` as keywords, for type checkers; `CheckRequest` documents them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, TypedDict

from toolkit.catalog.catalog import Catalog
from toolkit.model.findings import Severity
from toolkit.sources.read_requests import Execution
from toolkit.workflows.live import LiveOrg
from toolkit.workflows.parameters import PathName
from toolkit.workflows.target_roles import TargetRoles


class CheckOptions(TypedDict, total=False):
    """Every field except `sources`, which is the positional argument."""

    policies: PathName | Iterable[PathName]
    variables: Sequence[tuple[str, str]]
    source_dir: PathName | None
    stdin: bytes | None
    fail_on: Severity | None
    unknown: Literal["fail", "report"] | None
    clients: Sequence[str]
    select: Collection[str]
    ignore: Collection[str]
    all_clients: bool
    today: date | None
    baseline: PathName | None
    write_baseline: PathName | None
    environ: Mapping[str, str]
    exclude: Sequence[str]
    catalog: Catalog
    max_size: int
    execution: Execution
    org: LiveOrg | None
    target_roles: TargetRoles | None
    saved_plans: PathName | Iterable[PathName]
    environment: str | None
    waivers: bool
    comments_waive: bool
    allow_no_clients: bool
    operator: bool
    on_error: Literal["raise", "report"]
