from __future__ import annotations

import itertools
from typing import Any

import pytest

from toolkit.errors import PolicyError
from toolkit.judging.engine import Evaluated
from toolkit.model.clients import Location
from toolkit.model.findings import Kind, Severity, Verdict
from toolkit.model.inventory import Inventory, Note
from toolkit.policy.document import CheckSetting, Forbid, KnownRole, Policy, Setting

from .build import (
    ALL_OFF,
    BLOCK,
    CC,
    COUNT,
    GRANT_TYPE,
    NAME,
    SCOPES,
    about,
    checks_on,
    client,
    evaluate,
    grant,
    inventory,
    policy,
    requiring,
    rule,
    run,
)

PASS, FAIL, UNKNOWN, NA = (
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.UNKNOWN,
    Verdict.NOT_APPLICABLE,
)
GOOD = client(scopes=["s"])
BAD = client(scopes=["t"])
OPEN = client(scopes_unknown=(SCOPES,))


def test_a_result_carries_rule_and_client() -> None:
    there = Location("main.tf", 5, 5)
    one = client(address="a", name="n", root="x", locations={"scopes": there})
    (result,) = run([one], rule("R9", title="A title", severity="warning", why="Because."))
    assert (result.rule, result.kind, result.verdict) == ("R9", Kind.POLICY, FAIL)
    assert (result.title, result.why, result.severity) == ("A title", "Because.", Severity.WARNING)
    assert (result.root, result.address, result.client) == ("x", "a", "n")
    assert (result.grant_type, result.location, result.waiver) == ("CODE", there, None)
    assert result.counts


def test_without_a_name_or_grant_type_the_result_has_none() -> None:
    (result,) = run([client(GRANT_TYPE, address="a", name=NAME)], rule())
    assert (result.client, result.grant_type) == ("a", None)


@pytest.mark.parametrize(
    ("one", "own", "fix"),
    [
        (BAD, "Do this.", "Do this."),
        (BAD, None, 'Add "s" to the client\'s scopes.'),
        (GOOD, "Do this.", None),
        (OPEN, "Do this.", None),
    ],
)
def test_a_violation_has_the_fix_of_its_rule_else_a_concrete_one(
    one: Any, own: str | None, fix: str | None
) -> None:
    (result,) = run([one], rule(fix=own))
    assert result.fix == fix


@pytest.mark.parametrize(
    ("one", "plain"),
    [(GOOD, PASS), (BAD, FAIL), (OPEN, UNKNOWN)],
)
@pytest.mark.parametrize("open_", ["name", "existence", "both"])
def test_an_open_selector_or_existence_makes_unknown(one: Any, plain: Verdict, open_: str) -> None:
    (result,) = run([one], rule())
    assert result.verdict is plain
    name = "recorder" if open_ == "existence" else NAME
    existence = None if open_ == "name" else COUNT
    maybe = client(
        scopes=one.scopes.members,
        scopes_unknown=one.scopes.unknown,
        name=name,
        existence=existence,
    )
    (result,) = run([maybe], rule(clients=about(name=["*record*"])))
    if one is GOOD and open_ == "name":
        # The rule is met whether it selects the client or not.
        assert (result.verdict, result.reasons) == (PASS, ())
        return
    assert result.verdict is UNKNOWN
    expected = {"name": [NAME], "existence": [COUNT], "both": [COUNT, NAME]}[open_]
    if one is GOOD:
        expected = [COUNT]
    assert list(result.reasons) == [*expected, *one.scopes.unknown]
    assert [m.any_of for m in result.missing] == ([] if one is GOOD else [("s",)])
    assert result.location == BLOCK


def test_an_open_selector_is_told_with_what_would_follow() -> None:
    (result,) = run([client(name=NAME)], rule(clients=about(name=["x"])))
    assert result.message == (
        "Cannot tell whether the rule applies to this client, since var.name is not known. "
        'If it applies: Lacks the scope "s".'
    )
    (result,) = run([client(existence=COUNT)], rule())
    assert result.message == (
        "Cannot tell whether this client exists, since var.enabled is not known. "
        'If it exists: Lacks the scope "s".'
    )


