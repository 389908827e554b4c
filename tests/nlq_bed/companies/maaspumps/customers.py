"""Customers that are invoiced and write tickets."""

CUSTOMERS = (  # number, name, industry, country, currency
    ("C10021", "Brouwer Dairy", "Food & Beverage", "Netherlands", "EUR"),
    ("C10034", "Waterschap Delfland", "Water Utilities", "Netherlands", "EUR"),
    ("C10047", "Van Rijn Chemie", "Chemicals", "Netherlands", "EUR"),
    ("C10052", "Zeeland Greenhouses", "Agriculture", "Netherlands", "EUR"),
    ("C10068", "Port of Moerdijk", "Marine", "Netherlands", "EUR"),
    ("C10079", "Kempen Brewery", "Food & Beverage", "Belgium", "EUR"),
    ("C10083", "Scheldt Shipyards", "Marine", "Belgium", "EUR"),
    ("C10095", "Aqualys", "Water Utilities", "France", "EUR"),
    ("C10102", "Lorraine Papier", "Pulp & Paper", "France", "EUR"),
    ("C10116", "Rheinwerk Polymers", "Chemicals", "Germany", "EUR"),
    ("C10121", "Stadtwerke Kassel", "Water Utilities", "Germany", "EUR"),
    ("C10137", "Huber Maschinenbau", "Machinery", "Germany", "EUR"),
    ("C10140", "Nordsee Fischerei", "Food & Beverage", "Germany", "EUR"),
    ("C10158", "Alpen Pharma", "Pharmaceuticals", "Switzerland", "CHF"),
    ("C10163", "Limmat Biotech", "Pharmaceuticals", "Switzerland", "CHF"),
    ("C10177", "Pennine Water", "Water Utilities", "United Kingdom", "GBP"),
    ("C10182", "Humber Refining", "Chemicals", "United Kingdom", "GBP"),
    ("C10199", "Lakeland Creamery", "Food & Beverage", "United Kingdom", "GBP"),
    ("C10204", "Vistula Mining", "Mining", "Poland", "EUR"),
    ("C10218", "Poznan Heat", "Energy", "Poland", "EUR"),
    ("C10223", "Gulfline Desalination", "Water Utilities", "United Arab Emirates", "USD"),
    ("C10231", "Texarkana Energy", "Energy", "United States", "USD"),
    ("C10246", "Great Lakes Paper", "Pulp & Paper", "United States", "USD"),
    ("C10259", "Savannah Marine", "Marine", "United States", "USD"),
)  # fmt: skip
CUSTOMER_PICK = (
    CUSTOMERS + CUSTOMERS[:8] + (CUSTOMERS[0],) * 2 + (CUSTOMERS[9],) * 3 + (CUSTOMERS[15],) * 2 + (CUSTOMERS[21],)
)
