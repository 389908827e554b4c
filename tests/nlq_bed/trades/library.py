"""A library's loans; what the pipe says of its fields is little, as it often is."""

from datetime import timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import LAST, Column, Pipe, a_day
from tests.nlq_bed.truth import Row

SEED = 77

BRANCHES = ("Central", "Riverside", "Eastgate", "Hillcrest", "Harbour")
TITLES = (
    ("The Salt Path Home", "book"), ("A Winter in Ghent", "book"), ("Small Gods of Rain", "book"),
    ("The Cartographer's Wife", "book"), ("Learning to Sail", "book"), ("Bread and Ashes", "book"),
    ("Night Trains", "audiobook"), ("The Quiet Orchard", "audiobook"), ("Deep Blue North", "dvd"),
    ("Seven Bridges", "dvd"), ("Clockwork Harvest", "board game"), ("Islands of Amber", "board game"),
    ("Garden Monthly", "magazine"), ("Model Railways", "magazine"),
)  # fmt: skip
_READERS = ("adult",) * 5 + ("child",) * 3 + ("student",) * 3 + ("senior",) * 2


def _loan(n: int, of: int) -> Row:
    draw = Draw(SEED, "loans", n)
    out, (title, medium) = a_day(n, of, draw), draw.pick(TITLES)
    renewed = draw.pick((0, 0, 0, 1, 1, 2, 3))
    due = out + timedelta(days=(21 if medium == "book" else 14) + 14 * renewed)
    back = due + timedelta(days=draw.between(-12, 0) if draw.chance(72) else draw.between(1, 40))
    late = (back - due).days
    came = back <= LAST and not draw.chance(3)
    return {
        "loan_id": f"LN{n + 1:06d}",
        "item_barcode": f"30{draw.below(400) + 51000:06d}",
        "title": title,
        "media_type": medium,
        "branch": draw.pick(BRANCHES),
        "card_number": f"C{draw.below(180) + 2100}",
        "borrower_group": draw.pick(_READERS),
        "checkout_date": out.isoformat(),
        "due_date": due.isoformat(),
        "return_date": back.isoformat() if came else None,
        "renewals": renewed,
        "late_fee": (late * 25 / 100 if late > 0 else 0.0) if came else None,
        "checkout_channel": draw.pick(("self-service", "self-service", "desk", "app")),
        "condition_on_return": draw.pick(("good",) * 9 + ("worn", "worn", "torn")) if came else None,
        "reader_rating": draw.between(1, 5) if came and draw.chance(40) else None,
        "was_reserved": draw.chance(24),
    }


LOANS = Pipe(
    "kohalite.library-loans", "Kohalite library loans", "kohalite", "library", "loan",
    ("loan_id",), ("IPAAS", "boomi"),
    (  # what this trade says of itself is little, as it often is
        Column("loan_id", "string"),
        Column("item_barcode", "string"),
        Column("title", "string"),
        Column("media_type", "string"),
        Column("branch", "string"),
        Column("card_number", "string"),
        Column("borrower_group", "string"),
        Column("checkout_date", "date", "", "period"),
        Column("due_date", "date"),
        Column("return_date", "date"),
        Column("renewals", "integer", "", "additive"),
        Column("late_fee", "number", "", "additive", "EUR"),
        Column("checkout_channel", "string"),
        Column("condition_on_return", "string"),
        Column("reader_rating", "integer", "", "ratio", "stars"),
        Column("was_reserved", "boolean"),
    ),
    tuple(_loan(n, 720) for n in range(720)),
)  # fmt: skip
