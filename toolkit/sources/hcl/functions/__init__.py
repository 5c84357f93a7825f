"""Terraform's functions, one module for each kind; `library` finds them by name."""
