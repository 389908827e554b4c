"""Where secrets lie: variables, grants, files; what is not private is not read."""

import os
from pathlib import Path

import pytest

from aos.aam.onboarding.consents import Consents
from aos.aam.onboarding.credentials import Credentials
from aos.aam.onboarding.failure import Failure
from aos.aam.onboarding.locator import Locator, read_locator
from aos.aam.onboarding.private_file import NotPrivate, read_private
from aos.aam.onboarding.secret_fields import Unusable, read_fields
from aos.aam.onboarding.vault import Vault
from aos.contracts.onboarding import ConsentGrant
from aos.core.clock import FakeClock
from aos.core.egress import Egress
from aos.core.settings import Settings, variable


@pytest.fixture
def consents(tmp_path: Path, clock: FakeClock) -> Consents:
    return Consents(tmp_path / "consents", clock)


@pytest.fixture
def credentials(tmp_path: Path, clock: FakeClock, consents: Consents) -> Credentials:
    settings = Settings(data_dir=tmp_path)
    (tmp_path / "aam" / "sp").mkdir(parents=True)
    return Credentials(settings, Vault(settings, Egress.of(settings), clock), consents)


def private(path: Path, text: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(text)
    return path


async def token(credentials: Credentials, locator: str | None, tenant: str = "default") -> str:
    return (await credentials.secret(tenant, read_locator(locator))).reveal("token")


async def waits(credentials: Credentials, locator: str | None, tenant: str = "default") -> str:
    with pytest.raises(Failure) as raised:
        await credentials.secret(tenant, read_locator(locator))
    assert raised.value.state == "AWAITING_CREDENTIALS"
    assert raised.value.next_action
    return raised.value.message


async def test_a_variable_is_read_where_it_is_allowed(
    credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the end of its name; AOS's own keys never, AOS_CRED_ ones like others; a name that is not allowed is not
    repeated."""
    for name in ("X_TOKEN", "X_KEY", "X_SECRET", "X_CREDENTIALS", "X_PASSWORD", "AOS_CRED_X_TOKEN"):
        monkeypatch.setenv(name, f"value of {name}\n")
        assert await token(credentials, f"env:{name}") == f"value of {name}"
    for name in ("AOS_OPERATOR_KEY", "AOS_KEY", "HOME", "X_TOKENS", "x_token"):
        monkeypatch.setenv(name, "must stay")
        assert name not in await waits(credentials, f"env:{name}")
        assert not credentials.may_be_kept(Locator("env", name))
    monkeypatch.setenv("X_TOKEN", "  ")
    assert "X_TOKEN" in await waits(credentials, "env:X_TOKEN")
    assert "not set" in await waits(credentials, "env:ABSENT_TOKEN")
    assert await waits(credentials, None)


def test_patterns_can_be_narrowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Case counts; blanks around a pattern do not."""
    monkeypatch.setenv("CRM_TOKEN", "x")
    assert variable("CRM_TOKEN", "ERP_*, CRM_*") == "x"
    assert variable("CRM_TOKEN", "crm_*") is None
    assert variable("CRM_TOKEN", "") is None


def test_a_grant_is_private_and_ends(consents: Consents, tmp_path: Path, clock: FakeClock) -> None:
    """Mode 0600 in a directory of 0700, by tenant; an expired one is none."""
    ends = round((clock.wall() + 60) * 1000)
    consents.grant("default", "slack", ConsentGrant(secret={"token": "x"}, expires_at=ends))
    path = tmp_path / "consents" / "default" / "slack.grant"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert consents.secret("default", "slack").reveal("token") == "x"
    with pytest.raises(FileNotFoundError):
        consents.secret("other", "slack")
    clock.advance(61)
    with pytest.raises(Unusable, match="expired"):
        consents.secret("default", "slack")
    assert [each.expires_at for each in consents.kept("default")] == [ends]
    assert consents.delete("default", "slack") is True
    assert consents.delete("default", "slack") is False


@pytest.mark.parametrize("text", ['{"token": "x"}', "x\n", '{"secret": {"token": "x"}}'])
def test_a_token_file_of_an_operators_own_counts(consents: Consents, tmp_path: Path, text: str) -> None:
    """Fields, the token alone, or as it would be granted."""
    (tmp_path / "consents" / "default").mkdir(parents=True)
    path = private(tmp_path / "consents" / "default" / "slack.grant", text)
    assert consents.secret("default", "slack").reveal("token") == "x"
    path.chmod(0o640)
    with pytest.raises(NotPrivate, match="0640"):
        consents.secret("default", "slack")
    assert [each.fields for each in consents.kept("default")] == [[]]


async def test_a_service_principal_lies_in_its_directory(credentials: Credentials, tmp_path: Path) -> None:
    """By name or whole path below it; mode 0600; not by a link out of it."""
    directory = tmp_path / "aam" / "sp"
    private(directory / "a.json", '{"client_id": "i", "token": "x"}')
    assert await token(credentials, "sp:a.json") == "x"
    assert await token(credentials, f"sp:{directory}/a.json") == "x"
    private(tmp_path / "outside.json", "y")
    (directory / "link.json").symlink_to(tmp_path / "outside.json")
    for name in ("link.json", f"{tmp_path}/outside.json"):
        assert "their own directory" in await waits(credentials, f"sp:{name}")
    (directory / "a.json").chmod(0o644)
    assert "0644" in await waits(credentials, "sp:a.json")
    private(directory / "b.json", "{broken")
    assert "JSON" in await waits(credentials, "sp:b.json")
    assert "not there" in await waits(credentials, "sp:c.json")


def test_only_private_plain_files_are_read(tmp_path: Path) -> None:
    """Not a link, a directory, a pipe, what others can read, or what is too long."""
    good = private(tmp_path / "good", "x")
    assert read_private(good) == b"x"
    (tmp_path / "link").symlink_to(good)
    os.mkfifo(tmp_path / "pipe", 0o600)
    private(tmp_path / "long", "x" * 70_000)
    private(tmp_path / "group", "x").chmod(0o620)
    for name in ("link", "pipe", "long", "group", "."):
        with pytest.raises(NotPrivate):
            read_private(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        read_private(tmp_path / "absent")


def test_a_secret_is_fields_or_a_token() -> None:
    """Numbers become text, null is left out; lists, objects and nothing at all are refused."""
    assert read_fields(" abc \n") == {"token": "abc"}
    assert read_fields('{"a": "x", "n": 5, "b": true, "no": null}') == {"a": "x", "n": "5", "b": "true"}
    assert read_fields("{}") == {}
    for text in ("", "  ", "{", '{"a": []}', '{"a": {}}', '{"a": null}', "{" * 5_000):
        with pytest.raises(Unusable):
            read_fields(text)


async def test_a_service_principal_that_links_to_itself_is_waited_for(credentials: Credentials, tmp_path: Path) -> None:
    """A name that leads nowhere is that connection's alone to wait for."""
    (tmp_path / "aam" / "sp" / "loop").symlink_to("loop")
    assert await waits(credentials, "sp:loop")