def test_what_can_concern_nobody_stays_so() -> None:
    forbid = Forbid(scopes=("users",))
    maybe = client(CC, name=NAME, existence=COUNT)
    (result,) = run([maybe], rule(forbid=forbid, clients=about(name=["x"])))
    assert result.verdict is NA


def test_a_client_that_does_not_match_has_no_result() -> None:
    results = run([GOOD, client(name="billing")], rule(clients=about(name=["record*"])))
    assert [result.client for result in results] == ["recorder"]


@pytest.mark.parametrize(
    ("clients", "answered"),
    [
        ([GOOD], True),
        ([], False),
        ([client(name="billing")], False),
        # The client has its own unknown, which is enough.
        ([client(name=NAME)], True),
        ([client(existence=COUNT, scopes=["s"])], True),
        ([client(name="billing", existence=COUNT)], False),
    ],
)
def test_a_rule_that_must_match_says_when_nothing_does(clients: Any, answered: bool) -> None:
    results = run(clients, rule(clients=about(name=["*record*"])))
    unmatched = [result for result in results if result.address is None]
    assert len(unmatched) == (0 if answered else 1)
    for result in unmatched:
        assert (result.root, result.client, result.verdict) == (None, None, UNKNOWN)
        assert result.reasons
        assert result.counts


def test_a_client_that_a_rule_may_match_but_cannot_concern_is_no_answer() -> None:
    wanted = rule(forbid=Forbid(scopes=("x",)), must_match=True, clients=about(name=["record*"]))
    assert [r.verdict for r in run([client(CC, name=NAME)], wanted)] == [UNKNOWN, NA]
    assert [r.verdict for r in run([client(CC)], wanted)] == [NA]


def test_only_require_must_match_unless_the_rule_says_so() -> None:
    forbid: dict[str, Any] = {"forbid": Forbid(scopes=("x",))}
    assert not run([], rule(**forbid))
    assert not run([], rule(settings={"state": Setting(equals="active")}))
    assert not run([], rule(must_match=False))
    assert len(run([], rule(must_match=True, **forbid))) == 1


@pytest.mark.parametrize(
    ("clients", "keys", "message"),
    [
        (0, {}, "No client matches this rule's selector (any client). Found no client."),
        (
            1,
            {"name": ["x"]},
            """No client matches this rule's selector (name "x"). Found 1 client. """
            """Able to do what the rule asks: "recorder".""",
        ),
        (
            2,
            {"name": ["x", "y"], "grant_type": [CC]},
            """No client matches this rule's selector (name "x" or "y" and grant type """
            """"CLIENT-CREDENTIALS"). Found 2 clients. """
            """Able to do what the rule asks: "recorder".""",
        ),
    ],
)
def test_no_match_says_what_was_looked_for(clients: int, keys: Any, message: str) -> None:
    (result,) = run([GOOD] * clients, rule(clients=about(**keys)))
    assert result.message == message


def test_must_match_is_asked_once_per_run() -> None:
    wanted = policy(rule(clients=about(name=["record*"])), checks=ALL_OFF)
    other = client(name="billing", root="b")
    both = [inventory(GOOD, root="a"), inventory(other, root="b")]
    assert [result.root for result in evaluate(both, [wanted]).results] == ["tf"]
    neither = [inventory(other, root="b"), inventory(root="c")]
    assert [result.root for result in evaluate(neither, [wanted]).results] == [None]


def test_a_source_in_which_nothing_is_judged_is_not_asked() -> None:
    note = Note("destroy-only", "Nothing was judged.")
    destroyed = inventory(BAD, judged=False, notes=(note,))
    assert evaluate([destroyed], [policy(rule())]) == Evaluated(notes=(note,))
    assert evaluate([], [policy(rule())]) == Evaluated()
    results = evaluate([destroyed, inventory()], [policy(rule())]).results
    assert [result.address for result in results] == [None]


@pytest.mark.parametrize(("one", "counts"), [(GOOD, True), (BAD, True), (OPEN, False)])
def test_an_unknown_may_be_reported_only(one: Any, counts: bool) -> None:
    (result,) = run([one], rule(unknown="report"))
    assert result.counts is counts


def test_no_match_may_be_reported_only() -> None:
    (result,) = run([], rule(unknown="report"))
    assert (result.verdict, result.counts) == (UNKNOWN, False)


