"""Where every line is (spec: Phase 1, ledger)."""

from aos.contracts.base import Strict


class LedgerLine(Strict, frozen=True, kw_only=True):
    """Lines of one connector, or of all.

    received = clean + repaired + quarantined + discarded + in_flight, and published = filed + pending + moved.
    `quarantined` is what lies there now; `pending` is published and not filed yet; `moved` went from the live stream to
    quarantine because it could not be filed; `keepalives` are blank lines, counted apart. `imbalance` is the sum of the
    amounts by which the two equations differ, and is 0. `guarantee` says what a crash can cost.
    """

    received: int = 0
    clean: int = 0
    repaired: int = 0
    quarantined: int = 0
    discarded: int = 0
    in_flight: int = 0
    keepalives: int = 0
    published: int = 0
    filed: int = 0
    pending: int = 0
    moved: int = 0
    imbalance: int = 0
    guarantee: str = ""


class Ledger(Strict, frozen=True, kw_only=True):
    connectors: dict[str, LedgerLine]
    total: LedgerLine
