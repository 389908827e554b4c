"""Farm: the hauler and the test oracle. Here: a toxic stream, the truth behind it, and the answers to repair it by.

oracle/invoices   the only truth: record n of a seed
oracle/chaos      what befalls record n                 oracle/damage  the bytes that go out instead of it
oracle/feed       the lines of one connection           oracle/pace    when they are due
oracle/ndjson     the endless answer                    oracle/stream  its endpoints
oracle/faces      what their heads say of the platform behind them
sandbox/          the vendors of the 29 families, played
"""
