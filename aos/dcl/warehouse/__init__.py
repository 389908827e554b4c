"""Where records rest: rows keyed by source position, filed by the consumer."""
