"""The functions that hash, against Terraform."""

from __future__ import annotations

import pytest

from tests.proof.arguments.hashes import DRAWN
from tests.sources.hcl.functions.literals import differences, drawn_calls

pytestmark = pytest.mark.terraform


def test_drawn_calls_come_to_what_terraform_makes_of_them() -> None:
    assert differences(drawn_calls(DRAWN, 200)) == []
