"""One file a vendor, or a group of families with one way of speaking."""
