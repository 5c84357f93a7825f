"""One module for each group of causes: pure functions of what was seen."""
