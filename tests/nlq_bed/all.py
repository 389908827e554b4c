"""Every case."""

from tests.nlq_bed import (
    finance,
    held_out_eight,
    held_out_eighteen,
    held_out_eleven,
    held_out_fifteen,
    held_out_five,
    held_out_four,
    held_out_fourteen,
    held_out_nine,
    held_out_nineteen,
    held_out_one,
    held_out_seven,
    held_out_seventeen,
    held_out_six,
    held_out_sixteen,
    held_out_ten,
    held_out_thirteen,
    held_out_three,
    held_out_twelve,
    held_out_twenty,
    held_out_twenty_one,
    held_out_twenty_two,
    held_out_two,
    invoices,
    people,
    support,
    unanswerable,
)
from tests.nlq_bed.truth import Ambiguous, Case, Refused

PARTS = (
    finance, invoices, people, support, unanswerable, held_out_one, held_out_two, held_out_three, held_out_four,
    held_out_five, held_out_six, held_out_seven, held_out_eight, held_out_nine, held_out_ten, held_out_eleven,
    held_out_twelve, held_out_thirteen, held_out_fourteen, held_out_fifteen, held_out_sixteen, held_out_seventeen,
    held_out_eighteen, held_out_nineteen, held_out_twenty, held_out_twenty_one, held_out_twenty_two,
)  # fmt: skip
# A question that two rounds have counts once.
CASES: list[Case] = list({case.question.lower(): case for part in PARTS for case in part.CASES}.values())


def is_unanswerable(case: Case) -> bool:
    truth = case.truth()
    return truth is Refused or isinstance(truth, Refused | Ambiguous)
