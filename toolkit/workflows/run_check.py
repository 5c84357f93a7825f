"""The policy check: reads the sources, judges them by the policies, returns a report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from toolkit import __version__
from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.checks.registry import BUILT_INS, CHECK_IDS
from toolkit.contracts.contract import Operation
from toolkit.documents.wording import quoted, suggestion
from toolkit.errors import SourceError, UsageError
from toolkit.files.opening import archive_of
from toolkit.judging.check_context import contract_scopes
from toolkit.judging.engine import NO_OPERATIONS, NOT_ASKED, checks_on, evaluate
from toolkit.judging.run_filter import EVERYTHING, RunFilter
from toolkit.judging.waivers import waive
from toolkit.model.findings import Result, Verdict
from toolkit.model.inventory import Inventory, Note
from toolkit.model.report import Looked, Problem, Report, Source
from toolkit.policy.compiled import ready_policies
from toolkit.policy.document import Policy
from toolkit.workflows.baseline import Baseline, hide_known, read_baseline, record
from toolkit.workflows.change_rules import asked_of_pairs, has_change_rules
from toolkit.workflows.check_request import (
    CheckRequest,
    request_of,
)
from toolkit.workflows.operator_rights import OperatorAnswer, OperatorQuestion
from toolkit.workflows.parameters import PathName, each_path
from toolkit.workflows.source_reading import Found, Named, read_sources

if TYPE_CHECKING:
    from typing import Unpack

    from toolkit.workflows.check_options import CheckOptions


def check(
    sources: CheckRequest | PathName | Iterable[PathName] = (), **options: Unpack[CheckOptions]
) -> Report:
    """Check every source against the policies: ``check(["terraform/"], policies=["our.yaml"])``.

    Takes a `CheckRequest`, or its fields: `sources` and any others by keyword.

    Raises `PolicyError` and `DocumentError` for a policy that cannot be loaded, `BaselineError` for
    a baseline, `UsageError` for a variable that nothing declares and for an unknown rule or check
    id, and `SourceError` for a source that cannot be read, unless `on_error` is ``"report"``.
    """
    return checked(request_of(sources, options)).report


class Checked(Struct, frozen=True):
    """A finished check: what was found, the report, and what judged it.

    `scopes` are those that the contracts of its policies take.
    """

    request: CheckRequest
    found: Found
    report: Report
    judge: Callable[[Found], Report]
    scopes: frozenset[str] = frozenset()

    @property
    def is_editable(self) -> bool:
        """Whether the report has a violation that an edit of Terraform could mend."""
        roots = {read.source for read in self.found.reads}
        # The Terraform of a plan may be that of another source.
        roots.update(self.found.made_from)
        if roots:
            roots.update(each.root for each in self.found.inventories if each.kind == "plan")
        return any(
            each.verdict is Verdict.FAIL and each.root in roots for each in self.report.results
        )


def checked(request: CheckRequest, read: Found | None = None) -> Checked:
    """Return the check with everything that it is based on; raises as `check` does.

    `read` is the result of `read_terraform` for the same sources, if there is one already.
    """
    rules = _rules_of(request)
    known = None if request.baseline is None else read_baseline(os.fspath(request.baseline))
    asks = _question_of(request, rules)
    pairs = has_change_rules(rules.policies, rules.run_filter)
    found = read_request(request, read, pairs=pairs)
    answer = OperatorAnswer() if asks is None else asks.ask(found.objects, found.inventories)
    judge = _judging(request, rules, known, answer)
    report = judge(found)
    to = request.write_baseline
    if to is not None:
        report = record(report, os.fspath(to))
    return Checked(request, found, report, judge, contract_scopes(rules.operations))


def _rules_of(request: CheckRequest) -> Rules:
    rules = load_rules(
        each_path(request.policies),
        clients=request.clients,
        select=request.select,
        ignore=request.ignore,
        unknown=request.unknown,
        catalog=request.catalog,
    )
    return rules.waiving(request.waivers, comments=request.waivers and request.comments_waive)


def _question_of(request: CheckRequest, rules: Rules) -> OperatorQuestion | None:
    """Return how to judge the operator. Raises UsageError if nothing says what it holds."""
    if not request.operator:
        return None
    asks = OperatorQuestion(
        rules.policies, rules.run_filter, request.catalog, request.org, request.unknown != "report"
    )
    if not asks.has_answer:
        raise UsageError(
            "--operator: nothing says what the operator holds",
            hint="Add --live, which asks the org, or operator: with its permissions to a policy.",
        )
    return asks


def _judging(
    request: CheckRequest, rules: Rules, known: Baseline | None, answer: OperatorAnswer
) -> Callable[[Found], Report]:
    """Return a function that judges what was read as the request asks."""
    run_filter = replace(
        rules.run_filter,
        all_clients=request.all_clients,
        allows_no_clients=request.allow_no_clients,
    )
    rules = replace(rules, run_filter=run_filter)

    def judge(found: Found) -> Report:
        report = judge_found(
            found,
            rules,
            answer,
            catalog=request.catalog,
            today=request.today,
            baseline=known,
            environment=request.environment,
        )
        return replace(report, fail_on=request.fail_on)

    return judge


def judge_found(
    found: Found,
    rules: Rules,
    answer: OperatorAnswer,
    *,
    catalog: Catalog,
    today: date | None = None,
    baseline: Baseline | None = None,
    environment: str | None = None,
) -> Report:
    """Return the report on what was read, with rules about changes and the operator's rights."""
    changed = asked_of_pairs(found.pairs, rules.policies, rules.run_filter, catalog)
    report = check_inventories(
        found.inventories,
        rules.policies,
        problems=(*found.problems, *answer.problems),
        also=(*answer.results, *changed),
        run_filter=rules.run_filter,
        operations=rules.operations,
        catalog=catalog,
        today=today,
        baseline=baseline,
        environment=environment,
    )
    notes = tuple(sorted({*report.notes, *found.notes, *answer.notes}))
    return replace(report, notes=notes, org=found.org)


