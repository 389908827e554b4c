"""The messages between modules: msgspec structs and the standard library, nothing else."""
