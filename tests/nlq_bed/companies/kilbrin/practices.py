"""Practices that treat patients, and have staff and cases."""

PRACTICES = (
    "Rathmines", "Dundrum", "Swords", "Galway", "Salthill", "Limerick", "Cork City", "Douglas", "Waterford", "Kilkenny",
    "Athlone", "Sligo",
)  # fmt: skip
COUNTY = {
    "Rathmines": "Co. Dublin", "Dundrum": "Co. Dublin", "Swords": "Co. Dublin", "Galway": "Co. Galway",
    "Salthill": "Co. Galway", "Limerick": "Co. Limerick", "Cork City": "Co. Cork", "Douglas": "Co. Cork",
    "Waterford": "Co. Waterford", "Kilkenny": "Co. Kilkenny", "Athlone": "Co. Westmeath", "Sligo": "Co. Sligo",
}  # fmt: skip
PRACTICE_PICK = PRACTICES + PRACTICES[:3] + PRACTICES[3:4] + PRACTICES[6:7]
