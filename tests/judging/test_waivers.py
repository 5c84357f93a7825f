"""Which waivers have an effect, and the notes on the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from toolkit.judging.run_filter import RunFilter
from toolkit.model.findings import Result, Verdict, WaiverInfo
from toolkit.model.inventory import InlineWaiver, Inventory, Note
from toolkit.policy.document import Policy, Waiver

from .build import ALL_OFF, SCOPES, about, client, evaluate, grant, inventory, policy, rule, waive

TODAY = date(2027, 3, 31)
KIND = "genesyscloud_oauth_client"
FAIL, UNKNOWN, PASS, WAIVED = Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS, Verdict.WAIVED
BAD = client(address=f"{KIND}.bad")
OPEN = client(address=f"{KIND}.open", scopes_unknown=(SCOPES,))
GOOD = client(address=f"{KIND}.good", scopes=["s"])
SAME_AS_NOW = "2027-03-31"


def waiver(
    address: str = f"{KIND}.bad", rule: str = "R1", expires: str = SAME_AS_NOW, reason: str = "why"
) -> Waiver:
    return Waiver(rule=rule, address=address, reason=reason, expires=expires)


def comment(
    *addresses: str, rule: str = "R1", expires: str = SAME_AS_NOW, line: int = 3
) -> InlineWaiver:
    return InlineWaiver(f"main.tf:{line}", rule, addresses or (f"{KIND}.bad",), "soon", expires)


def waiving(
    *waivers: Waiver, allow: bool = False, rules: Sequence[Any] = (), **more: Any
) -> Policy:
    plain = policy(*(rules or (rule(),)), checks=more.pop("checks", ALL_OFF), **more)
    return Policy(
        **{name: getattr(plain, name) for name in ("version", "name", "rules", "checks")},
        waivers=waivers,
        inline_waivers="allow" if allow else "report-only",
    )


def judged(
    *policies: Policy,
    roots: Sequence[Inventory] = (inventory(BAD, OPEN, GOOD),),
    today: date = TODAY,
    **more: Any,
) -> tuple[dict[str | None, Result], list[str]]:
    """Return the results by address, and the codes of the notes on waivers."""
    results = evaluate(roots, policies, more.get("run_filter", RunFilter())).results
    waived, notes = waive(results, roots, policies, today, **more)
    return {result.address: result for result in waived}, [note.code for note in notes]


def verdicts(results: dict[str | None, Result]) -> list[Verdict]:
    return [results[f"{KIND}.{name}"].verdict for name in ("bad", "open", "good")]


@pytest.mark.parametrize(
    ("waivers", "expected", "notes"),
    [
        ([], [FAIL, UNKNOWN, PASS], []),
        ([waiver()], [WAIVED, UNKNOWN, PASS], []),
        ([waiver(f"{KIND}.open")], [FAIL, WAIVED, PASS], []),
        ([waiver(f"{KIND}.good")], [FAIL, UNKNOWN, PASS], ["waiver-unused"]),
        ([waiver(), waiver(f"{KIND}.open")], [WAIVED, WAIVED, PASS], []),
        ([waiver("*")], [WAIVED, WAIVED, PASS], []),
        ([waiver(f"{KIND}.*")], [WAIVED, WAIVED, PASS], []),
        ([waiver("*n")], [FAIL, WAIVED, PASS], []),
        ([waiver("*"), waiver()], [WAIVED, WAIVED, PASS], []),
        ([waiver(f"{KIND}.ba?")], [FAIL, UNKNOWN, PASS], ["waiver-unmatched"]),
        ([waiver("bad")], [FAIL, UNKNOWN, PASS], ["waiver-unmatched"]),
        ([waiver(rule="R2")], [FAIL, UNKNOWN, PASS], ["waiver-unused"]),
    ],
)
def test_a_policy_waives_by_rule_and_address(
    waivers: list[Waiver], expected: list[Verdict], notes: list[str]
) -> None:
    other = waiving(rules=[rule("R2", must_match=False, clients=about(name=["nobody"]))])
    results, codes = judged(waiving(*waivers), other)
    assert verdicts(results) == expected
    assert codes == notes


def test_brackets_are_part_of_an_address() -> None:
    one, two = (client(address=f'{KIND}.c["{key}"]') for key in "ab")
    results, codes = judged(waiving(waiver(f'{KIND}.c["a"]')), roots=[inventory(one, two)])
    assert [result.verdict for result in results.values()] == [WAIVED, FAIL]
    assert codes == []


def test_a_waived_result_keeps_what_it_says() -> None:
    plain, _ = judged(waiving())
    results, _ = judged(waiving(waiver(reason="Retired")))
    expected = replace(
        plain[f"{KIND}.bad"],
        verdict=WAIVED,
        waiver=WaiverInfo("Retired", SAME_AS_NOW, "policy"),
        waived=FAIL,
    )
    assert results[f"{KIND}.bad"] == expected


@pytest.mark.parametrize(
    ("today", "verdict", "notes"),
    [
        (date(2027, 3, 30), WAIVED, []),
        (date(2027, 3, 31), WAIVED, []),
        (date(2027, 4, 1), FAIL, ["waiver-expired"]),
        (date(2028, 1, 1), FAIL, ["waiver-expired"]),
    ],
)
@pytest.mark.parametrize("inline", [False, True])
def test_a_waiver_holds_through_its_date(
    today: date, verdict: Verdict, notes: list[str], inline: bool
) -> None:
    rules = waiving(allow=True) if inline else waiving(waiver())
    roots = [inventory(BAD, OPEN, GOOD, waivers=(comment(),) if inline else ())]
    results, codes = judged(rules, roots=roots, today=today)
    assert verdicts(results)[0] is verdict
    assert codes == notes


def test_an_expired_one_does_not_hide_one_in_force() -> None:
    rules = waiving(waiver(expires="2026-01-01"), waiver("*", expires="2027-05-01", reason="new"))
    results, codes = judged(rules)
    assert results[f"{KIND}.bad"].waiver == WaiverInfo("new", "2027-05-01", "policy")
    assert codes == ["waiver-expired"]


def test_an_expired_one_that_nothing_needs_is_reported_once() -> None:
    assert judged(waiving(waiver(f"{KIND}.good", expires="2026-01-01")))[1] == ["waiver-expired"]


def test_the_author_of_a_change_cannot_waive_it() -> None:
    roots = [inventory(BAD, OPEN, GOOD, waivers=(comment(),))]
    plain, _ = judged(waiving())
    results, codes = judged(waiving(), roots=roots)
    assert results == plain
    assert codes == ["waiver-report-only"]


def test_a_comment_waives_where_the_policy_allows_it() -> None:
    roots = [inventory(BAD, OPEN, GOOD, waivers=(comment(),))]
    results, codes = judged(waiving(allow=True), roots=roots)
    assert verdicts(results) == [WAIVED, UNKNOWN, PASS]
    assert results[f"{KIND}.bad"].waiver == WaiverInfo("soon", SAME_AS_NOW, "main.tf:3")
    assert codes == []


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("other", [True, False])
def test_a_rules_own_policy_says_whether_comments_may_waive_it(own: bool, other: bool) -> None:
    """For a built-in check, all policies together decide."""
    check = "client-without-scopes"
    rules = [
        waiving(allow=own, checks={}),
        waiving(allow=other, rules=[rule("R2", must_match=False)], checks={}, name="other"),
    ]
    found = (comment(), comment(rule=check, line=4))
    roots = [inventory(BAD, waivers=found)]
    results = evaluate(roots, rules).results
    waived, notes = waive(results, roots, rules, TODAY)
    by_rule = {result.rule: result.verdict for result in waived}
    assert by_rule["R1"] is (WAIVED if own else FAIL)
    assert by_rule[check] is (WAIVED if own and other else FAIL)
    assert by_rule["R2"] is FAIL
    reported = {note.message.split(" (")[0] for note in notes}
    expected = set() if own else {"main.tf:3: the comment that waives R1"}
    expected |= set() if own and other else {f"main.tf:4: the comment that waives {check}"}
    assert reported == expected


def test_a_built_in_check_is_waived_by_its_id() -> None:
    rules = waiving(waiver("*", rule="client-without-scopes"), checks={})
    results = evaluate([inventory(BAD)], [rules]).results
    waived, notes = waive(results, [inventory(BAD)], [rules], TODAY)
    assert {r.rule: r.verdict for r in waived} == {"R1": FAIL, "client-without-scopes": WAIVED}
    assert notes == ()


def test_a_comment_concerns_its_own_root_and_clients_only() -> None:
    elsewhere = inventory(client(address=f"{KIND}.bad", root="b"), root="b")
    here = inventory(BAD, OPEN, waivers=(comment(),))
    rules = waiving(allow=True)
    results = evaluate([here, elsewhere], [rules]).results
    waived, _ = waive(results, [here, elsewhere], [rules], TODAY)
    assert [(r.root, r.verdict) for r in waived] == [("b", FAIL), ("tf", WAIVED), ("tf", UNKNOWN)]


def test_a_comment_in_a_shared_module_is_used_if_any_root_needs_it() -> None:
    fine = inventory(client(address=f"{KIND}.x", scopes=["s"]), waivers=(comment(f"{KIND}.x"),))
    bad = inventory(
        client(address=f"{KIND}.y", root="b"), root="b", waivers=(comment(f"{KIND}.y"),)
    )
    results, codes = judged(waiving(allow=True), roots=[fine, bad])
    assert [result.verdict for result in results.values()] == [WAIVED, PASS]
    assert codes == []
    assert judged(waiving(allow=True), roots=[fine])[1] == ["waiver-unused"]


def test_a_comment_for_a_rule_that_does_not_exist_is_reported() -> None:
    roots = [inventory(BAD, waivers=(comment(rule="R9", expires="2020-01-01"),))]
    assert judged(waiving(allow=True), roots=roots)[1] == ["waiver-unknown-rule"]


@pytest.mark.parametrize(
    ("address", "verdict", "notes"),
    [
        ("*", WAIVED, []),
        ("**", UNKNOWN, ["waiver-unused"]),
        (f"{KIND}.*", UNKNOWN, ["waiver-unused"]),
    ],
)
def test_a_rule_that_no_client_matches_is_waived_for_all_addresses_only(
    address: str, verdict: Verdict, notes: list[str]
) -> None:
    rules = waiving(waiver(address), rules=[rule(clients=about(name=["nobody"]))])
    results, codes = judged(rules)
    assert [result.verdict for result in results.values()] == [verdict]
    assert codes == notes


def test_which_of_several_is_named_does_not_depend_on_their_order() -> None:
    ones = [waiver(expires=f"2027-0{month}-01", reason=str(month)) for month in (4, 6, 5)]
    found = (comment(expires="2029-01-01"),)
    roots = [inventory(BAD, OPEN, GOOD, waivers=found)]
    for ordered in (ones, ones[::-1]):
        results, codes = judged(waiving(*ordered, allow=True), roots=roots)
        assert results[f"{KIND}.bad"].waiver == WaiverInfo("6", "2027-06-01", "policy")
        assert codes == []


def test_a_finding_on_a_role_is_waived_by_the_role_or_by_all_its_clients() -> None:
    held = grant("d:e:*", name="a")
    ones = [client("CLIENT-CREDENTIALS", address=f"{KIND}.{n}", grants=(held,)) for n in "xy"]
    roots = [inventory(*ones)]

    def found(*waivers: Waiver) -> tuple[Verdict, tuple[str, ...]]:
        rules = waiving(*waivers, checks={})
        results, _ = waive(evaluate(roots, [rules]).results, roots, [rules], TODAY)
        (result,) = [r for r in results if r.rule == "wildcard-permission"]
        return result.verdict, result.affects

    wildcard = "wildcard-permission"
    assert found() == (FAIL, (f"{KIND}.x", f"{KIND}.y"))
    assert found(waiver("genesyscloud_auth_role.a", wildcard))[0] is WAIVED
    assert found(waiver(f"{KIND}.x", wildcard)) == (FAIL, (f"{KIND}.y",))
    assert found(waiver(f"{KIND}.x", wildcard), waiver(f"{KIND}.y", wildcard))[0] is WAIVED


def test_what_was_not_asked_says_nothing_about_its_waivers() -> None:
    rules = waiving(waiver(f"{KIND}.good"), waiver(expires="2020-01-01"))
    assert judged(rules)[1] == ["waiver-expired", "waiver-unused"]
    assert judged(rules, run_filter=RunFilter(ignore=frozenset({"R1"})))[1] == []
    assert judged(rules, complete=False)[1] == ["waiver-expired"]


def test_the_notes_say_which_waiver_it_is() -> None:
    found = (comment(rule="R9"), comment(line=7))
    roots = [inventory(BAD, waivers=found)]
    rules = waiving(waiver("x", expires="2026-01-01"), waiver("y"))
    _, notes = waive(evaluate(roots, [rules]).results, roots, [rules], TODAY)
    assert notes == (
        Note(
            "waiver-expired",
            "The waiver of R1 for x in the policy p expired on 2026-01-01 and waives nothing.",
        ),
        Note(
            "waiver-report-only",
            'main.tf:7: the comment that waives R1 ("soon", through 2027-03-31) is only reported: '
            "the policy does not allow comments to waive (inline_waivers: report-only).",
        ),
        Note(
            "waiver-unknown-rule",
            "main.tf:3: the comment that waives R9 waives nothing: no rule or check here has that "
            "id.",
        ),
        Note(
            "waiver-unmatched",
            "The waiver of R1 for y in the policy p matches no client of this run.",
        ),
    )


_ADDRESSES = st.sampled_from(["*", f"{KIND}.*", f"{KIND}.bad", f"{KIND}.open", f"{KIND}.good"])
_RULES = st.sampled_from(["R1", "R2", "client-without-scopes"])
_DATES = st.sampled_from(["2027-03-30", "2027-03-31", "2027-04-01"])


@given(
    policies=st.lists(st.builds(waiver, _ADDRESSES, _RULES, _DATES), max_size=4),
    comments=st.lists(
        st.builds(
            lambda address, rule, expires: comment(address, rule=rule, expires=expires),
            _ADDRESSES,
            _RULES,
            _DATES,
        ),
        max_size=4,
    ),
    allow=st.booleans(),
)
def test_waivers_make_nothing_pass_and_hide_nothing(
    policies: list[Waiver], comments: list[InlineWaiver], allow: bool
) -> None:
    roots = [inventory(BAD, OPEN, GOOD, waivers=tuple(comments))]
    rules = waiving(*policies, allow=allow, rules=[rule("R1"), rule("R2")], checks={})
    before = evaluate(roots, [rules]).results
    after, _ = waive(before, roots, [rules], TODAY)
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        if new.verdict is WAIVED:
            assert old.verdict in (FAIL, UNKNOWN)
            assert new.waiver is not None
            assert new.waiver.expires >= "2027-03-31"
            assert new == replace(old, verdict=WAIVED, waiver=new.waiver, waived=old.verdict)
        else:
            assert new == old
    wanted = {(w.rule, w.address) for w in policies if w.expires >= SAME_AS_NOW}
    for result in after:
        if result.verdict in (FAIL, UNKNOWN):
            assert (result.rule, result.address) not in wanted
            assert (result.rule, "*") not in wanted


@pytest.mark.parametrize("allow", [False, True])
def test_a_rule_that_is_not_waivable_is_waived_by_nobody(allow: bool) -> None:
    firm = replace(rule(), waivable=False)
    by_policy = waiving(waiver(), rules=[firm], allow=allow)
    results, codes = judged(by_policy)
    assert results[f"{KIND}.bad"].verdict is FAIL
    assert codes == ["waiver-not-allowed"]
    roots = [replace(inventory(BAD, OPEN, GOOD), waivers=(comment(),))]
    results, codes = judged(waiving(rules=[firm], allow=allow), roots=roots)
    assert results[f"{KIND}.bad"].verdict is FAIL
    assert codes == ["waiver-not-allowed"]