def read_terraform(request: CheckRequest, *, pairs: bool = False) -> Found:
    """Read the sources, whatever else the request asks; raises as `check` does for options."""
    sources, saved_plans = each_path(request.sources), each_path(request.saved_plans)
    return read_sources(
        Named(sources, request.stdin, saved_plans),
        variables=request.variables,
        environ=request.environ,
        source_dir=None if request.source_dir is None else os.fspath(request.source_dir),
        max_size=request.max_size,
        exclude=request.exclude,
        execution=request.execution,
        pairs=pairs,
        objects=request.operator,
    )


def read_request(request: CheckRequest, read: Found | None = None, *, pairs: bool = False) -> Found:
    """Read the sources; their roles are completed from other targets and from the org, if one is
    asked. Raises as `check` does.
    """
    # What was read before has no pairs, because no rule was known then.
    found = read_terraform(request, pairs=pairs) if read is None or pairs else read
    if request.target_roles is not None:
        found = request.target_roles.join(found, request.environment or "")
    if request.org is not None:
        alone = not (each_path(request.sources) or each_path(request.saved_plans))
        found = request.org.join(found, alone=alone)
    if found.problems and request.on_error == "raise":
        problem = found.problems[0]
        error = SourceError(problem.message, hint=problem.hint)
        error.exit_code = problem.exit_code
        raise error
    return found


class Rules(Struct, frozen=True):
    """What to judge by; `operations` has every operation that a rule names, by its id."""

    policies: tuple[Policy, ...]
    operations: Mapping[str, Operation]
    run_filter: RunFilter

    def waiving(self, waives: bool = True, *, comments: bool = True) -> Rules:
        """Return the rules without any waivers, or without those in comments."""
        if waives and comments:
            return self
        return replace(
            self,
            policies=tuple(
                replace(each, inline_waivers="report-only", waivers=each.waivers if waives else ())
                for each in self.policies
            ),
        )


def load_rules(
    policies: Sequence[str],
    *,
    clients: Sequence[str] = (),
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    unknown: Literal["fail", "report"] | None = None,
    catalog: Catalog = SHIPPED,
) -> Rules:
    """Return the policies and the filter of their rules; the arguments are those of `check`.

    Raises `PolicyError` and `DocumentError` for a policy that cannot be loaded, and `UsageError`
    for an unknown rule or check id.
    """
    found = ready_policies(policies, checks=CHECK_IDS, catalog=catalog)
    _refuse_unknown_ids(select, ignore, found.policies)
    run_filter = RunFilter(tuple(clients), frozenset(select), frozenset(ignore), unknown)
    return Rules(found.policies, found.operations, run_filter)


