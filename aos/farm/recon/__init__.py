"""Path 4: Farm reads back what it pushed and compares by value.

hashes.py    a row in one spelling, and its hash
compare.py   expected against found, batch by batch: what is missing, extra, doubled, wrong
"""
