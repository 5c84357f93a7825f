"""Build modules as Terraform and OpenTofu do: files, variables, calls, instances."""
