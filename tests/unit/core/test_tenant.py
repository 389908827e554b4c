"""For which tenant a call acts."""

import pytest
from starlette.requests import Request

from aos.core.errors import Forbidden, InvalidInput
from aos.core.http import Access, Call
from aos.core.tenant import tenant_of


def call(role: Access = Access.SERVICE, header: str | None = None) -> Call:
    headers = [] if header is None else [(b"x-tenant-id", header.encode())]
    request = Request({"type": "http", "headers": headers})
    return Call(request=request, path={}, query=None, body=None, tenant="default", role=role)


@pytest.mark.parametrize(
    ("header", "in_body", "tenant"),
    [(None, None, "default"), ("a", None, "a"), (None, "b", "b"), ("c", "c", "c")],
)
def test_the_service_key_acts_for_the_tenant_that_the_call_names(
    header: str | None, in_body: str | None, tenant: str
) -> None:
    """By the header, else the body, else the default."""
    assert tenant_of(call(header=header), in_body) == tenant


@pytest.mark.parametrize("role", [Access.OPERATOR, Access.VIEWER])
def test_other_keys_act_for_their_own_tenant_alone(role: Access) -> None:
    """Naming it is fine, naming another one in the header is a 403, in the body a 422 with the place."""
    assert tenant_of(call(role, "default")) == "default"
    with pytest.raises(Forbidden):
        tenant_of(call(role, "other"), None)
    with pytest.raises(InvalidInput) as refused:
        tenant_of(call(role), "other", "$.target.tenant_id")
    assert refused.value.extra["path"] == "$.target.tenant_id"


@pytest.mark.parametrize(
    ("header", "in_body", "path"),
    [("a/b", None, "header.x-tenant-id"), ("", None, "header.x-tenant-id"), (None, "a b", "$.tenant_id"),
     ("a", "b", "$.tenant_id")],
)  # fmt: skip
def test_names_that_are_none_and_two_names_are_refused(header: str | None, in_body: str | None, path: str) -> None:
    """With the place."""
    with pytest.raises(InvalidInput) as refused:
        tenant_of(call(header=header), in_body)
    assert refused.value.extra["path"] == path
