"""Every case over the companies. The four pipes of a company are known together, and to a process of their own: the
questions are those of people who know no other data than their company's."""

from tests.nlq_bed.companies.ferrocore import questions as ferrocore
from tests.nlq_bed.companies.kilbrin import questions as kilbrin
from tests.nlq_bed.companies.larkfield import questions as larkfield
from tests.nlq_bed.companies.maaspumps import questions as maaspumps
from tests.nlq_bed.companies.veldpump import questions as veldpump

GROUPS = (ferrocore, veldpump, maaspumps, larkfield, kilbrin)
CASES = [case for group in GROUPS for case in group.CASES]
