"""A publishing house with its quarters, trade orders, staff and reader care tickets, January 2023 to September 2025."""
