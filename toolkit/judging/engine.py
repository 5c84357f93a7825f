"""Judge inventories by policies and built-in checks; return results and notes, print nothing.

`judge_root` judges one root and needs no data of the others. `evaluate` combines the roots and
answers the questions that only the whole run can answer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Final, Self

from msgspec import Struct
from msgspec.structs import replace

from toolkit.bounds import working_on
from toolkit.catalog.catalog import Catalog
from toolkit.contracts.contract import Operation
from toolkit.errors import PolicyError
from toolkit.judging import forbid, require, settings
from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Finding, RoleFinding, Undecided, Unseen
from toolkit.judging.known_roles import resolve_roles
from toolkit.judging.must_match import NO_OPERATIONS as NO_OPERATIONS
from toolkit.judging.must_match import unmatched
from toolkit.judging.phrases import few, not_known
from toolkit.judging.run_filter import EVERYTHING, RunFilter
from toolkit.judging.selectors import EVERY, Selection, select
from toolkit.judging.verdict import Outcome, undecided
from toolkit.model.clients import Client, Location
from toolkit.model.findings import (
    Held,
    Kind,
    Missing,
    Result,
    SettingOutcome,
    Severity,
    SubjectKind,
    Verdict,
)
from toolkit.model.hiding import sensitive_texts, without
from toolkit.model.inventory import Inventory, Note, has_roles_alone
from toolkit.policy.document import Policy, Rule, Selector
from toolkit.policy.requirements import needs_of


class Evaluated(Struct, frozen=True):
    """All results, sorted by root, address and rule, and all notes without duplicates.

    `undecided` has a (root, check id) pair for each built-in check that is undecided for a client
    of that root; a note also reports it.
    """

    results: tuple[Result, ...] = ()
    notes: tuple[Note, ...] = ()
    undecided: frozenset[tuple[str, str]] = frozenset()


class Judged(Struct, frozen=True):
    """The outcome of one root. `answered` are the ids of the rules that select one of its clients.

    `undecided` are the built-in checks that are undecided for some client.
    """

    root: str
    clients: tuple[Client, ...]
    results: tuple[Result, ...]
    notes: tuple[Note, ...]
    answered: frozenset[str]
    undecided: tuple[str, ...]


#: The code of the note on rules about changes when there is nothing to compare with.
NOT_ASKED: Final = "change-not-asked"


class _Prepared(Struct, frozen=True):
    """A rule with everything that can be computed once."""

    id: str
    rule: Rule
    severity: Severity
    clients: Selector
    selects: bool
    judge: Callable[[Client], Outcome]


class _Blame:
    """Add the running check and its subject to an exception as a note, then let it propagate.

    A check that crashes is a bug, and the bug report should name the check.
    """

    def __init__(self) -> None:
        self.check = ""
        self.subject = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None and self.check:
            error.add_note(f"in check {self.check}, on {self.subject}")


def evaluate(
    checks: Sequence[BuiltIn],
    inventories: Iterable[Inventory],
    policies: Sequence[Policy],
    run_filter: RunFilter = EVERYTHING,
    operations: Mapping[str, Operation] = NO_OPERATIONS,
    catalog: Catalog | None = None,
) -> Evaluated:
    """Judge all inventories by all policies and by the built-in `checks`.

    `operations` maps the id of every operation that a rule names; `catalog` is the published data,
    and without it checks say nothing about what is published. An inventory with nothing to judge
    contributes its notes only. The policies are valid together: no two rules share an id.
    """
    inventories = tuple(inventories)
    context = CheckContext(policies, run_filter, operations, catalog)
    roots = [each.root for each in inventories]
    judged = []
    for number, each in enumerate(inventories):
        working_on(f"Judging {each.root}", roots[number:])
        if each.judged:
            judged.append(judge_root(checks, each, context))
    results = [result for root in judged for result in root.results]
    if judged and not (run_filter.allows_no_clients and has_roles_alone(inventories)):
        answered = frozenset[str]().union(*(root.answered for root in judged))
        partial = any(each.judged and (each.unread or not each.whole) for each in inventories)
        results += unmatched(
            policies,
            answered,
            tuple(client for root in judged for client in root.clients),
            run_filter,
            operations,
            hidden=sensitive_texts(*inventories),
            is_partial=partial,
        )
    results.sort(key=_sort_key)
    notes = {note for inventory in inventories for note in inventory.notes}
    notes.update(note for root in judged for note in root.notes)
    if any(root.clients for root in judged):
        notes.update(_remarks(checks, context))
    notes.update(_not_asked(run_filter.rules(policies)))
    undecided = frozenset((root.root, check) for root in judged for check in root.undecided)
    return Evaluated(tuple(results), tuple(sorted(notes)), undecided)


def _not_asked(rules: Iterable[Rule]) -> Iterator[Note]:
    ids = [rule.id for rule in rules if rule.change is not None]
    if ids:
        verb = "asks" if len(ids) == 1 else "ask"
        message = f"{few(ids)} {verb} about changes, which only diff and a plan have."
        yield Note(NOT_ASKED, message)


def judge_root(checks: Sequence[BuiltIn], inventory: Inventory, context: CheckContext) -> Judged:
    """Judge one inventory by all rules and by the enabled checks.

    What any policy states about a role is a fact about the org, so it applies to all policies.
    """
    policies, run_filter, operations = context.policies, context.run_filter, context.operations
    known_roles = [known for policy in policies for known in policy.roles]
    inventory = resolve_roles(inventory, known_roles)
    rules = sorted(
        (
            _prepared(rule, run_filter, operations)
            for rule in run_filter.rules(policies)
            if rule.change is None
        ),
        key=lambda prepared: prepared.id,
    )
    with _Blame() as blame:
        results, answered = _by_rules(inventory, rules, run_filter, blame)
        notes: list[Note] = []
        open_checks: list[str] = []
        for check, severity in checks_on(checks, policies):
            if not run_filter.covers(check.id) and (
                not check.always or check.id in run_filter.ignore
            ):
                continue
            blame.check, blame.subject = check.id, inventory.root
            fired, open_ones = _by_built_in(inventory, check, severity, context)
            results += fired
            if open_ones:
                notes.append(_undecided_note(inventory, check, open_ones))
                open_checks.append(check.id)
    hidden = {c.address: c.hidden | inventory.hidden for c in inventory.clients if c.hidden}
    if hidden or inventory.hidden:
        named = {rule.id: _named_by(rule.rule, operations) for rule in rules}
        results = [
            without(
                each, hidden.get(each.address or "", inventory.hidden), named.get(each.rule, ())
            )
            for each in results
        ]
    return Judged(
        inventory.root,
        inventory.clients,
        tuple(results),
        tuple(notes),
        frozenset(answered),
        tuple(open_checks),
    )


def _named_by(rule: Rule, operations: Mapping[str, Operation]) -> set[str]:
    """Return the scopes and permissions that a rule names: its verdict reports who holds them."""
    if rule.forbid is not None:
        return {*rule.forbid.scopes, *rule.forbid.permissions}
    if rule.require is None:
        return set()
    needs = needs_of(rule.require, operations)
    clauses = [*needs.scopes, *(c for group in needs.permissions for c in group.clauses)]
    return {name for clause in clauses for name in clause}


def checks_on(
    checks: Sequence[BuiltIn], policies: Sequence[Policy]
) -> list[tuple[BuiltIn, Severity]]:
    """Return the enabled checks, each with its severity under these policies."""
    found = ((check, severity_under(policies, check.id, check.severity)) for check in checks)
    return [(check, severity) for check, severity in found if severity is not None]


def severity_under(policies: Sequence[Policy], check: str, own: Severity) -> Severity | None:
    """Return the severity of a check under these policies, or None if it is off.

    A policy that does not mention the check does not count. Of several that do, the strictest wins,
    so a check is off only if all of them turn it off.
    """
    opinions = [policy.checks[check] for policy in policies if check in policy.checks]
    severities = [Severity(each.severity) for each in opinions if each != "off"]
    if severities:
        return max(severities, key=lambda severity: severity.rank)
    return None if opinions else own


def _prepared(rule: Rule, run_filter: RunFilter, operations: Mapping[str, Operation]) -> _Prepared:
    judge: Callable[[Client], Outcome]
    if rule.require is not None:
        judge = require.judging(needs_of(rule.require, operations))
    elif rule.forbid is not None:
        judge = forbid.judging(rule.forbid)
    elif rule.settings is not None:
        judge = settings.judging(rule.settings)
    else:
        raise PolicyError(f"rule {rule.id} has neither require nor forbid nor settings")
    selects = rule.clients != Selector() and not run_filter.clients
    return _Prepared(rule.id, rule, Severity(rule.severity), rule.clients, selects, judge)


def _by_rules(
    inventory: Inventory, rules: Sequence[_Prepared], run_filter: RunFilter, blame: _Blame
) -> tuple[list[Result], set[str]]:
    results: list[Result] = []
    answered: set[str] = set()
    for client in inventory.clients:
        blame.subject = client.address
        chosen = run_filter.chooses(client)
        if chosen.matches is False:
            continue
        who = (client.root, client.address, client.label, _grant_type(client))
        existence = client.existence
        for prepared in rules:
            blame.check = prepared.id
            selection = select(prepared.clients, client) if prepared.selects else chosen
            if selection.matches is False:
                continue
            outcome = prepared.judge(client)
            if selection.matches is None and outcome.verdict is Verdict.PASS:
                # The rule is met whether it selects this client or not.
                selection = EVERY
            certain = selection.matches and existence is None
            if not certain:
                outcome = _doubted(client, selection, outcome)
            if certain or outcome.verdict is Verdict.UNKNOWN:
                answered.add(prepared.id)
            result = _result(who, prepared.rule, prepared.severity, outcome, client)
            if prepared.rule.compliance:
                result = replace(result, compliance=prepared.rule.compliance)
            if client.used_by and outcome.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
                result = replace(result, used_by=_used_by(client))
            results.append(result)
    return results, answered


def _doubted(client: Client, selection: Selection, outcome: Outcome) -> Outcome:
    """Return the outcome for a client that the rule may not select, or that may not exist."""
    if selection.matches is None:
        outcome = undecided(
            outcome,
            selection.reasons,
            "Cannot tell whether the rule applies to this client, since "
            f"{not_known(selection.reasons)}. If it applies:",
            selection.location,
        )
    if client.existence is not None and client.existence.reference == client.address:
        # This input leaves out the client itself, so there is nothing to judge.
        return replace(
            undecided(outcome, (client.existence,), "", client.location),
            message=f"Not in this input; decided by {client.existence.decided_by}.",
            reasons=(client.existence,),
            missing=(),
            forbidden=(),
            held_through=(),
            held_scopes=(),
            looked_through=(),
            setting=None,
        )
    if client.existence is not None:
        outcome = undecided(
            outcome,
            (client.existence,),
            "Cannot tell whether this client exists, since "
            f"{not_known((client.existence,))}. If it exists:",
            client.location,
        )
    return outcome


def _result(
    who: tuple[str, str, str, str | None],
    rule: Rule,
    severity: Severity,
    outcome: Outcome,
    client: Client,
) -> Result:
    # Positional, in field order: keywords cost a third more time, and there are thousands of these.
    return Result(
        rule.id,
        Kind.POLICY,
        outcome.verdict,
        severity,
        *who,
        outcome.message,
        rule.title,
        outcome.missing,
        outcome.forbidden,
        outcome.reasons,
        outcome.held_through,
        outcome.setting,
        outcome.location,
        None,
        rule.why,
        (rule.fix or outcome.fix) if outcome.verdict is Verdict.FAIL else None,
        outcome.verdict is not Verdict.UNKNOWN or rule.unknown != "report",
        rule.require.operations if rule.require is not None else (),
        outcome.held_scopes,
        outcome.looked_through,
        client.called_from,
        _value_locations(client, outcome.forbidden, outcome.setting, _lacking(outcome)),
    )


def _value_locations(
    client: Client,
    forbidden: Sequence[Held],
    setting: SettingOutcome | None,
    missing: Sequence[Missing] = (),
) -> tuple[Location, ...]:
    """Return where the values that a result is about are defined, if that is elsewhere.

    For what is missing, these are the values that lack it.
    """
    if missing:
        lists = dict.fromkeys("scopes" if m.kind == "scope" else "roles" for m in missing)
        return tuple(dict.fromkeys(each for name in lists for each in client.origins.get(name, ())))
    places = client.value_locations
    if setting is not None:
        text = client.attributes.get(setting.name)
        if isinstance(text, str) and (setting.name, text) in places:
            return (places[setting.name, text],)
        return client.origins.get(setting.name, ())
    held_scopes = [("scopes", held.held) for held in forbidden if held.kind == "scope"]
    return tuple(dict.fromkeys(places[each] for each in held_scopes if each in places))


def _lacking(outcome: Outcome) -> tuple[Missing, ...]:
    """Return what is certainly missing."""
    return outcome.missing if outcome.verdict is Verdict.FAIL else ()


def _grant_type(client: Client) -> str | None:
    return client.grant_type if isinstance(client.grant_type, str) else None


def _by_built_in(
    inventory: Inventory, check: BuiltIn, severity: Severity, context: CheckContext
) -> tuple[list[Result], list[Undecided]]:
    fired: list[Result] = []
    open_ones: list[Undecided] = []
    # Checks below severity error report only on clients that the run is about.
    everyone = severity is Severity.ERROR or check.id in context.run_filter.select
    # `find` looks at all clients, since some checks compare them; the others are filtered out here.
    for found in check.find(inventory, context):
        if isinstance(found, Unseen):
            if context.run_filter.may_concern_unseen(inventory.clients):
                fired.append(_unseen(inventory, check, severity, found, context.run_filter))
            continue
        if isinstance(found, RoleFinding):
            affected = []
            for client in found.clients:
                chosen = context.run_filter.chooses(client)
                if chosen.matches is False or not (everyone or context.concerns(client)):
                    continue
                if chosen.matches is None:
                    open_ones.append(Undecided(client, chosen.reasons))
                elif client.existence is not None:
                    open_ones.append(Undecided(client, (client.existence,)))
                else:
                    affected.append(client.address)
            if affected:
                fired.append(_fired_on_role(inventory, check, severity, found, affected))
            continue
        if not everyone and not context.concerns(found.client):
            continue
        chosen = context.run_filter.chooses(found.client)
        if chosen.matches is False:
            continue
        if isinstance(found, Undecided):
            open_ones.append(found)
        elif chosen.matches is None:
            open_ones.append(Undecided(found.client, chosen.reasons))
        elif found.client.existence is not None:
            open_ones.append(Undecided(found.client, (found.client.existence,)))
        else:
            fired.append(_fired(check, severity, found))
    return fired, open_ones


def _fired(check: BuiltIn, severity: Severity, found: Finding) -> Result:
    client = found.client
    return replace(
        _of_built_in(check, severity, found, client.root, client.address),
        client=client.label,
        grant_type=_grant_type(client),
        forbidden=found.forbidden,
        setting=found.setting,
        called_from=client.called_from,
        value_locations=_value_locations(client, found.forbidden, found.setting),
        used_by=_used_by(client),
    )


def _used_by(client: Client) -> tuple[str, ...]:
    return tuple(use.phrase for use in client.used_by)


def _fired_on_role(
    inventory: Inventory,
    check: BuiltIn,
    severity: Severity,
    found: RoleFinding,
    affected: Sequence[str],
) -> Result:
    return replace(
        _of_built_in(check, severity, found, inventory.root, found.role.label),
        forbidden=found.forbidden,
        subject=SubjectKind.ROLE,
        affects=tuple(dict.fromkeys(affected)),
    )


def _unseen(
    inventory: Inventory, check: BuiltIn, severity: Severity, found: Unseen, run_filter: RunFilter
) -> Result:
    return replace(
        _of_built_in(check, severity, found, inventory.root, found.address),
        verdict=Verdict.UNKNOWN,
        reasons=found.reasons,
        called_from=found.called_from,
        counts=run_filter.unknown != "report",
        subject=SubjectKind.MODULE,
        affects=found.addresses if len(found.addresses) > 1 else (),
    )


def _of_built_in(
    check: BuiltIn,
    severity: Severity,
    found: Finding | RoleFinding | Unseen,
    root: str,
    address: str,
) -> Result:
    """Return the part that all results of a built-in check have in common."""
    return Result(
        rule=check.id,
        kind=Kind.BUILT_IN,
        verdict=Verdict.FAIL,
        severity=severity,
        root=root,
        address=address,
        client=None,
        grant_type=None,
        message=found.message,
        title=check.title,
        location=found.location,
        why=check.why,
        fix=check.fix,
    )


def _remarks(checks: Sequence[BuiltIn], context: CheckContext) -> Iterator[Note]:
    for check, _ in checks_on(checks, context.policies):
        remark = (
            check.remark(context) if check.remark and context.run_filter.covers(check.id) else None
        )
        if remark is not None:
            yield Note(check.id, remark)


def _undecided_note(inventory: Inventory, check: BuiltIn, open_ones: Sequence[Undecided]) -> Note:
    """Return one note per check and root: the rules' own unknowns already list each client."""
    addresses = few(sorted({each.client.address for each in open_ones}))
    reasons = sorted(
        {reason for each in open_ones for reason in each.reasons},
        key=lambda reason: (reason.reference, reason.decided_by, reason.template or ""),
    )
    return Note(
        check.id,
        f"{check.id} could not be decided in {inventory.root} for {addresses}, "
        f"since {not_known(reasons)}.",
    )


#: A function, not a property: the difference is measurable for thousands of results.
def _sort_key(result: Result) -> tuple[str, str, str]:
    return (result.root or "", result.address or "", result.rule)
