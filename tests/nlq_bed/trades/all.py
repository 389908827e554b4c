"""Every case over the trades. The pipes of a group are known together, and to a process of their own."""

from tests.nlq_bed.trades import group_one, group_three, group_two

GROUPS = (group_one, group_two, group_three)
CASES = [case for group in GROUPS for case in group.CASES]
