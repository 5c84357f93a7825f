"""Evaluate expressions as Terraform does (HCL 2.23, hclsyntax)."""
