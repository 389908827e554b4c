"""Pipes of trades that AOS was not made for, with questions about them."""
