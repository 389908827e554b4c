"""Sessions of browsers: how long they last, what ends them, and what is kept of them."""

from collections.abc import AsyncIterator

import pytest

from aos.core import sessions as module
from aos.core.auth import Auth, KeyEntry, digest
from aos.core.clock import FakeClock
from aos.core.datadir import DataDir
from aos.core.db import Database, locked
from aos.core.errors import StoreFault
from aos.core.http import Access
from aos.core.keyring import SCHEMA
from aos.core.sessions import IDLE_MS, KEPT_EVERY_MS, LONGEST_MS, Sessions

OPERATOR = KeyEntry("operator", Access.OPERATOR, "acme", digest("the operator's key"))
VIEWER = KeyEntry("viewer", Access.VIEWER, "acme", digest("the viewer's key"))
HOUR_S = 3_600.0


@pytest.fixture
async def database(data: DataDir) -> AsyncIterator[Database]:
    opened = await Database.open(data.path / "aos.db", SCHEMA)
    yield opened
    await opened.close()


async def opened(database: Database, clock: FakeClock, *keys: KeyEntry) -> Sessions:
    found = Sessions(database, Auth(keys or (OPERATOR, VIEWER)).find, clock)
    await found.open()
    return found


async def test_a_session_is_found_by_its_token_alone(database: Database, clock: FakeClock) -> None:
    """Each has a token of its own and the role and tenant of its key."""
    sessions = await opened(database, clock)
    tokens = {entry.id: await sessions.begin(entry) for entry in (OPERATOR, VIEWER)}
    for entry in (OPERATOR, VIEWER):
        found = sessions.find(tokens[entry.id])
        assert found is not None
        assert found.entry == entry
    for odd in ("", "x", tokens["viewer"] + "x", tokens["viewer"].upper(), "ü" * 43):
        assert sessions.find(odd) is None


async def test_a_session_ends_after_twelve_hours_without_use_and_seven_days_with(
    database: Database, clock: FakeClock
) -> None:
    """Use pushes the first limit on, nothing the second."""
    sessions = await opened(database, clock)
    token = await sessions.begin(OPERATOR)
    for _ in range(15):
        clock.advance(11 * HOUR_S)
        session = sessions.find(token)
        assert session is not None
        await sessions.touch(session)
    clock.advance(LONGEST_MS / 1000 - 15 * 11 * HOUR_S - 1)
    assert sessions.find(token) is not None
    clock.advance(1)
    assert sessions.find(token) is None
    unused = await sessions.begin(OPERATOR)
    clock.advance(IDLE_MS / 1000 - 1)
    assert sessions.find(unused) is not None
    clock.advance(1)
    assert sessions.find(unused) is None


async def test_the_next_start_knows_them_and_when_they_were_used(database: Database, clock: FakeClock) -> None:
    """The last use is written down every five minutes at most; what is over is gone from the table."""
    sessions = await opened(database, clock)
    used, unused = await sessions.begin(OPERATOR), await sessions.begin(VIEWER)
    clock.advance(11 * HOUR_S)
    session = sessions.find(used)
    assert session is not None
    await sessions.touch(session)
    clock.advance(KEPT_EVERY_MS / 1000 - 1)
    await sessions.touch(session)
    assert await database.read("SELECT max(seen_ms) FROM sessions") == [(session.kept,)]
    clock.advance(HOUR_S)
    again = await opened(database, clock)
    assert again.find(used) is not None
    assert again.find(unused) is None
    assert await database.read("SELECT digest FROM sessions") == [(digest(used),)]


async def test_no_token_lies_in_the_database(database: Database, clock: FakeClock) -> None:
    """Whoever reads the file can't go on with anybody's session."""
    token = await (await opened(database, clock)).begin(OPERATOR)
    await database.close()
    content = b"".join(path.read_bytes() for path in database.path.parent.glob("aos.db*"))
    assert digest(token) in content
    assert token.encode() not in content


@pytest.mark.parametrize(
    "keys",
    [
        (VIEWER,),
        (VIEWER, KeyEntry("operator", Access.OPERATOR, "acme", digest("another key"))),
        (VIEWER, KeyEntry("renamed", Access.OPERATOR, "acme", OPERATOR.digest)),
    ],
    ids=["deleted", "changed", "given to somebody else"],
)
async def test_a_session_lasts_no_longer_than_its_key(
    database: Database, clock: FakeClock, keys: tuple[KeyEntry, ...]
) -> None:
    """A key that was deleted or changed takes its sessions along, at once and at the next start; no other."""
    valid = {entry.digest: entry for entry in (OPERATOR, VIEWER)}
    sessions = Sessions(database, valid.get, clock)
    await sessions.open()
    tokens = [await sessions.begin(OPERATOR), await sessions.begin(VIEWER)]
    valid.clear()
    valid.update({entry.digest: entry for entry in keys})
    assert [sessions.find(token) is None for token in tokens] == [True, False]
    again = await opened(database, clock, *keys)
    assert [again.find(token) is None for token in tokens] == [True, False]
    assert await database.read("SELECT key_id FROM sessions") == [("viewer",)]


async def test_an_ended_session_is_gone_at_once_and_for_good(database: Database, clock: FakeClock) -> None:
    """Signing out twice, or from nowhere, does no harm."""
    sessions = await opened(database, clock)
    token, other = await sessions.begin(OPERATOR), await sessions.begin(OPERATOR)
    for ended in (token, token, "", "never was", "ü"):
        await sessions.end(ended)
    assert sessions.find(token) is None
    assert sessions.find(other) is not None
    assert (await opened(database, clock)).find(token) is None


async def test_the_longest_unused_makes_room(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are never more than so many."""
    monkeypatch.setattr(module, "MOST", 3)
    sessions = await opened(database, clock)
    tokens = []
    for _ in range(3):
        tokens.append(await sessions.begin(OPERATOR))
        clock.advance(1)
    first = sessions.find(tokens[0])
    assert first is not None
    await sessions.touch(first)
    tokens.append(await sessions.begin(OPERATOR))
    assert [sessions.find(token) is not None for token in tokens] == [True, False, True, True]
    assert await database.read("SELECT count(*) FROM sessions") == [(3,)]


async def test_a_locked_database_keeps_no_reader_out(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last use is not written down then, and is tried again later; a session that can't be stored is none."""
    sessions = await opened(database, clock)
    session = sessions.find(await sessions.begin(OPERATOR))
    assert session is not None
    await database._writer.execute_fetchall("PRAGMA busy_timeout=0")
    clock.advance(KEPT_EVERY_MS / 1000)
    async with locked(database.path):
        await sessions.touch(session)
        with pytest.raises(StoreFault):
            await sessions.begin(OPERATOR)
    assert len(await database.read("SELECT digest FROM sessions")) == 1
