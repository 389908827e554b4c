"""Candidates become pipes, pipes become blueprints and job orders.

handoff   candidates in, pipes declared        identity   the pipe_id        details   what a candidate says besides
declare   a candidate as a pipe:               cascade    its fields         inference what kind of pipe it is
standards what vendors and categories have in common (seeds/aam)
export    path 1, to DCL                       dispatch   path 2, to Farm    manifest  one job order
store     every version, append-only           api        the routes
"""
