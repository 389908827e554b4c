"""Paths 2 to 4 on Farm's side: a manifest comes in, rows go out, and what arrived is checked.

intake.py     the manifest, looked at as a whole → queued (store.py)
runner.py     up to three jobs at a time; job.py is one of them, top to bottom
extract/      rows from a source → transform.py → chunks.py, stored before they are pushed
push.py       a chunk to DCL, and what its answer means
recon.py      the run read back from DCL, against truth.py
"""
