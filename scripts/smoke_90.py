"""Onboard the five intents of seeds/intents/ at Farm's sandbox and print the executive summary; exit 1 below 0.90.

An AOS that runs in sandbox mode is used as it is; else one of our own is started, with data that is thrown away.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
import msgspec

from aos.cli.client import calling
from aos.cli.onboarding import FUNNEL, ask_funnel, executive_summary, post
from aos.contracts.intent import ConnectionIntent
from aos.contracts.onboarding import TARGET_COVERAGE, ConsentGrant, ConsentKept, Funnel, Onboarded
from aos.contracts.sandbox import SandboxGrant, SandboxGrantRequest
from aos.core.errors import AosError, EnvironmentFault
from aos.core.settings import REPOSITORY, Settings, load

START_S = 60.0
STOP_S = 15.0
CONSENT = "consent:"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="for an AOS of our own; 0: a free one")
    wanted = parser.parse_args(arguments)
    try:
        settings = load(os.environ)
        with _aos(settings, wanted.port) as found, calling(found, read_s=180.0) as client:
            intents = [
                msgspec.json.decode(path.read_bytes(), type=ConnectionIntent)
                for path in sorted((settings.seeds_dir / "intents").glob("*.json"))
            ]
            for intent in intents:
                print(_line(_onboard(client, intent)))
            funnel = ask_funnel(client)
    except (AosError, msgspec.DecodeError, OSError) as error:
        print(error.message if isinstance(error, AosError) else str(error), file=sys.stderr)
        return 1
    print("\n".join(executive_summary(funnel)))
    return _verdict(funnel)


def _verdict(funnel: Funnel) -> int:
    return 0 if funnel.coverage is not None and funnel.coverage >= TARGET_COVERAGE else 1


def _line(told: Onboarded) -> str:
    connection = told.connection
    action = "" if connection.next_action == "none needed" else f"; {connection.next_action}"
    return f"{connection.source_type}: {connection.state} ({connection.reason}{action})"


def _onboard(client: httpx.Client, intent: ConnectionIntent) -> Onboarded:
    """A grant of the sandbox, filed as the consent that the intent names; the intent, for the account of the grant."""
    family, locator = intent.source_type, intent.credential_locator or ""
    if not locator.startswith(CONSENT):
        raise EnvironmentFault(f"The intent for {family} names no consent: the sandbox's grants are filed as one.")
    asked = f"/farm/sandbox-control/{family}/grants"
    grant = post(client, asked, SandboxGrantRequest(), SandboxGrant)
    filed = ConsentGrant(secret=grant.secret, expires_at=grant.expires_at)
    post(client, f"/aam/consents/{locator.removeprefix(CONSENT)}/grant", filed, ConsentKept)
    here = msgspec.structs.replace(intent, resource_ids=grant.resource_ids)
    return post(client, "/aam/connections/onboard", here, Onboarded)


@contextmanager
def _aos(settings: Settings, port: int) -> Iterator[Settings]:
    """How to reach an AOS in sandbox mode."""
    if _in_sandbox_mode(settings):
        print(f"Using the AOS at {settings.base_url()}.")
        yield settings
        return
    with tempfile.TemporaryDirectory(prefix="aos-smoke-") as directory:
        data, chosen = Path(directory) / "data", port or _free_port()
        own = msgspec.structs.replace(settings, data_dir=data, port=chosen, host="127.0.0.1", url="", key="")
        with (Path(directory) / "output").open("w+b") as output:
            child = _started(own, output)
            try:
                _wait(own, child, Path(output.name))
                yield own
            finally:
                child.send_signal(signal.SIGTERM)
                try:
                    child.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()


def _in_sandbox_mode(settings: Settings) -> bool:
    try:
        with calling(settings, read_s=5.0) as client:
            answer = client.get(FUNNEL)
            return answer.is_success and msgspec.json.decode(answer.content, type=Funnel).mode == "sandbox"
    except (AosError, msgspec.DecodeError, OSError):
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _started(own: Settings, output: IO[bytes]) -> "subprocess.Popen[bytes]":
    """With nothing of our own environment's settings but where its seeds and its Redis program are."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AOS_")}
    for name in ("SOURCE_URL", "REDIS_URL", "PORT"):
        environment.pop(name, None)
    given = {
        "AOS_DATA_DIR": str(own.data_dir),
        "AOS_SEEDS_DIR": str(own.seeds_dir),
        "AOS_PORT": str(own.port),
        "AOS_REDIS_SERVER": own.redis_server,
        "AOS_AAM_ENDPOINTS": "sandbox",
        "AOS_LOG": "json",
    }
    command = [sys.executable, "-m", "aos"]
    return subprocess.Popen(
        command, cwd=REPOSITORY, env={**environment, **given}, stdout=output, stderr=subprocess.STDOUT
    )


def _wait(own: Settings, child: "subprocess.Popen[bytes]", output: Path) -> None:
    """Until it is ready, or an `EnvironmentFault` with the last thing that it said."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and child.poll() is None:
        try:
            if httpx.get(f"{own.own_origin()}/readyz", timeout=5.0, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    last = (output.read_text(errors="replace").splitlines() or ["it said nothing"])[-1]
    raise EnvironmentFault(f"AOS did not start at port {own.port}: {last}")


if __name__ == "__main__":
    sys.exit(main())
