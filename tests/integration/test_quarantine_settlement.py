"""Leaving quarantine: each line once, through the contract as it is now, or discarded with the reason."""

import asyncio
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from aos.contracts.envelope import Envelope
from aos.contracts.ingest import DiscardRequest, ReplayRequest
from aos.core import streams
from aos.core.errors import Unavailable
from aos.dcl.quarantine.judge import MOST_REPLAYS
from aos.dcl.sidecar.airlock import Airlock
from aos.dcl.sidecar.lines import Oversize
from aos.dcl.warehouse import refused as refused_module
from aos.dcl.warehouse.refused import Selection
from tests.integration.quarantined import ALL, Bench, write_contract


async def test_a_line_that_the_contract_takes_now_is_published_at_its_place(at: Bench) -> None:
    """The contract was put right: the line gets its own position, trace id and bytes, and is filed."""
    first, second = await at.refuse([b'{"a":1,"b":2}', b'{"a":3}', b"garbage"])
    before = await at.one(first)
    write_contract(at.seeds, "a")
    told = await at.settlement.replay(ALL, "operator")
    assert (told.replayed, told.repaired, told.still_refused, told.skipped, told.remaining) == (1, 0, 1, [], 0)
    await at.file()
    assert await at.payloads() == ['{"a":1,"b":2}', '{"a":3}']
    entry = (await streams.look(at.redis, streams.RAW, last=1))[0]
    meta = msgspec.json.decode(entry.fields[b"data"], type=Envelope).meta
    assert (meta.position, meta.trace_id) == (before.refusal.position, before.refusal.trace_id)
    assert (meta.target, meta.source, meta.config_gen) == (before.refusal.target, "mulesoft_mock", 1)
    after = await at.one(first)
    assert (after.status, after.settled_by, after.data) == ("replayed", "operator", b'{"a":3}')
    assert after.settled_ms > 0
    assert ((await at.one(second)).status, (await at.one(second)).refusal.replays) == ("held", 1)
    total = (await at.ledger()).total
    assert (total.received, total.clean, total.quarantined, total.filed, total.imbalance) == (3, 2, 1, 2, 0)


async def test_a_line_that_fails_again_says_what_is_wrong_now(at: Bench) -> None:
    """Its reason and its fields are those of the contract as it is now; its bytes and first sight stay."""
    [key] = await at.refuse([b'{"a":1}'])
    before = await at.one(key)
    write_contract(at.seeds, "a", "c", "d")
    told = await at.settlement.replay(ReplayRequest(ids=[key]), "operator")
    assert (told.replayed, told.still_refused) == (0, 1)
    after = await at.one(key)
    assert [fault.path for fault in before.refusal.faults] == ["$.b"]
    assert [fault.path for fault in after.refusal.faults] == ["$.c", "$.d"]
    assert (after.status, after.refusal.replays, after.data) == ("held", 1, b'{"a":1}')
    assert after.refusal.first_seen == before.refusal.first_seen
    assert (await at.ledger()).total.imbalance == 0


async def test_lines_of_a_connector_that_is_gone_meet_the_contract_that_refused_them(at: Bench) -> None:
    """The refusal names it; one that can't be read is a reason, not an error."""
    [key] = await at.refuse([b'{"a":1}'])
    at.connectors.sidecars.clear()
    (at.seeds / "contracts" / "probe.yaml").write_text("nonsense")
    told = await at.settlement.replay(ALL, "operator")
    assert "its contract can't be used" in told.skipped[0].why
    assert (await at.one(key)).status == "held"
    write_contract(at.seeds, "a")
    assert (await at.settlement.replay(ALL, "operator")).replayed == 1


