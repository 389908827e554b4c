"""A chain of dental practices with its quarters, treatment invoices, staff and patient cases, January 2023 to December
2025."""
