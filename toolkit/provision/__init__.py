"""Runs Terraform.

`show_plan` is imported on first access: only runs with a saved plan wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.provision.saved_plan import show_plan as show_plan

__getattr__ = lazily(__name__, {"show_plan": "saved_plan"})
