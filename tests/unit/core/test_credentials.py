"""References to secrets."""

import pytest

from aos.core import settings
from aos.core.credentials import resolve
from aos.core.errors import InvalidInput


def test_reference_leads_to_a_variable_of_its_prefix_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """`env:AOS_CRED_X` is read when it is asked for; settings pass such names over."""
    monkeypatch.setenv("AOS_CRED_SHOP", "hunter2")
    assert resolve("env:AOS_CRED_SHOP", field="source.credentials_ref") == "hunter2"
    assert resolve(None, field="source.credentials_ref") == ""
    assert settings.load({"AOS_CRED_SHOP": "hunter2"}) == settings.Settings()


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("env:AOS_OPERATOR_KEY", "credentials.not_allowed"),
        ("env:HOME", "credentials.not_allowed"),
        ("env:AOS_CRED_ABSENT", "credentials.absent"),
        ("env:AOS_CRED_ODD", "credentials.malformed"),
        ("vault:secret/data/shop", "credentials.kind"),
    ],
)
def test_reference_that_leads_nowhere_is_refused_with_its_path(
    reference: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of the environment can't be named, and what is found is not repeated."""
    monkeypatch.setenv("AOS_OPERATOR_KEY", "hunter2hunter2hunter2")
    monkeypatch.setenv("AOS_CRED_ODD", "hunter2\r\nx: y")
    with pytest.raises(InvalidInput) as caught:
        resolve(reference, field="source.credentials_ref")
    assert (caught.value.code, caught.value.extra["path"]) == (code, "$.source.credentials_ref")
    assert "hunter2" not in caught.value.message
