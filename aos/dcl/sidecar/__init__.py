"""Reads sources line by line, judges each line, and hands batches to Redis. Garbage never stops it."""
