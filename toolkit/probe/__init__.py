"""Tries to start a recording and diagnoses failures: one half sends, the other half concludes."""
