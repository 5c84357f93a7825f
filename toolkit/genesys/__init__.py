"""The client side of Genesys Cloud: regions, credentials, and the one way to send requests."""