def check_inventories(
    inventories: Iterable[Inventory],
    policies: Sequence[Policy],
    *,
    problems: Iterable[Problem] = (),
    also: Iterable[Result] = (),
    run_filter: RunFilter = EVERYTHING,
    operations: Mapping[str, Operation] = NO_OPERATIONS,
    catalog: Catalog | None = None,
    today: date | None = None,
    baseline: Baseline | None = None,
    environment: str | None = None,
) -> Report:
    """Return the report on the inventories; `problems` are sources that could not be read.

    `also` are other results, such as those of rules about changes. `operations` has every operation
    that a rule names, by its id. `catalog` is the published API; without it, no result is about the
    published API.
    """
    inventories, problems, also = tuple(inventories), set(problems), tuple(also)
    found = evaluate(BUILT_INS, inventories, policies, run_filter, operations, catalog)
    together = sorted((*found.results, *also), key=lambda each: each.sort_key)
    about_changes = {rule.id for each in policies for rule in each.rules if rule.change is not None}
    asked = {each.root for each in also if each.rule in about_changes}
    notes = found.notes
    if asked >= {each.root for each in inventories if each.judged}:
        notes = tuple(each for each in notes if each.code != NOT_ASKED)
    found = replace(found, results=tuple(together), notes=notes)
    judged: set[str | None] = set()
    if not run_filter.clients:
        judged.update(each.root for each in inventories if each.judged and each.whole)
    complete = not problems and len(judged) == len({each.root for each in inventories})
    if complete and judged:
        judged.add(None)
    results, on_waivers = waive(
        found.results,
        inventories,
        policies,
        today or datetime.now(UTC).date(),
        checks=CHECK_IDS,
        run_filter=run_filter,
        complete=None in judged,
    )
    if environment is not None:
        results = tuple(replace(each, environment=environment) for each in results)
    report = Report(
        command="check",
        tool_version=__version__,
        sources=tuple(
            sorted(
                (_source(each, environment) for each in inventories if not each.skipped),
                key=lambda each: each.sort_key,
            )
        ),
        results=results,
        notes=tuple(
            sorted({*found.notes, *on_waivers, *_unmatched_globs(inventories, run_filter)})
        ),
        errors=tuple(sorted(problems, key=lambda p: (p.message, p.hint or ""))),
        looked=None
        if run_filter.rules(policies)
        else _looked(inventories, policies, found.undecided, run_filter),
    )
    return report if baseline is None else hide_known(report, baseline, run_filter, judged)


def _looked(
    inventories: Sequence[Inventory],
    policies: Sequence[Policy],
    undecided: frozenset[tuple[str, str]],
    run_filter: RunFilter,
) -> Looked:
    """Return what the built-in checks covered."""
    checks = sorted(
        check.id for check, _ in checks_on(BUILT_INS, policies) if run_filter.covers(check.id)
    )
    chosen: Counter[str] = Counter()
    for each in inventories:
        if each.judged:
            chosen[each.root] += sum(
                run_filter.chooses(client).matches is not False for client in each.clients
            )
    return Looked(tuple(checks), chosen, undecided)


def _refuse_unknown_ids(
    select: Collection[str], ignore: Collection[str], policies: Sequence[Policy]
) -> None:
    known = {rule.id for policy in policies for rule in policy.rules}
    known.update(CHECK_IDS)
    for option, ids in (("--select", select), ("--ignore", ignore)):
        for name in sorted(ids):
            if name not in known:
                raise UsageError(
                    f"{option}: there is no rule or check {quoted(name)}{suggestion(name, known)}",
                    hint=f"Rules and checks: {', '.join(sorted(known))}.",
                )
    if not (set(select) or known) - set(ignore):
        raise UsageError(
            "--select and --ignore leave nothing to check",
            hint="Ignore fewer rules; --ignore goes before --select.",
        )


def _unmatched_globs(inventories: Sequence[Inventory], run_filter: RunFilter) -> Iterator[Note]:
    clients = [client for each in inventories if each.judged for client in each.clients]
    for glob in run_filter.unmatched(clients) if clients else ():
        message = f"--client {quoted(glob)}: no client has such a name or address."
        yield Note("client-unmatched", message)


def _source(inventory: Inventory, environment: str | None) -> Source:
    clients = len(inventory.clients) if inventory.judged else 0
    makes_roles = inventory.judged and any(role.origin == "resource" for role in inventory.roles)
    return Source(
        inventory.root,
        inventory.kind,
        clients,
        inventory.why_not,
        environment,
        makes_roles,
        archive_of(inventory.root),
    )
