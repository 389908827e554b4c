"""Evidence → candidates, and connection intents for what is Sanctioned. docs/pipes.md has the rules in plain words.

The same rows in any order give the same candidates: of several that tell the same thing the source that ranks first
counts, and of one source the latest.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from aos.aod.inventory import Inventory, Seen, usable
from aos.aod.vendors import UNKNOWN, Vendors
from aos.contracts.candidates import (
    Candidate,
    CandidateEvidence,
    EvidenceSource,
    Governance,
    InventoryRow,
)
from aos.contracts.intent import ConnectionIntent, IntentEvidence, IntentOwner
from aos.contracts.onboarding import FAMILIES
from aos.core.redact import one_line

Why = Literal["oauth_consenter", "admin", "usage", "expense", "idp_owner"]
# How sure one source makes that the thing is there, by itself. They are independent of each other: together they leave
# the product of their doubts.
TRUST: Mapping[EvidenceSource, float] = {"IdP": 0.6, "CMDB": 0.5, "Procurement": 0.5, "CASB": 0.4}
RANK: Mapping[EvidenceSource, int] = {"CMDB": 0, "IdP": 1, "Procurement": 2, "CASB": 3}
# One word of Blocked outweighs any permission; a permission outweighs what merely was seen.
GOVERNANCE: Sequence[Governance] = ("Blocked", "Sanctioned", "Shadow", "Unknown")
OWNER_TRUST: Mapping[Why, float] = {
    "idp_owner": 0.9,
    "admin": 0.8,
    "oauth_consenter": 0.7,
    "usage": 0.5,
    "expense": 0.4,
}
OWNER_WHY: Mapping[EvidenceSource, Why] = {
    "IdP": "idp_owner",
    "CMDB": "admin",
    "Procurement": "expense",
    "CASB": "usage",
}
RISKS = ("low", "med", "high")
READING = frozenset(("adapter", "endpoint_ref", "credentials_ref", "query", "transform"))  # details on how to read it
FARM = "/farm/"  # an address that begins so is a path of Farm, wherever that runs
TURN = 500  # rows or things between two turns of the event loop


class Thing(NamedTuple):
    """One source of data: what a pipe may be made of. `seen` are its rows, the weightiest first."""

    namespace: str
    vendor: str
    source_name: str
    resource: str
    seen: list[Seen]

    @property
    def digest(self) -> str:
        """The same for (namespace, vendor, source, resource) in every process."""
        named = [self.namespace, self.vendor, self.source_name, self.resource]
        return hashlib.sha256(msgspec.json.encode(named)).hexdigest()

    @property
    def asset_key(self) -> str:
        return f"{self.vendor[:64]}-{self.digest[:16]}"

    def told(self) -> str:
        return one_line(f"{self.vendor} {self.source_name} {self.resource}", 200)

    def status(self) -> Governance:
        said = {seen.row.status for seen in self.seen}
        return next(status for status in GOVERNANCE if status in said)

    def confidence(self) -> float:
        doubt = 1.0
        for source in {seen.row.source for seen in self.seen}:
            doubt *= 1 - TRUST[source]
        return round(1 - doubt, 4)

    def first(self, name: str) -> Any:
        """What the weightiest row says that says anything."""
        return next((value for seen in self.seen if (value := getattr(seen.row, name))), None)


class Found(NamedTuple):
    candidates: list[Candidate]
    intents: list[ConnectionIntent]
    unusable: list[str]


async def read(rows: Iterable[tuple[int, InventoryRow]], vendors: Vendors) -> Inventory:
    seen: list[Seen] = []
    bad: list[str] = []
    for count, (number, row) in enumerate(rows):
        if count % TURN == 0:
            await asyncio.sleep(0)
        judged = usable(row, number, vendors)
        if isinstance(judged, str):
            bad.append(judged)
        else:
            seen.append(judged)
    return Inventory(seen, bad)


def things(namespace: str, seen: Sequence[Seen]) -> tuple[list[Thing], list[str]]:
    """Rows of one thing together. A row without a product belongs to the only product there is of its vendor and
    resource; with several it can't be told which it means."""
    products: dict[tuple[str, str], set[str]] = {}
    for each in seen:
        products.setdefault((each.vendor, each.resource), set()).update({each.product} - {""})
    groups: dict[tuple[str, str, str], list[Seen]] = {}
    bad = []
    for each in seen:
        known = products[each.vendor, each.resource]
        if not each.product and len(known) > 1:
            bad.append(f"row {each.number}: which of {len(known)} products of {each.vendor} it means is not said")
            continue
        source = each.product or next(iter(known), each.vendor)
        groups.setdefault((each.vendor, source, each.resource), []).append(each)
    return [Thing(namespace, *key, sorted(rows, key=_weight)) for key, rows in sorted(groups.items())], bad


def _weight(seen: Seen) -> tuple[int, float, bytes]:
    return RANK[seen.row.source], -seen.at.timestamp(), msgspec.json.encode(seen.row, order="sorted")


