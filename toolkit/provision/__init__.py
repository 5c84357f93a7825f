"""Runs Terraform.

`show_plan` is loaded when it is first asked for: only who gives a saved plan waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.provision.saved_plan import show_plan as show_plan

__getattr__ = lazily(__name__, {"show_plan": "saved_plan"})
