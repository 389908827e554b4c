"""Farm's oracle: everything in here is a pure function of (seed, n), so any answer can be checked against the truth."""