async def test_lines_that_can_not_be_judged_stay_and_hold_nobody_up(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong with a contract that nobody foresaw: the lines are held, and others still leave."""
    keys = await at.refuse([b'{"a":1}', b"x"])

    def broken(name: str) -> Airlock:
        raise ValueError(f"{name} is cursed")

    with monkeypatch.context() as patched:
        patched.setattr(at.connectors, "airlock", broken)
        told = await at.settlement.replay(ALL, "operator")
        assert {line.why for line in told.skipped} == {"it could not be judged: ValueError"}
        assert (await at.settlement.discard(DiscardRequest(ids=[keys[1]], why="noise"), "operator")).discarded == 1
    assert (await at.one(keys[0])).refusal.replays == 0
    write_contract(at.seeds, "a")
    assert (await at.settlement.replay(ALL, "operator")).replayed == 1
    assert (await at.ledger()).total.imbalance == 0


async def test_what_was_cut_short_stays_and_says_why(at: Bench) -> None:
    """Of an overlong line only the head is there: no replay tries it, by any name."""
    [key] = await at.refuse([Oversize(b'{"a":1}', 9_000_000, "00")])
    write_contract(at.seeds)
    for wanted in (ALL, ReplayRequest(ids=[key]), ReplayRequest(ids=[key], force=True)):
        told = await at.settlement.replay(wanted, "operator")
        assert [(line.id, line.why) for line in told.skipped] == [(key, "only its head was kept")]
        assert (told.replayed, told.skipped_count, told.remaining) == (0, 1, 0)


async def test_ids_that_can_not_leave_are_named(at: Bench) -> None:
    """Unknown ones, those that left, and one that is said twice counts once."""
    keys = await at.refuse([b"x", b'{"a":1}', b'{"a":2}'])
    write_contract(at.seeds, "a")
    await at.settlement.discard(DiscardRequest(ids=[keys[0]], why="noise"), "operator")
    told = await at.settlement.replay(ReplayRequest(ids=[*keys, 12345, keys[1], 2**63 - 1]), "operator")
    assert told.replayed == 2
    assert {line.id: line.why for line in told.skipped} == {
        keys[0]: "it is discarded",
        12345: "there is no such line",
        2**63 - 1: "there is no such line",
    }
    again = await at.settlement.discard(DiscardRequest(ids=keys, why="noise"), "operator")
    assert again.discarded == 0
    assert [line.why for line in again.skipped] == ["it is discarded", "it is replayed", "it is replayed"]


async def test_a_line_that_fails_every_replay_is_left_alone(at: Bench) -> None:
    """After its last failed replay only its id with force tries it again; others of the same call still go."""
    [key] = await at.refuse([b"never"])
    for _ in range(MOST_REPLAYS):
        assert (await at.settlement.replay(ALL, "operator")).still_refused == 1
    told = await at.settlement.replay(ALL, "operator")
    assert (told.still_refused, told.skipped_count) == (0, 1)
    assert "force" in told.skipped[0].why
    assert (await at.settlement.replay(ReplayRequest(ids=[key]), "operator")).skipped_count == 1
    assert (await at.settlement.replay(ReplayRequest(ids=[key], force=True), "operator")).still_refused == 1
    assert (await at.one(key)).refusal.replays == MOST_REPLAYS + 1


async def test_filters_and_limit_choose_the_lines(at: Bench) -> None:
    """A call takes no more than its limit and says what is left; the next one begins with those not tried yet."""
    keys = await at.refuse([b"bad", *(b'{"a":%d}' % n for n in range(9))])
    drifted = (await at.one(keys[-1])).refusal.reason
    assert drifted != "malformed"
    failed = await at.settlement.replay(ReplayRequest(reason=drifted, limit=2), "operator")
    assert (failed.still_refused, failed.remaining) == (2, 7)
    write_contract(at.seeds, "a")
    first = await at.settlement.replay(ReplayRequest(reason=drifted, limit=4), "operator")
    assert (first.replayed, first.remaining) == (4, 5)
    assert [(await at.one(key)).status for key in keys[1:]] == ["held"] * 2 + ["replayed"] * 4 + ["held"] * 3
    second = await at.settlement.replay(ReplayRequest(connector="c"), "operator")
    assert (second.replayed, second.still_refused, second.remaining) == (5, 1, 0)
    assert (await at.settlement.replay(ReplayRequest(connector="other"), "operator")).replayed == 0


async def test_discarded_lines_stay_on_record_with_the_reason(at: Bench) -> None:
    """Their bytes, why, when and by whom; the ledger moves them from quarantined to discarded."""
    keys = await at.refuse([b"x", b"y", b'{"a":1}'])
    told = await at.settlement.discard(DiscardRequest(reason="malformed", why="test data"), "operator")
    assert (told.discarded, told.remaining) == (2, 0)
    one = await at.one(keys[0])
    assert (one.status, one.why, one.settled_by, one.data) == ("discarded", "test data", "operator", b"x")
    assert [kept.id for kept in await at.held()] == [keys[2]]
    total = (await at.ledger()).total
    assert (total.quarantined, total.discarded, total.imbalance) == (1, 2, 0)
    assert await at.settlement.discard(DiscardRequest(all=True, why="the rest"), "operator")
    assert await at.rows.count_refused() == 0


async def test_more_than_one_step_can_carry_goes_in_several(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps close by lines and by bytes; order and counters hold, and nothing is left."""
    monkeypatch.setattr(refused_module, "BATCH_BYTES", 100)
    await at.refuse([b'{"a":%d}' % (10 ** (n % 15)) for n in range(700)])
    write_contract(at.seeds, "a")
    told = await at.settlement.replay(ALL, "operator")
    assert (told.replayed, told.remaining) == (700, 0)
    await at.file()
    assert await at.payloads() == [f'{{"a":{10 ** (n % 15)}}}' for n in range(700)]
    published = await at.published()
    assert published == sorted(published)
    assert (await at.ledger()).total.imbalance == 0


async def test_two_replays_at_once_move_each_line_once(at: Bench) -> None:
    """Every line is published once, and each call counts its own."""
    keys = await at.refuse([b'{"a":%d}' % n for n in range(1200)])
    write_contract(at.seeds, "a")
    keys = [kept.id for kept in await at.held()]
    calls = [at.settlement.replay(ReplayRequest(ids=keys), "operator") for _ in range(3)]
    calls.append(at.settlement.replay(ALL, "operator"))
    told = await asyncio.gather(*calls, at.settlement.discard(DiscardRequest(all=True, why="late"), "operator"))
    assert sum(each.replayed for each in told[:-1]) + told[-1].discarded == 1200
    published = await at.published()
    assert len(published) == len(set(published)) == sum(each.replayed for each in told[:-1])
    await at.file()
    total = (await at.ledger()).total
    assert (total.quarantined, total.filed, total.imbalance) == (0, len(published), 0)


async def test_a_line_that_is_refused_anew_after_its_replay_is_held_again(at: Bench) -> None:
    """The consumer could not file it: it lies in quarantine with one more failed replay; a redelivery of what brought
    it there first does not open it again."""
    [key] = await at.refuse([b'{"a":1}'])
    row = await at.one(key)
    write_contract(at.seeds, "a")
    await at.settlement.replay(ALL, "operator")
    first = refused_module.Refused(row.refusal, row.data, await _entry_of(at, key))
    assert await at.rows.keep([first]) == 0
    assert (await at.one(key)).status == "replayed"

    entry = (await streams.look(at.redis, streams.RAW, last=1))[0]
    await streams.ensure_group(at.redis, streams.RAW)
    await streams.read_group(at.redis, streams.RAW, "t", ">", 10)
    poison = msgspec.structs.replace(row.refusal, reason="poison", detail="hangs")
    data, crc = entry.fields[b"data"], entry.fields[b"crc"]
    refile = streams.Refile(entry.id, "c", False, data, crc, msgspec.json.encode(poison), "hangs")
    await streams.move_to_quarantine(at.redis, [refile])
    await at.move()
    held = await at.one(key)
    assert (held.status, held.refusal.reason, held.refusal.replays) == ("held", "poison", 1)
    assert (await at.ledger()).total.imbalance == 0

    assert (await at.settlement.replay(ALL, "operator")).replayed == 1
    await at.file()
    assert await at.payloads() == ['{"a":1}']
    total = (await at.ledger()).total
    assert (total.clean, total.quarantined, total.published, total.moved, total.imbalance) == (1, 0, 2, 1, 0)


async def _entry_of(at: Bench, key: int) -> str:
    return str((await at.database.read("SELECT entry FROM quarantine WHERE id = ?", [key]))[0][0])


async def keep(at: Bench, data: bytes, reason: str, **changes: Any) -> int:
    """A line in the table alone, as if it had come there for another reason."""
    [key] = await at.refuse([b"x"])
    refusal = msgspec.structs.replace((await at.one(key)).refusal, reason=reason, **changes)
    values = (reason, msgspec.json.encode(refusal).decode(), data, key)
    sql = "UPDATE quarantine SET reason = ?, refusal = ?, data = ? WHERE id = ?"
    await at.database.write(lambda tx: tx.run(sql, values))
    return key


def enveloped(at: Bench, payload: bytes, *, repaired: bool = False) -> bytes:
    line = at.sidecar._enveloper.wrap(payload, at.position + 1, b"1")
    return line.replace(b'"is_repaired":false', b'"is_repaired":true') if repaired else line


async def test_an_envelope_in_quarantine_is_judged_by_its_payload(at: Bench) -> None:
    """A poison entry goes out again as what it was; one that is toxic stays an envelope, with the reason beside it."""
    good = await keep(at, enveloped(at, b'{"a":1,"b":2}', repaired=True), "poison")
    bad = await keep(at, enveloped(at, b'{"a":1}'), "poison")
    torn = await keep(at, b'{"meta":', "poison")
    told = await at.settlement.replay(ALL, "operator")
    assert (told.replayed, told.still_refused) == (1, 1)
    assert [(line.id, line.why) for line in told.skipped] == [(torn, "its envelope can't be read")]
    assert (await at.one(good)).status == "replayed"
    refused = (await at.one(bad)).refusal
    assert (refused.reason, [fault.path for fault in refused.faults]) == ("poison", ["$.b"])
    entry = (await streams.look(at.redis, streams.RAW, last=1))[0]
    assert msgspec.json.decode(entry.fields[b"data"])["meta"]["is_repaired"] is True
    total = (await at.ledger()).total
    assert (total.repaired, total.imbalance) == (1, 0)


async def test_a_damaged_entry_goes_only_by_force(at: Bench) -> None:
    """Its checksum did not match, so valid JSON in it may not be what was sent."""
    key = await keep(at, enveloped(at, b'{"a":1,"b":2}'), "corrupt_entry")
    for wanted in (ALL, ReplayRequest(ids=[key])):
        told = await at.settlement.replay(wanted, "operator")
        assert (told.replayed, told.skipped_count) == (0, 1)
        assert "damaged" in told.skipped[0].why
    assert (await at.settlement.replay(ReplayRequest(ids=[key], force=True), "operator")).replayed == 1


@pytest.mark.parametrize(
    "damage", [(b'"position":1', b'"position":2'), (b"-8", b"-9"), (b'"target":"', b'"target":"x')]
)
async def test_a_damaged_entry_never_takes_the_place_of_another_line(at: Bench, damage: tuple[bytes, bytes]) -> None:
    """The place that it names must agree with its trace id, whatever the operator wants."""
    key = await keep(at, enveloped(at, b'{"a":1,"b":2}').replace(*damage), "corrupt_entry")
    told = await at.settlement.replay(ReplayRequest(ids=[key], force=True), "operator")
    assert (told.replayed, told.skipped_count) == (0, 1)
    assert "can't be confirmed" in told.skipped[0].why
    assert (await at.one(key)).status == "held"


async def test_replay_waits_behind_the_consumer(at: Bench) -> None:
    """Past the limit that holds sources back nothing is added; it is said, and can be tried later."""
    await at.refuse([b'{"a":1,"b":2}', b'{"a":1}'])
    await streams.ensure_group(at.redis, streams.RAW)
    write_contract(at.seeds, "a")
    tight = msgspec.structs.replace(at.core.settings, stream_max_lag=0)
    at.settlement._core = replace(at.core, settings=tight)
    with pytest.raises(Unavailable):
        await at.settlement.replay(ALL, "operator")
    await at.file()
    assert (await at.settlement.replay(ALL, "operator")).replayed == 1


async def test_status_and_time_order_the_list(at: Bench) -> None:
    """Held lines by default, the newest first; other statuses when asked; the cursor goes on where the page ended."""
    keys = await at.refuse([b"x%d" % n for n in range(5)])
    await at.settlement.discard(DiscardRequest(ids=keys[1:3], why="noise"), "operator")
    assert [kept.id for kept in await at.held()] == [keys[4], keys[3], keys[0]]
    assert {kept.id for kept in await at.held(status="discarded")} == set(keys[1:3])
    page, more = await at.rows.quarantine.page(Selection(status=""), 0, 2)
    rest, end = await at.rows.quarantine.page(Selection(status=""), page[-1].id, 9)
    assert (more, end) == (True, False)
    assert [kept.id for kept in [*page, *rest]] == keys[::-1]
