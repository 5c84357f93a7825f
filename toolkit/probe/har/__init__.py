"""Recorded requests, as the steps that a probe would have made."""
