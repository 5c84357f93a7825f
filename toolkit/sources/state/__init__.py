"""Reads states."""
