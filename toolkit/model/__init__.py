"""The data model of clients and findings: frozen, typed, standard library only."""
