"""One module for each group of causes: pure functions of the observations."""
