"""What a client has and what was found: frozen, typed, standard library only."""