def test_results_are_sorted_whatever_the_order_of_the_input() -> None:
    clients = [client(root=root, address=address) for root in ("a", "b") for address in ("x", "y")]
    rules = [rule("R1"), rule("R2"), rule("R0", clients=about(name=["nobody"]))]
    expected = [("", "", "R0")] + [
        (one.root, one.address, name) for one in clients for name in ("R1", "R2")
    ]
    for ordered, ruled in itertools.product(
        (clients, clients[::-1]), itertools.permutations(rules)
    ):
        results = evaluate([Inventory("r", "hcl", tuple(ordered))], [policy(*ruled)]).results
        named = [r.sort_key for r in results if r.kind is Kind.POLICY]
        assert named == expected
        assert [r.sort_key for r in results] == sorted(r.sort_key for r in results)


def test_policies_are_used_together() -> None:
    one = policy(rule("A"), name="one", checks=ALL_OFF)
    two = policy(rule("B"), name="two", checks=ALL_OFF)
    assert [result.rule for result in evaluate([inventory(GOOD)], [two, one]).results] == ["A", "B"]


AN_ID = "00000000-0000-4000-8000-0000000000a1"


def test_what_one_policy_knows_of_roles_serves_all() -> None:
    wants = policy(rule(require=requiring(permissions=["d:e:x"])), checks=ALL_OFF)
    knows = policy(name="org", roles=(KnownRole(id=AN_ID, permissions=("d:*:*",)),))
    held = grant(name="x")
    held = type(held)(type(held.role)("undefined", id=AN_ID))
    roots = [inventory(client(CC, grants=(held,)))]
    assert [r.verdict for r in evaluate(roots, [wants]).results] == [UNKNOWN]
    assert [r.verdict for r in evaluate(roots, [wants, knows]).results] == [PASS]


@pytest.mark.parametrize(
    ("opinions", "severity"),
    [
        ([], "warning"),
        ([None], "warning"),
        (["off"], None),
        (["off", None], None),
        (["off", "off"], None),
        (["off", "note"], "note"),
        (["note"], "note"),
        (["note", None], "note"),
        (["note", "error", "off"], "error"),
    ],
)
def test_of_several_opinions_on_a_check_the_strictest_holds(
    opinions: list[Any], severity: str | None
) -> None:
    policies: list[Policy] = []
    for opinion in opinions:
        setting = opinion if opinion in (None, "off") else CheckSetting(severity=opinion)
        policies.append(policy(checks={"client-inactive": setting} if setting else {}))
    found = {check.id: found for check, found in checks_on(policies)}
    assert found.get("client-inactive") == (Severity(severity) if severity else None)
    one = client(scopes=["s"], attributes={"state": "inactive"})
    results = evaluate([inventory(one)], policies).results
    assert [result.severity for result in results] == ([Severity(severity)] if severity else [])


def test_a_check_that_is_off_leaves_no_note() -> None:
    assert evaluate([inventory(OPEN)], []).notes
    assert not evaluate([inventory(OPEN)], [policy(checks=ALL_OFF)]).notes


def test_notes_are_sorted_and_each_is_told_once() -> None:
    notes = (Note("b", "x"), Note("a", "y"), Note("b", "x"))
    roots = [inventory(root=root, notes=notes) for root in ("a", "b")]
    assert evaluate(roots, []).notes == (Note("a", "y"), Note("b", "x"))


def test_a_rule_about_nothing_is_refused() -> None:
    empty = Policy(version=1, name="p", rules=(rule(require=None),))
    with pytest.raises(PolicyError, match="R1"):
        evaluate([inventory()], [empty])


def test_a_crash_in_a_rule_names_the_rule_and_the_client() -> None:
    # The loader refuses such a pattern, so reaching the check with one is a bug.
    broken = rule("R7", settings={"state": Setting(matches="(")})
    with pytest.raises(Exception, match="missing") as caught:
        run([client(address="addr")], broken)
    assert caught.value.__notes__ == ["in check R7, on addr"]


def test_a_crash_in_a_built_in_check_names_it() -> None:
    garbled: Any = ["CODE"]
    with pytest.raises(AttributeError) as caught:
        evaluate([inventory(client(garbled), root="somewhere")], [])
    assert caught.value.__notes__ == ["in check ineffective-scopes, on somewhere"]
