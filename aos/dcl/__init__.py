"""The warehouse and its gate. The record's way:

source.py (bytes → lines) → airlock.py (line → Clean | Drifted | Toxic) → batch.py (envelopes, refused lines)
→ publish.py (one atomic step in Redis) → warehouse/consumer.py (rows in SQLite, then acknowledged)
"""
