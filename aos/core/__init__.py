"""What every module stands on. Knows none of them; imports `contracts` only."""
