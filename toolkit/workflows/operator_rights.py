"""Checks before the apply whether the client that runs Terraform has the rights for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from toolkit import provider
from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.checks.operator_checks import EXCESS_OPERATOR, OPERATOR_LACKS, OperatorCheck
from toolkit.errors import RemoteError
from toolkit.judging.engine import severity_under
from toolkit.judging.known_roles import resolve_roles
from toolkit.judging.phrases import few, not_known, quoted
from toolkit.judging.run_filter import RunFilter
from toolkit.model.clients import ALL_DIVISIONS, Grant, Role, RolePermission
from toolkit.model.findings import Kind, Missing, Result, Severity, SubjectKind, Verdict
from toolkit.model.inventory import Inventory, Note
from toolkit.model.operator_needs import (
    Lack,
    OperatorGrants,
    OperatorNeeds,
    Phase,
    TerraformObjects,
)
from toolkit.model.report import Problem
from toolkit.policy.document import Policy
from toolkit.sources.live.read_rights import OWN_RIGHTS

if TYPE_CHECKING:
    from toolkit.workflows.live import LiveOrg

#: How a message names the place in which a permission is held or needed.
_PLACES = {"home": "the home division", ALL_DIVISIONS: "all divisions"}


class OperatorAnswer(Struct, frozen=True):
    """The results and notes on the operator; `problems` say why it could not be checked."""

    results: tuple[Result, ...] = ()
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()


class OperatorQuestion(Struct, frozen=True):
    """How to judge the operator; with `stops` an unknown result counts too."""

    policies: Sequence[Policy]
    run_filter: RunFilter
    catalog: Catalog
    org: LiveOrg | None
    stops: bool

    @property
    def has_answer(self) -> bool:
        """Whether the org or a policy says what the operator holds."""
        return self.org is not None or any(each.operator is not None for each in self.policies)

    def ask(
        self, objects: Sequence[TerraformObjects], inventories: Iterable[Inventory]
    ) -> OperatorAnswer:
        """Return what the operator lacks, and its excess if all sources are folders.

        Raises CatalogError.
        """
        inventories = tuple(inventories)
        known = [role for policy in self.policies for role in policy.roles]
        judged = (resolve_roles(each, known) for each in inventories if each.judged)
        plans = {each.root for each in inventories if each.kind == "plan"}
        needs = _doubted(provider.least_for(objects, judged, self.catalog), plans)
        notes: set[Note] = set()
        try:
            held = self._held(needs)
        except RemoteError as error:
            return OperatorAnswer((), (), (Problem(error.message, error.hint, error.exit_code),))
        results = [*self._lacking(needs, held)]
        of_folders = {each.root for each in inventories if each.kind == "hcl"}
        if objects and of_folders >= {each.root for each in objects}:
            results += self._excess(needs, held)
        if self.org is not None and self.org.has_given_token:
            scopes = ", ".join(needs.scopes)
            text = f"Whether the operator's token has the scopes is not looked at: {scopes}."
            notes.add(Note("operator-scopes", text))
        if not results:
            notes.add(_all_held(needs))
        notes.update(_beside(needs, held))
        return OperatorAnswer(tuple(results), tuple(sorted(notes)))

    def _held(self, needs: OperatorNeeds) -> OperatorGrants:
        """Return the grants that the org reports, else those of the policies.

        Raises RemoteError.
        """
        if self.org is not None:
            with self.org.reading() as reader:
                offered = reader.offered(provider.domains_of(needs))
                return replace(reader.own_grants(), offered=offered)
        said = [each.operator for each in self.policies if each.operator is not None]
        places = {"all": ALL_DIVISIONS, "home": None}
        return OperatorGrants(
            tuple(
                Grant(
                    Role(
                        "policy",
                        name="the policy's operator",
                        permissions=tuple(map(RolePermission, each.permissions)),
                    ),
                    places.get(each.division, each.division),
                )
                for each in said
            )
        )

    def _severity(self, check: OperatorCheck) -> Severity | None:
        if check.id in self.run_filter.ignore:
            return None
        return severity_under(self.policies, check.id, check.severity)

    def _lacking(self, needs: OperatorNeeds, held: OperatorGrants) -> Iterator[Result]:
        severity = self._severity(OPERATOR_LACKS)
        if severity is None:
            return
        for lack in provider.lacks(needs, held):
            need = lack.need
            yield Result(
                rule=OPERATOR_LACKS.id,
                kind=Kind.OPERATOR,
                verdict=Verdict.FAIL if lack.certain else Verdict.UNKNOWN,
                severity=severity,
                root=need.root or None,
                address=need.address,
                client=None,
                grant_type=None,
                message=_told(lack),
                title=OPERATOR_LACKS.title,
                missing=(Missing("permission", need.any_of, need.division),),
                reasons=lack.reasons,
                location=need.location,
                why=OPERATOR_LACKS.why,
                fix=OPERATOR_LACKS.fix if lack.certain else None,
                counts=lack.certain or self.stops,
                subject=SubjectKind.OPERATOR,
            )
        if needs.unknown:
            yield Result(
                rule=OPERATOR_LACKS.id,
                kind=Kind.OPERATOR,
                verdict=Verdict.UNKNOWN,
                severity=severity,
                root=None,
                address=None,
                client=None,
                grant_type=None,
                message=f"The operator may need more, since {not_known(needs.unknown)}.",
                title=OPERATOR_LACKS.title,
                reasons=needs.unknown,
                why=OPERATOR_LACKS.why,
                counts=self.stops,
                subject=SubjectKind.OPERATOR,
            )

    def _excess(self, needs: OperatorNeeds, held: OperatorGrants) -> Iterator[Result]:
        severity = self._severity(EXCESS_OPERATOR)
        # If some needs are unknown, no permission is surely excess.
        if severity is None or needs.unknown or not needs.permissions:
            return
        found = provider.excess(needs, OWN_RIGHTS, held, self.catalog)
        if found:
            enough = sorted({*needs.permissions, *OWN_RIGHTS})
            yield Result(
                rule=EXCESS_OPERATOR.id,
                kind=Kind.OPERATOR,
                verdict=Verdict.FAIL,
                severity=severity,
                root=None,
                address=None,
                client=None,
                grant_type=None,
                message=f"The operator holds {few(found)}: more than is needed here.",
                title=EXCESS_OPERATOR.title,
                why=EXCESS_OPERATOR.why,
                fix=f"{EXCESS_OPERATOR.fix} This would do: {', '.join(enough)}.",
                subject=SubjectKind.OPERATOR,
            )


def _doubted(needs: OperatorNeeds, plans: Collection[str]) -> OperatorNeeds:
    """Mark needs as uncertain for roots without a plan: objects may exist and stay as they are.
    Reading is always needed.
    """
    return replace(
        needs,
        needs=tuple(
            replace(need, certain=False)
            if need.root and need.root not in plans and need.phase is not Phase.READ
            else need
            for need in needs.needs
        ),
    )


def _all_held(needs: OperatorNeeds) -> Note:
    count = len(needs.permissions)
    what = "the permission" if count == 1 else f"all {count} permissions"
    return Note("operator-holds-all", f"The operator holds {what} that Terraform needs here.")


def _told(lack: Lack) -> str:
    need = lack.need
    names = quoted(need.any_of, "and")
    verb = "lacks" if lack.certain else "may lack"
    each = "" if len(need.any_of) == 1 else "each of "
    where = "" if need.division is None else f" in {_place(need.division)}"
    others = sorted({other.address for other in lack.needs} - {need.address})
    more = f" (and for {few(others)})" if others else ""
    text = f"The operator {verb} {each}{names}{where}."
    if need.phase is Phase.GRANT:
        text += f" Only who holds it there may grant it to {need.address}{more}."
    else:
        text += f" {need.call} asks for it, to {need.phase.value} {need.address}{more}."
    if lack.held_in and not lack.certain:
        text += f" It holds it in {few([_place(each) for each in lack.held_in])}."
    elif lack.held_in:
        text += f" It holds it in {few([_place(each) for each in lack.held_in])} only."
    if not lack.offered:
        text += " The org has no such permission to give: its licences leave it out."
    if not lack.certain:
        text += f" This is not certain, since {not_known(lack.reasons)}."
    return text


def _place(division: str) -> str:
    return _PLACES.get(division) or f"division {division}"


def _beside(needs: OperatorNeeds, held: OperatorGrants) -> Iterator[Note]:
    """Yield notes on rights that the operator lacks to verify an apply that it can make."""
    own = provider.places_of(OWN_RIGHTS, held)
    blind = [name for name, places in own.items() if not places and name not in needs.permissions]
    is_complete = not held.unknown and not any(grant.role.unknown for grant in held.grants)
    if blind and is_complete:
        text = f"The operator lacks {few(blind)}, which verify and check --live need."
        yield Note("operator-cannot-verify", text)
    looked_for = {**own, **provider.places_of(needs.permissions, held)}
    parts = {n: found for n, found in looked_for.items() if found and ALL_DIVISIONS not in found}
    if parts:
        places = sorted({place for found in parts.values() for place in found})
        yield Note(
            "operator-sees-part",
            f"The operator holds {few(sorted(parts))} in {few([_place(p) for p in places])}, and "
            "not in all divisions: look-ups, exports and check --live then leave out what is "
            "elsewhere, without an error.",
        )


def asked_for(method: str, path: str) -> str:
    """Return a clause that names what a call needs; empty if that is unknown."""
    return provider.asked_for(method, path, SHIPPED)
