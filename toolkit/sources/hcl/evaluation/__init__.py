"""Expressions to values, as Terraform evaluates them (HCL 2.23, hclsyntax)."""
