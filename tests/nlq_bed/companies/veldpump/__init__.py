"""A maker of industrial pumps: quarters, invoices, employees and tickets of July 2022 to June 2025."""
