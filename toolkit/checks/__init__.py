"""The checks: what a client has against what a rule asks, as pure functions."""
