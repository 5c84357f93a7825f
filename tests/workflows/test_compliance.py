"""Each finding names the compliance goals of its rule."""

from __future__ import annotations

import json
from pathlib import Path

from tests.workflows.test_diff import R, holds, role
from toolkit.reporters import json_report, sarif, text
from toolkit.workflows import check

POLICY = """
version: 1
name: ours
rules:
  - id: R1
    title: No right to delete
    compliance: [PCI DSS, GDPR Art. 32]
    forbid: {permissions: ["recording:*:delete"]}
  - id: R2
    title: Of nobody
    compliance: [PCI DSS]
    must_match: true
    clients: {name: [nobody]}
    forbid: {permissions: ["recording:*:delete"]}
  - {id: R3, title: Serves nothing, forbid: {permissions: ["recording:*:delete"]}}
"""


def test_every_format_that_people_read_shows_what_a_rule_serves(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(role("r", "recording:recording:delete") + holds("c", R))
    ours = tmp_path / "ours.yaml"
    ours.write_text(POLICY)
    report = check([str(tmp_path)], policies=[str(ours)], environ={})
    served = {each.rule: each.compliance for each in report.results if each.rule.startswith("R")}
    assert served == {"R1": ("PCI DSS", "GDPR Art. 32"), "R2": ("PCI DSS",), "R3": ()}
    assert "compliance: PCI DSS, GDPR Art. 32" in text.render(report)
    results = {each["rule"]: each for each in json.loads(json_report.render(report))["results"]}
    assert results["R1"]["compliance"] == ["PCI DSS", "GDPR Art. 32"]
    assert "compliance" not in results["R3"]
    rules = json.loads(sarif.render(report))["runs"][0]["tool"]["driver"]["rules"]
    tags = {rule["id"]: rule.get("properties", {}).get("tags") for rule in rules}
    assert (tags["R1"], tags["R3"]) == (["PCI DSS", "GDPR Art. 32"], None)
