"""What is wrong or invented as yet, and why. The test of one that has become right fails until it is taken out here."""

KNOWN = (
    "how much were our costs in Q1 2023",  # gives the cloud bill, whose field is called so: one cost of many
    "How many people did we hire in 2024?",  # gives the rows of HR; the ledger has new hires, another figure
    "capital ratio Q3 2025",  # gives tier 1, whose name holds the words; CET1 is one as well
    "total hours in 2024",  # gives the ICU hours; hours worked and hours of training are there too
)
