"""Locators and what looks like a secret."""

import pytest

from aos.aam.onboarding.inline_secrets import is_secret, refuse_secrets
from aos.aam.onboarding.locator import Locator, read_locator
from aos.core.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("env:GITHUB_TOKEN", "env", "GITHUB_TOKEN"),
        ("vault:crm/salesforce", "vault", "crm/salesforce"),
        ("vault:crm/salesforce#client_secret", "vault", "crm/salesforce#client_secret"),
        ("consent:slack", "consent", "slack"),
        ("sp:azure.json", "sp", "azure.json"),
        ("sp:/etc/aos/sp/azure.json", "sp", "/etc/aos/sp/azure.json"),
    ],
)
def test_a_reference_is_read(text: str, kind: str, name: str) -> None:
    """Kind and name."""
    assert read_locator(text) == Locator(kind, name)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [None, "", " ", "\t"])
def test_none_is_none(text: str | None) -> None:
    """Not refused: it may come later."""
    assert read_locator(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "env",
        "env:",
        "env:1A",
        "env:A-B",
        "file:/x",
        "vault:a//b",
        "vault:a/..",
        "sp:a/../b",
        "consent:" + "a" * 200,
    ],
)
def test_anything_else_is_refused_without_being_repeated(text: str) -> None:
    """It may be the secret itself."""
    with pytest.raises(InvalidInput) as raised:
        read_locator(text)
    assert raised.value.extra["path"] == "$.credential_locator"
    if len(text) > 4:
        assert text not in raised.value.message


@pytest.mark.parametrize(
    "text",
    [
        "ghp_0123456789abcdef",
        "see github_pat_0123456789abcdef01",
        "glpat-0123456789abcdefgh",
        "xoxb-123456789-abcdef",
        "AKIA0123456789ABCDEF",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----",
        "Server=db;Password=x1",
        "host=db password = x1",
        '{"client_secret": "x1"}',
        "AccountKey=abc==",
        "https://x.blob.example/?sv=1&sig=abc",
        "postgres://ann:pw@db",
        "postgres://ann:p/w@db",
        "jdbc:postgresql://ann:pw@db/x",
        "ann:pw@db.example.com",
        "https://token@github.example/org",
    ],
)
def test_secrets_are_seen(text: str) -> None:
    """Tokens by their beginning, assignments, passwords in addresses."""
    assert is_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "example-org",
        "admin@example.com",
        "organizations/123",
        "contoso.sharepoint.com:/sites/x",
        "postgresql://db.example.com:5432/sales",
        "postgresql://reader@db.example.com/sales",
        "sqlite:/srv/data/x.db",
        "https://minio.example.com:9000",
        "https://api.example.com/openapi.json?version=3",
        "00D000000000001",
        "keyspace/tokens",
        "ANALYTICS.SALES.ORDERS",
        "arn:aws:s3:::a-bucket",
        "2026-02-02T08:00:00+01:00",
    ],
)
def test_names_of_sources_are_none(text: str) -> None:
    """Resource ids of every family pass."""
    assert not is_secret(text)


def test_the_place_of_a_secret_is_told_and_nothing_else() -> None:
    """The JSON path, in lists too."""
    with pytest.raises(InvalidInput) as raised:
        refuse_secrets({"a": [{"b": "fine"}, {"b": "password=hunter2"}]}, "$")
    assert raised.value.extra["path"] == "$.a[1].b"
    assert "hunter2" not in raised.value.message
