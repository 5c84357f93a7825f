"""Genesys Cloud as a client sees it: regions, credentials, and the one way to send requests."""
