"""What was refused, and how it leaves: looked at, replayed through the current contract, or discarded with a reason."""
