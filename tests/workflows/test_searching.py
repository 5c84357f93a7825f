"""Regular expressions are looked for as Python does it, and only for so long."""

from __future__ import annotations

import re
import time

import pytest

from toolkit import workflows
from toolkit.errors import PolicyError
from toolkit.model.clients import Client
from toolkit.model.findings import Verdict
from toolkit.model.inventory import Inventory
from toolkit.policy.document import Policy, Rule, Setting
from toolkit.workflows.policy_check import check_inventories, searching
from toolkit.workflows.searching import Searcher

ENDLESS = "^(a+)+$"


@pytest.mark.parametrize("text", ["", "recorder", "a\nb", "é", "\ud800", "x" * 100_000])
@pytest.mark.parametrize("pattern", ["^rec", r"\Z", "(?i)É", "(.)\\1", "\ud800", "^a$", "(?!x)."])
def test_a_pattern_is_found_where_python_finds_it(pattern: str, text: str) -> None:
    with Searcher() as search:
        assert search(pattern, text) is (re.search(pattern, text) is not None)


def test_one_that_would_not_end_is_an_error_and_leaves_no_process() -> None:
    begin = time.monotonic()
    with Searcher(0.3) as search:
        assert search(ENDLESS, "aaa")
        process = search._process
        with pytest.raises(PolicyError) as raised:
            search(ENDLESS, "a" * 60 + "!")
        # Whoever asks once more is not kept waiting.
        with pytest.raises(PolicyError):
            search("a", "a")
    assert "takes too long" in raised.value.message
    assert "\n" not in raised.value.message
    assert process.poll() is not None
    assert time.monotonic() - begin < 60


def test_nothing_is_started_where_nothing_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Searcher] = []

    def start() -> Searcher:
        started.append(Searcher())
        return started[-1]

    monkeypatch.setattr(workflows, "Searcher", start, raising=False)
    with searching() as search:
        assert started == []
        assert search("a", "a")
        assert not search("b", "a")
    (only,) = started
    assert only._process.returncode is not None


def test_a_check_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflows, "Searcher", lambda: Searcher(0.3), raising=False)
    rule = Rule(id="R1", title="t", settings={"name": Setting(matches=ENDLESS)})
    policy = Policy(version=1, name="p", rules=(rule,))

    def judged(name: str) -> Verdict:
        client = Client("r", "genesyscloud_oauth_client.c", name, "CODE")
        return check_inventories([Inventory("r", "hcl", (client,))], [policy]).results[0].verdict

    assert judged("aaa") is Verdict.PASS
    with pytest.raises(PolicyError, match="takes too long"):
        judged("a" * 60 + "!")
