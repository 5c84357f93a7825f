"""A mock of Genesys Cloud: the same contracts, named scenarios, and faults on demand."""
