"""The gate of content: blueprints say which pipes there are, and nothing is kept that belongs to none of them.

export → blueprints (versions, append-only) ─┐
push or stream record ── guard ── lookup ────┴→ rows   |   NO_MATCHING_PIPE, counted by sender
"""
