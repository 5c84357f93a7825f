"""A stand-in for the Genesys Cloud Terraform provider, for tests with the real terraform binary."""
