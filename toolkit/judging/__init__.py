"""Judges an inventory by rules and checks: selectors, effective permissions, verdicts, waivers."""
