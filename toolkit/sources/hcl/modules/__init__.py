"""Modules as Terraform and OpenTofu put them together: files, variables, calls, instances."""
