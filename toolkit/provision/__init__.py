"""Runs Terraform."""
