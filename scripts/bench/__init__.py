"""Benchmarks: `make bench`, `make soak`."""
