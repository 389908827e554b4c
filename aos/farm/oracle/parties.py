"""Who invoices whom: 512 vendors and 256 billing addresses, laid out as pieces of JSON.

The tables are combinations of the words below in a fixed order. Changing a word changes the truth of every seed.
"""

import msgspec

_FIRST = (
    "Acme", "Northwind", "Contoso", "Globex", "Initech", "Umbra", "Vandelay", "Stark Ridge",
    "Blue Harbor", "Cedar & Pine", "Delta", "Evergreen", "Falcon", "Granite", "Helios", "Ironwood",
    "Juniper", "Keystone", "Lakeshore", "Meridian", "Nimbus", "Orchard", "Pioneer", "Quartz",
    "Redwood", "Summit", "Tidewater", "Union", "Vertex", "Müller & Söhne", "Westgate", "Yellow Pine",
)  # fmt: skip
_SECOND = (
    "Logistics LLC", "Supply Co.", "Industrial Inc.", "Packaging Ltd", "Software GmbH", "Foods PLC", "Components Corp.",
    "Services SA", "Freight LLC", "Chemicals AG", "Energy Inc.", "Office Supply Ltd", "Print & Media", "Tools Co.",
    "Consulting LLP", "Textiles S.p.A.",
)  # fmt: skip
_NAMES_IN_FULL = {
    42: "東京部品株式会社",
    137: "Ångström Instrument AB",
    219: "São Paulo Têxteis Ltda",
    301: "Żółw Transport sp. z o.o.",
    388: "Αθηναϊκή Εμπορική Α.Ε.",
    471: "Café ☕ Čapek s.r.o.",
}
_STREETS = (
    "Market Street", "Industrial Way", "Harbor Road", "Elm Avenue", "Commerce Drive", "Mill Lane", "Station Road",
    "Airport Boulevard", "Church Street", "Park Place", "Canal Walk", "Ridge Road", "Foundry Row", "Orchard Close",
    "Liberty Square", "Quarry Hill",
)  # fmt: skip
# city, state, postal code, country, currency, tax in per cent of the net amount
_CITIES = (
    ("Austin", "TX", "78701", "US", "USD", 8),
    ("Denver", "CO", "80202", "US", "USD", 5),
    ("Portland", "OR", "97201", "US", "USD", 0),
    ("Columbus", "OH", "43215", "US", "USD", 7),
    ("Atlanta", "GA", "30303", "US", "USD", 8),
    ("Boston", "MA", "02108", "US", "USD", 6),
    ("Seattle", "WA", "98101", "US", "USD", 10),
    ("Chicago", "IL", "60601", "US", "USD", 9),
    ("Toronto", "ON", "M5H 2N2", "CA", "CAD", 13),
    ("Leeds", "West Yorkshire", "LS1 4DY", "GB", "GBP", 20),
    ("Hamburg", "HH", "20095", "DE", "EUR", 19),
    ("Lyon", "ARA", "69002", "FR", "EUR", 20),
    ("Zürich", "ZH", "8001", "CH", "CHF", 8),
    ("Rotterdam", "ZH", "3011 AD", "NL", "EUR", 21),
    ("Sydney", "NSW", "2000", "AU", "AUD", 10),
    ("Dublin", "D", "D02 X285", "IE", "EUR", 23),
)


def _vendors() -> tuple[bytes, ...]:
    """`"vendor_id":…,"vendor":{…}` of V-1000 to V-1511."""
    pieces = []
    for index in range(512):
        name = _NAMES_IN_FULL.get(index) or f"{_FIRST[index % 32]} {_SECOND[index // 32]}"
        tax_id = f"{10 + index * 37 % 89}-{1_000_000 + index * 15_485_863 % 9_000_000}"
        fields = {"vendor_id": f"V-{1000 + index}", "vendor": {"name": name, "tax_id": tax_id}}
        pieces.append(msgspec.json.encode(fields)[1:-1])
    return tuple(pieces)


def _places() -> tuple[tuple[bytes, int], ...]:
    """`"billing_address":{…},"currency":…` and the tax in per cent that is due there."""
    pieces = []
    for index in range(256):
        city, state, postal_code, country, currency, tax = _CITIES[index % 16]
        address = {
            "street": f"{1 + index * 53 % 1999} {_STREETS[index // 16]}",
            "city": city,
            "state": state,
            "postal_code": postal_code,
            "country": country,
        }
        pieces.append((msgspec.json.encode({"billing_address": address, "currency": currency})[1:-1], tax))
    return tuple(pieces)


VENDORS = _vendors()
PLACES = _places()
