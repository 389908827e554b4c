"""A manufacturer with four regions: deals, key figures, purchase orders and incidents of 2024 and 2025."""
