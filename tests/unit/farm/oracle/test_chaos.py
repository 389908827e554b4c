"""Who is hit, and how often."""

import hashlib
from collections import Counter

import pytest

from aos.farm.oracle.chaos import BAD_TYPE_FIELDS, DRIFT_FIELDS, MALFORMATIONS, Chaos, Kind, hit
from aos.farm.oracle.invoices import invoice_line

DRAWS = 100_000
FIRST_TEN_THOUSAND = "2b408c14ecfd707eb6235b7d686430abbbc559b32384ed3259c293ca06cf1d0c"


def test_draws_are_as_ever() -> None:
    """The chaos of seed 1 never changes: not by process, Python version, or an edit of a table."""
    hits = "\n".join(str(tuple(map(str, found))) for n in range(1, 10_001) if (found := hit(1, n)))
    assert hashlib.sha256(hits.encode()).hexdigest() == FIRST_TEN_THOUSAND


def test_shares_are_those_of_the_spec() -> None:
    """A tenth of the records is hit, by 35 % malformed, 38 % drift, 25 % bad_type, 2 % latency."""
    chaos = Chaos()
    hits = [found for n in range(1, DRAWS + 1) if (found := chaos.hit(1, n))]
    assert len(hits) == pytest.approx(DRAWS / 10, rel=0.05)
    shares = Counter(found.kind for found in hits)
    for kind, share in {Kind.MALFORMED: 35, Kind.DRIFT: 38, Kind.BAD_TYPE: 25, Kind.LATENCY: 2}.items():
        assert shares.pop(kind) / len(hits) * 100 == pytest.approx(share, abs=1.5)
    assert not shares


def test_every_way_occurs_alike() -> None:
    """Each field and each manner of a kind has its turn."""
    ways = Counter((found.kind, found.field or found.detail) for n in range(1, 30_001) if (found := hit(1, n, 1.0)))
    for kind, names in (
        (Kind.MALFORMED, MALFORMATIONS),
        (Kind.DRIFT, DRIFT_FIELDS),
        (Kind.BAD_TYPE, BAD_TYPE_FIELDS),
    ):
        counts = [ways[kind, name] for name in names]
        assert min(counts) > max(counts) * 0.85


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.5, 1.0])
def test_rate_is_kept(rate: float) -> None:
    """The share of hits is the rate; 0 is none and 1 is all."""
    hits = sum(hit(3, n, rate) is not None for n in range(1, 20_001))
    assert hits == (int(rate * 20_000) if rate in (0, 1) else pytest.approx(rate * 20_000, rel=0.15))


def test_higher_rate_hits_the_same_and_more() -> None:
    """What is hit at a low rate is hit in the same way at a high one."""
    assert all(hit(1, n, 0.5) == found for n in range(1, 5_001) if (found := hit(1, n, 0.1)))


def test_kinds_asked_for_are_the_only_ones() -> None:
    """With kinds given only those strike, in their proportion; those on request are equal; order does not matter."""
    asked = [Kind.MALFORMED, Kind.LATENCY]
    shares = Counter(found.kind for n in range(1, 20_001) if (found := hit(1, n, 1.0, asked)))
    assert set(shares) == set(asked)
    assert shares[Kind.MALFORMED] / 20_000 == pytest.approx(35 / 37, abs=0.01)
    rare = [Kind.RESET, Kind.SLOW_DRIP, Kind.HUGE_LINE, Kind.INVALID_UTF8]
    counts = Counter(found.kind for n in range(1, 20_001) if (found := hit(1, n, 1.0, rare)))
    assert all(counts[kind] / 20_000 == pytest.approx(1 / 4, abs=0.02) for kind in rare)
    assert [hit(1, n, 0.3, rare) for n in range(1, 500)] == [hit(1, n, 0.3, reversed(rare)) for n in range(1, 500)]


def test_chaos_does_not_look_at_the_truth() -> None:
    """Seeds and numbers draw their chaos apart: which records are hit tells nothing of what stands in them."""
    hits = {n for n in range(1, 20_001) if hit(1, n)}
    paid = {n for n in range(1, 20_001) if b'"status":"paid"' in invoice_line(1, n)}
    assert len(hits & paid) / len(hits) == pytest.approx(0.5, abs=0.05)
    assert len(hits & {n for n in range(1, 20_001) if hit(2, n)}) / len(hits) == pytest.approx(0.1, abs=0.03)


def test_first_record_is_never_a_duplicate() -> None:
    """There is nothing before record 1, and the log does not claim that there was."""
    assert all(hit(seed, 1, 1.0, [Kind.DUPLICATE]) is None for seed in range(100))
    assert hit(1, 2, 1.0, [Kind.DUPLICATE]) is not None


def test_refused_connections_hit_no_record() -> None:
    """http_503 is drawn for connections alone."""
    chaos = Chaos(1.0, [Kind.HTTP_503])
    assert all(chaos.hit(1, n) is None for n in range(1, 1000))
    assert all(chaos.refusal(1, connection) for connection in range(100))
    assert not any(Chaos(1.0).refusal(1, connection) for connection in range(100))
