"""The gate, with a resolver that answers as told and a network that notes what is dialled."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import httpcore
import httpx
import pytest

from aos.core.allowlist import AllowList
from aos.core.egress import PUBLIC_PORTS, SERVICE_PORTS, Egress
from aos.core.errors import EgressRefused
from aos.core.settings import REPOSITORY, Settings
from tests.unit.core.test_places import ODD_HOSTS, ODD_URLS

PUBLIC = "93.184.216.34"
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class Names:
    """Answers each look-up with the next of these, the last one again and again; notes who asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers, self.asked = list(answers), list[tuple[str, int]]()

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


class Wire(httpcore.AsyncMockStream):
    """One connection that answers 200 and keeps what was written to it and the TLS name."""

    answer = ANSWER

    def __init__(self, log: list[str]) -> None:
        super().__init__([self.answer, self.answer])
        self._log = log

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._log.append(buffer.decode())

    async def start_tls(
        self, ssl_context: object, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        self._log.append(f"TLS {server_hostname}")
        return self


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that was connected to, and what was sent there; an address that ends in .99 does not answer."""
    log: list[str] = []

    async def connect(_: object, host: str, port: int, *rest: object) -> httpcore.AsyncNetworkStream:
        log.append(f"{host} {port}")
        if host.endswith(".99"):
            raise httpcore.ConnectError("no answer")
        return Wire(log)

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    return log


def gate(allow: str = "", *answers: Sequence[str]) -> Egress:
    return Egress(AllowList.read(allow), Names(*(answers or ([PUBLIC],))))


async def get(egress: Egress, *urls: str) -> None:
    async with egress.call_client(deadline_s=5, connections=2) as client:
        for url in urls:
            assert (await client.get(url)).text == "ok"


async def refused(egress: Egress, url: str) -> EgressRefused:
    """What both refuse: the look beforehand and the call itself."""
    with pytest.raises(EgressRefused):
        await get(egress, url)
    async with egress.stream_client(idle_s=5) as client:
        with pytest.raises(EgressRefused):
            await client.send(client.build_request("GET", url), stream=True)
    with pytest.raises(EgressRefused) as caught:
        await egress.check(url, field="target_url")
    return caught.value


@pytest.mark.parametrize("url", [*ODD_URLS, *(f"http://{host}/" for host in ODD_HOSTS)])
async def test_odd_spelling_is_refused_whatever_is_listed(url: str, dialled: list[str]) -> None:
    """At provision and at dialling, without a look-up and without a connection."""
    names = Names([PUBLIC])
    found = await refused(Egress(AllowList.read("0.0.0.0/0,::/0"), names), url)
    assert (found.status, found.code, found.extra["path"]) == (422, "egress.refused", "$.target_url")
    assert "hunter2" not in found.message
    assert (names.asked, dialled) == ([], [])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "192.0.0.8",
        "224.0.0.1",
        "[::]",
        "[::1]",
        "[2001:db8::1]",
        "[fe80::1]",
        "[fd00:ec2::254]",
    ],
)
async def test_address_that_is_not_public_is_refused_with_what_would_allow_it(host: str, dialled: list[str]) -> None:
    """The reason names the address, and the answer names the entry."""
    found = await refused(gate(), f"http://{host}:8080/x?token=hunter2")
    assert f"{host.strip('[]')} is not public" in found.message
    assert found.extra["allow"] == f"AOS_EGRESS_ALLOW=http://{host}:8080"
    assert "hunter2" not in str(found.extra) + found.message
    assert dialled == []


@pytest.mark.parametrize(
    "answer", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["2606:4700::1", "::1"], ["fe80::1%lo"], ["::ffff:127.0.0.1"]]
)
async def test_name_with_one_bad_address_is_refused(answer: list[str], dialled: list[str]) -> None:
    """All addresses of a name are good or none is dialled."""
    found = await refused(gate("", answer), "https://example.com/")
    assert f"leads to {answer[-1]}" in found.message or "zone" in found.message
    assert dialled == []


async def test_name_that_changes_its_answer_is_refused_at_dialling(dialled: list[str]) -> None:
    """Public when it is checked, loopback when it is dialled: nothing is dialled."""
    egress = gate("", [PUBLIC], ["127.0.0.1"])
    await egress.check("http://rebind.example/", field="target_url")
    with pytest.raises(EgressRefused, match=r"leads to 127\.0\.0\.1"):
        await get(egress, "http://rebind.example/")
    assert dialled == []


async def test_address_that_was_checked_is_the_one_that_is_dialled(dialled: list[str]) -> None:
    """One look-up a connection; Host header and TLS name stay those of the URL; a kept connection asks nobody."""
    names = Names([PUBLIC], ["127.0.0.1"])
    await get(Egress(AllowList(), names), "https://example.com/a", "https://example.com/b")
    assert names.asked == [("example.com", 443)]
    assert dialled[:2] == [f"{PUBLIC} 443", "TLS example.com"]
    assert [line for line in dialled if line.endswith("443")] == [f"{PUBLIC} 443"]
    assert all("Host: example.com\r\n" in sent for sent in dialled if sent.startswith("GET"))


async def test_next_address_is_tried_when_one_does_not_answer(dialled: list[str]) -> None:
    """In the resolver's order; when none answers, that is a failed connection."""
    await get(gate("", ["93.184.216.99", PUBLIC]), "http://example.com/")
    assert dialled[:2] == ["93.184.216.99 80", f"{PUBLIC} 80"]
    with pytest.raises(httpx.ConnectError):
        await get(gate("", ["93.184.216.99"]), "http://example.com/")
    with pytest.raises(httpx.ConnectError):
        await get(gate("", []), "http://example.com/")


async def test_unknown_name_is_a_failed_connection_and_no_refusal(dialled: list[str]) -> None:
    """Nothing is known against it: the probe tells, and dialling checks again."""

    async def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    egress = Egress(AllowList(), unknown)
    await egress.check("http://nowhere.example/", field="target_url")
    with pytest.raises(httpx.ConnectError):
        await get(egress, "http://nowhere.example/")


async def test_look_up_without_end_is_a_timeout(dialled: list[str]) -> None:
    """It falls under the time to connect."""

    async def silent(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    async with Egress(AllowList(), silent).call_client(deadline_s=0.01, connections=1) as client:
        with pytest.raises(httpx.ConnectTimeout):
            await client.get("http://example.com/")


@pytest.mark.parametrize("port", [0, 22, 25, 6379, 8081, 65536])
async def test_port_of_a_public_place_is_one_for_http(port: int, dialled: list[str]) -> None:
    """Others want their origin listed."""
    found = await refused(gate(), f"http://example.com:{port}/")
    assert f"port {port}" in found.message
    if 0 < port < 65536:
        await get(gate(f"http://example.com:{port}"), f"http://example.com:{port}/")


async def test_usual_ports_of_a_public_place_pass(dialled: list[str]) -> None:
    """Those of the document."""
    for port in PUBLIC_PORTS:
        await get(gate(), f"http://example.com:{port}/")
    assert {80, 443, 8080, 8443} == PUBLIC_PORTS


async def test_listed_network_allows_its_addresses_alone(dialled: list[str]) -> None:
    """By any port but those of known other services, and never an IPv6 dress of an address in it."""
    egress = gate("127.0.0.0/8", ["127.0.0.1"])
    await get(egress, "http://127.0.0.1:5000/", "http://127.9.9.9:1/", "http://localhost:9999/")
    assert {22, 6379} <= SERVICE_PORTS
    assert "another service" in (await refused(egress, "http://127.0.0.1:6379/")).message
    for host in ("[::1]", "10.0.0.1", "[::ffff:7f00:1]"):
        await refused(egress, f"http://{host}:5000/")
    everything = gate("0.0.0.0/0,::/0", ["::ffff:127.0.0.1"])
    await refused(everything, "http://mapped.example:5000/")


async def test_metadata_of_a_cloud_is_dialled_only_where_it_is_listed(dialled: list[str]) -> None:
    """A network or the origin itself."""
    url = "http://169.254.169.254/latest/meta-data/"
    await refused(gate("127.0.0.0/8"), url)
    await get(gate("169.254.0.0/16"), url)
    await get(gate("http://169.254.169.254"), url)


async def test_listed_origin_is_met_exactly(dialled: list[str]) -> None:
    """Scheme, host as written and port; through another name, port or scheme the same address stays shut."""
    egress = gate("http://localhost:8000", ["127.0.0.1"])
    await get(egress, "http://localhost:8000/", "HTTP://LOCALHOST:8000/x")
    for url in ("https://localhost:8000/", "http://localhost:8001/", "http://127.0.0.1:8000/", "http://other:8000/"):
        await refused(egress, url)


async def test_own_origin_and_those_that_settings_name_are_listed(dialled: list[str]) -> None:
    """The operator named them; nothing else on this machine is."""
    named = Settings(
        port=5001,
        source_url="http://127.0.0.1:8000/api/stream?x=1",
        dcl_url="http://127.0.0.1:8001/dcl",
        farm_url="http://127.0.0.1:8002",
        aod_targets="http://127.0.0.1:8003/a, http://127.0.0.1:8004/b",
    )
    egress = Egress.of(named)
    await get(egress, "http://127.0.0.1:5001/farm/x", *(f"http://127.0.0.1:{port}/x" for port in range(8000, 8005)))
    await refused(egress, "http://127.0.0.1:5002/")
    await refused(egress, "http://127.0.0.1:6379/")


async def test_redirect_is_not_followed(dialled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it leads to."""
    found = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n"
    monkeypatch.setattr(Wire, "answer", found)
    async with gate().call_client(deadline_s=5, connections=1) as client:
        assert (await client.get("http://example.com/")).status_code == 302
    assert [line for line in dialled if line.endswith(" 80")] == [f"{PUBLIC} 80"]


def test_nothing_else_in_the_process_calls_out() -> None:
    """Clients and sockets are made in the gate; the rest is the look at AOS's own port, the command line, the lab, and
    calls between modules of one process, which need no socket."""
    makes = re.compile(r"httpx\.(Async)?Client\(|httpx\.(get|post|put|stream|request)\(|open_connection\(|urlopen\(")
    found = {
        str(path.relative_to(REPOSITORY / "aos"))
        for path in (REPOSITORY / "aos").rglob("*.py")
        if makes.search(path.read_text())
    }
    assert {name for name in found if not name.startswith("lab/")} == {
        "cli/client.py",
        "core/peers.py",
        "core/port.py",
    }


async def test_server_of_another_protocol_must_be_listed_by_host_and_port() -> None:
    """Public or not, in a listed network or not: only `tcp://host:port` opens it, and it opens nothing to HTTP."""
    allowed = AllowList.read("tcp://db.internal:5432, tcp://127.0.0.1:9092, 10.0.0.0/8, http://127.0.0.1:5432")
    egress = Egress(allowed, Names(["10.1.2.3"]))
    assert await egress.tcp("db.internal", 5432, field="url") == ["10.1.2.3"]
    assert await egress.tcp("127.0.0.1", 9092, field="url") == ["127.0.0.1"]
    for host, port in (("db.internal", 5433), ("127.0.0.1", 5432), (PUBLIC, 5432), ("10.0.0.1", 5432), ("::1", 9092)):
        with pytest.raises(EgressRefused) as caught:
            await egress.tcp(host, port, field="source.url")
        assert caught.value.extra["path"] == "$.source.url"
        assert caught.value.extra["allow"].startswith("AOS_EGRESS_ALLOW=tcp://")
    with pytest.raises(EgressRefused):
        await egress.check("http://127.0.0.1:9092/", field="url")
    with pytest.raises(EgressRefused, match="unusual spelling"):
        await egress.tcp("127.1", 9092, field="url")


def test_file_is_read_only_where_it_or_a_directory_above_is_listed(tmp_path: Path) -> None:
    """Links are followed first, so that none leads out; `..` leads nowhere else."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (inside / "a.db").touch()
    (outside / "b.db").touch()
    (inside / "link.db").symlink_to(outside / "b.db")
    egress = Egress(AllowList.read(f"file://{inside}"))
    assert egress.file(str(inside / "a.db"), field="url") == inside / "a.db"
    for path in (outside / "b.db", inside / "link.db", inside / ".." / "out" / "b.db"):
        with pytest.raises(EgressRefused) as caught:
            egress.file(str(path), field="url")
        allow = caught.value.extra["allow"]
        assert allow == f"AOS_EGRESS_ALLOW=file://{outside / 'b.db'}"
        allowed = Egress(AllowList.read(allow.removeprefix("AOS_EGRESS_ALLOW=")))
        assert allowed.file(str(path), field="url") == outside / "b.db"
    with pytest.raises(EgressRefused, match="absolute"):
        egress.file("in/a.db", field="url")


def test_aos_own_data_is_no_file_to_read_however_it_is_listed(tmp_path: Path) -> None:
    """By itself, by what stands above it, through a link or a way round; only what the sandbox plays is open."""
    data, other = tmp_path / "data", tmp_path / "other"
    played = data / "farm" / "sandbox" / "shop.db"
    for path in (played, data / "dcl" / "content.db", data / "keys", other / "a.db"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (other / "link.db").symlink_to(data / "dcl" / "content.db")
    (tmp_path / "alias").symlink_to(data)
    for listed in (data / "dcl" / "content.db", data, tmp_path, Path("/")):
        for place in (data, tmp_path / "alias"):
            gate = Egress.of(Settings(data_dir=place, egress_allow=f"file://{listed}"))
            for egress in (gate, gate.only(lambda _: "")):
                for path in (
                    data / "dcl" / "content.db",
                    data / "keys",
                    other / "link.db",
                    data,
                    other / ".." / "data",
                ):
                    with pytest.raises(EgressRefused, match="AOS's own") as caught:
                        egress.file(str(path), field="url")
                    assert "allow" not in caught.value.extra
    assert Egress.of(Settings(data_dir=data, egress_allow=f"file://{data}")).file(str(played), field="url") == played
    wide = Egress.of(Settings(data_dir=data, egress_allow=f"file://{tmp_path}"))
    assert wide.file(str(other / "a.db"), field="url") == other / "a.db"
