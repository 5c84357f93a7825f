"""What the Terraform provider calls for a resource, and what these calls ask of the operator.

The operator is the client that runs Terraform. Source: the provider's documentation, version
1.84.1; what a call asks for is in the catalog.
"""
