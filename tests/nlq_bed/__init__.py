"""Questions with their truths, written for AOS. Truths are computed from the pipes' rows by plain Python."""
