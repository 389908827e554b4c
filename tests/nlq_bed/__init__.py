"""Questions with their truths, written for AOS. Truths are computed from the generators' rows by plain Python."""
