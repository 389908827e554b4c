"""A pump group with a wide table of quarters, invoices, people and tickets, October 2022 to September 2025."""
