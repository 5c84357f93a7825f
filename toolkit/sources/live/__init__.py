"""Reads a live org through the API."""
