"""Candidates for the tests of AAM, and what is declared of them."""

from typing import Any

import msgspec

from aos.aam.blueprints.declare import Declaration, declare
from aos.aam.blueprints.standards import load
from aos.contracts.candidates import Candidate, ObservedSchema
from aos.core.settings import REPOSITORY

STANDARDS = load(REPOSITORY / "seeds" / "aam")
OBSERVED = ObservedSchema(fields=["Id", "Seen"], observed_at="2026-02-02T08:00:00Z", by="catalogue of sf-1")


def candidate(**given: Any) -> Candidate:
    told = {
        "candidate_id": "cand-1",
        "vendor": "acme",
        "source_name": "acme cloud",
        "resource": "things",
        "category": "unheard_of",
        "governance_status": "Sanctioned",
        "confidence": 0.9,
        "evidence": [],
        "asset_key": "acme-1",
        **given,
    }
    return msgspec.convert(told, Candidate)


def declared(observed: ObservedSchema | None = None, **given: Any) -> Declaration:
    return declare("autonomy", candidate(**given), observed, STANDARDS)
