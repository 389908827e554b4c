"""Systems that Farm plays: every row is a pure function of (generator, seed, row number), in any process.

catalog.py   which generators there are
shape.py     what a generator is: its fields with unit and aggregation, and the row of a number
draw.py      the choices of one row
pages.py     the rows over HTTP, paged as the vendors page: cursor and Link
"""
