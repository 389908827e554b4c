"""Pieces of a question → slots. Each piece is taken once; one that nothing takes is a refusal.

pieces.py      looking at pieces and taking them
united.py      `highest to lowest`: pieces that say one thing
refused.py     why, will, should: what no data can answer
undone.py      `still to be paid`: what was not done yet
within.py      `total including tax`: which of the amounts
money.py       `how much did we spend`
wholes.py      `vendors with more than 30 invoices`
figures.py     limits: `over 10k`, `between`, `top 5`, `priority 1`
often.py       `more than once`
whether.py     `did revenue exceed 200m`
durations.py   `over 2 days` of what is in hours
standing.py    `open`, `live`: how it stands, whatever dates are called so
times.py       periods with the dates that they are about
groups.py      `by region`
family.py      `by region`, where each of them is a measure
record.py      `status of ERP-17`: fields of the record that a key names
values.py      `overdue`, `not in EMEA`, `open or paid`
names.py       measures, entities, fields by themselves
several.py     `average and highest salary`
words.py       how many, average, trend, versus
ranking.py     the highest, the last five
changes.py     grew, is higher than
settle.py      what it all means together
of_one.py      `how much does a crown cost`
course.py      `plot it`: period by period
who.py         `who is on leave`
tall.py        `revenue`, where it is the name in a row
contradictions.py  what the slots can't mean together
states.py      what is so now, and when or by whom it was done
dropped.py     words that are passed over mostly, where they may not be
verbs.py       `staff who run Marketing`: what says more of persons
levels.py      the first of each group, the rows of the first group
untold.py      what is read and not told all the same
"""

from collections.abc import Sequence

from aos.nlq.asked import Asked
from aos.nlq.cover import Piece
from aos.nlq.fields import Pipe
from aos.nlq.slots.dropped import refuse_dropped
from aos.nlq.slots.durations import refuse_left_units, refuse_other_units
from aos.nlq.slots.family import read_families
from aos.nlq.slots.figures import read_figures
from aos.nlq.slots.groups import read_groups
from aos.nlq.slots.levels import refuse_levels
from aos.nlq.slots.names import read_names
from aos.nlq.slots.of_one import read_of_one
from aos.nlq.slots.pieces import Pieces
from aos.nlq.slots.record import read_doers, read_record
from aos.nlq.slots.refused import refuse
from aos.nlq.slots.settle import settle
from aos.nlq.slots.several import read_several
from aos.nlq.slots.standing import read_standing
from aos.nlq.slots.states import date_states
from aos.nlq.slots.times import read_missing, read_parts, read_times
from aos.nlq.slots.undone import refuse_undone
from aos.nlq.slots.united import united
from aos.nlq.slots.untold import refuse_untold
from aos.nlq.slots.values import read_values
from aos.nlq.slots.verbs import refuse_said_of_persons
from aos.nlq.slots.wholes import read_wholes
from aos.nlq.slots.within import read_within
from aos.nlq.slots.words import read_rest, read_words
from aos.nlq.synonyms import Synonyms


def read_slots(pipe: Pipe, pieces: Sequence[Piece], synonyms: Synonyms, *, named: bool = False) -> Asked:
    """`Refusal` where the pieces make no sense together. `named`: the caller named this pipe."""
    held = Pieces(pipe, united(pieces, pipe, synonyms), synonyms)
    held.pipe_is_named = named
    for step in (
        refuse, refuse_undone, read_within, read_wholes, read_figures, read_standing, read_times, read_missing,
        read_families, read_groups, read_doers, read_values, read_record, read_names, read_several, read_words,
        read_parts, refuse_left_units, read_rest, settle, read_of_one, date_states, refuse_dropped,
        refuse_said_of_persons, refuse_levels, refuse_untold, refuse_other_units,
    ):  # fmt: skip
        step(held)
    return held.asked


__all__ = ["read_slots"]
