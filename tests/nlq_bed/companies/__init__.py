"""Pipes of three invented companies' own data, with questions about them."""
