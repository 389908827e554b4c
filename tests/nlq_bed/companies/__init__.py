"""Pipes of five invented companies' own data, with questions about them."""
