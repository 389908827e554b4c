"""What is wrong or invented as yet, and why. The test of one that has become right fails until it is taken out here."""

KNOWN: tuple[str, ...] = ()
