"""AOS moves enterprise data through pipes that break, and keeps the data right while they do."""

__version__ = "0.1.0"
