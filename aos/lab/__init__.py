"""The lab: a private AOS with a toxic source, faults that strike while lines flow, and a check after each.

stage.py (Farm, Redis and AOS as processes, a proxy before each) → deck.py deals faults (faults.py) → one by one:
lines flow → the fault strikes → it recovers (watch.py) → the flow is held and drains → evidence.py looks for every
position → check.py judges → table.py prints a row.
"""