async def judge(found: Sequence[Thing], assets: Mapping[str, str], vendors: Vendors, farm: str) -> Found:
    """`assets`: asset_key → aod_asset_id. `farm` is where Farm's paths begin; empty: there is none."""
    candidates: list[Candidate] = []
    intents: list[ConnectionIntent] = []
    notes: list[str] = []
    for count, thing in enumerate(found):
        if count % TURN == 0:
            await asyncio.sleep(0)
        details, note = _details(thing, farm)
        notes += [note] if note else []
        candidates.append(_candidate(thing, details, assets[thing.asset_key], vendors))
        if thing.status() == "Sanctioned":
            owner = _owner(thing)
            if owner is None:
                notes.append(f"{thing.told()}: Sanctioned, but nobody is named as its owner, so there is no intent")
            elif not (account := _account(thing, vendors)):
                told = "Sanctioned, but no row says its account (resource_ids), so there is no intent"
                notes.append(f"{thing.told()}: {told}")
            else:
                intents.append(_intent(thing, account, owner, candidates[-1].category, vendors))
    return Found(candidates, _one_an_account(intents), notes)


def _account(thing: Thing, vendors: Vendors) -> list[str]:
    """The account that the thing is in, as an intent names it; empty where nobody says so. What is no family that is
    onboarded is only counted, by whatever name it has."""
    said: list[str] = thing.first("resource_ids") or []
    onboarded = vendors.source_type(thing.vendor) in FAMILIES
    return [each.strip() for each in said] or ([] if onboarded else [thing.resource])


def _one_an_account(intents: Sequence[ConnectionIntent]) -> list[ConnectionIntent]:
    """Of the intents for one account the one that names a credential, and of these the one with the surest owner, with
    the highest of their risks."""
    groups: dict[tuple[str, ...], list[ConnectionIntent]] = {}
    for each in intents:
        groups.setdefault((each.source_type, *each.resource_ids), []).append(each)
    found = []
    for group in groups.values():
        best = max(group, key=lambda each: (each.credential_locator is not None, each.owner.confidence))
        risk = max((each.risk_level for each in group), key=RISKS.index)
        found.append(msgspec.structs.replace(best, risk_level=risk))
    return found


def _candidate(thing: Thing, details: dict[str, Any], asset_id: str, vendors: Vendors) -> Candidate:
    category = (thing.first("category") or "").strip().casefold()
    evidence = [
        CandidateEvidence(source=seen.row.source, row=seen.number, what=_what(seen.row), ts=seen.row.ts)
        for seen in sorted(thing.seen, key=lambda seen: seen.number)
    ]
    return Candidate(
        candidate_id=f"cand-{thing.digest[:24]}",
        vendor=thing.vendor,
        source_name=thing.source_name,
        resource=thing.resource,
        category=category[:256] or vendors.category(thing.vendor) or UNKNOWN,
        governance_status=thing.status(),
        confidence=thing.confidence(),
        evidence=evidence,
        asset_key=thing.asset_key,
        aod_asset_id=asset_id,
        transport_kind=thing.first("transport_kind"),
        fields=list(dict.fromkeys(thing.first("fields") or ())),
        details=details,
    )


def _what(row: InventoryRow) -> str:
    """What a row says, without whom it names."""
    said = [f"status {row.status}"]
    said += [f"product {row.product}"] * bool(row.product)
    said += [f"{len(row.fields)} fields"] * bool(row.fields)
    said += ["an owner"] * bool(row.owner)
    said += ["how to read it"] * ("adapter" in row.details)
    return one_line(", ".join(said), 300)


def _details(thing: Thing, farm: str) -> tuple[dict[str, Any], str]:
    """(details of all rows, of the weightiest where several say the same; what could not be completed). How to read it
    comes whole from one row. An address that begins with `/farm/` is completed with where Farm is."""
    details: dict[str, Any] = {}
    for seen in thing.seen:
        read_already = not READING.isdisjoint(details)
        details.update(
            (name, value)
            for name, value in seen.row.details.items()
            if name not in details and not (read_already and name in READING)
        )
    endpoint = details.get("endpoint_ref")
    if not isinstance(endpoint, dict) or not str(endpoint.get("url", "")).startswith(FARM):
        return details, ""
    if not farm:
        kept = {name: value for name, value in details.items() if name not in READING}
        return kept, f"{thing.told()}: is read from Farm, which does not run here; AOS_FARM_URL says where it does"
    return {**details, "endpoint_ref": {**endpoint, "url": f"{farm}/{endpoint['url'].removeprefix(FARM)}"}}, ""


def _owner(thing: Thing) -> IntentOwner | None:
    """The best founded of those who are named."""
    named = [
        (OWNER_TRUST[why], seen.row.owner.strip()[:256], why)
        for seen in thing.seen
        if seen.row.owner.strip()
        for why in [seen.row.owner_why or OWNER_WHY[seen.row.source]]
    ]
    if not named:
        return None
    trust, user, why = max(named, key=lambda each: each[0])
    return IntentOwner(user=user, confidence=trust, why=why)


def _intent(thing: Thing, account: list[str], owner: IntentOwner, category: str, vendors: Vendors) -> ConnectionIntent:
    vouched = next(seen.row for seen in thing.seen if seen.row.status == "Sanctioned")
    return ConnectionIntent(
        source_type=vendors.source_type(thing.vendor),
        resource_ids=account,
        scopes_mode="safe_readonly",
        credential_locator=thing.first("credential_locator"),
        namespace=thing.namespace,
        risk_level=vendors.risk(category),
        evidence=IntentEvidence(status="Sanctioned", source=vouched.source, ts=vouched.ts),
        owner=owner,
    )
