"""How long a source asks to wait, in each vendor's way of saying it."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.aam.onboarding.waiting import LONGEST_S, asked_wait_s

NOW = 1_760_000_000.0  # 2025-10-09T08:53:20Z


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "7"}, None, 7),  # most
        ({"Retry-After": "1.5"}, None, 1.5),
        ({"Retry-After": "0"}, None, 0),
        ({"Retry-After": "Thu, 09 Oct 2025 08:53:50 GMT"}, None, 30),  # an HTTP date
        ({"Retry-After": "2025-10-09T08:53:50Z"}, None, 30),  # Zoom's daily limit
        ({"X-RateLimit-Reset": "1760000045", "X-RateLimit-Remaining": "0"}, None, 45),  # GitHub, ServiceNow: epoch
        ({"RateLimit-Reset": "1760000045"}, None, 45),  # GitLab
        ({"X-RateLimit-Reset": "1760000045000"}, None, 45),  # the same in milliseconds
        ({"X-Rate-Limit-Reset": "1760000045", "Date": "Thu, 09 Oct 2025 08:53:40 GMT"}, None, 25),  # Okta: minus Date
        ({"ratelimit-reset": "12"}, None, 12),  # PagerDuty, SharePoint, Zendesk: seconds to go
        ({"X-RateLimit-Reset": "9"}, None, 9),  # Datadog
        ({"X-RateLimit-Reset": "2025-10-09T08:54:00Z"}, None, 40),  # Jira, Confluence
        ({"X-RateLimit-Reset": "2025-10-09T08:54:00.000+0000"}, None, 40),
        ({}, {"error": {"reason": {".tag": "too_many_requests"}, "retry_after": 15}}, 15),  # Dropbox
        ({"Retry-After": "3", "X-RateLimit-Reset": "1760000045"}, None, 3),  # the plain wish comes first
        ({"Retry-After": "86400"}, None, LONGEST_S),  # clamped
        ({"Retry-After": "-5"}, None, 0),
        ({"X-RateLimit-Reset": "1750000000"}, None, 0),  # long ago
        ({}, None, None),  # Snowflake, NetSuite, AWS, Google: a backoff is due
        ({"X-RateLimit-Reset": "1760003600", "X-RateLimit-Remaining": "4000"}, None, None),  # another limit than ours
        ({"Retry-After": "soon"}, None, None),
        ({"Retry-After": "inf"}, None, None),
        ({"Retry-After": "nan"}, None, None),
        ({"Retry-After": "9" * 400}, None, None),
        ({"Retry-After": ""}, ["retry_after"], None),
    ],
)
def test_each_dialect_is_read(headers: dict[str, str], body: Any, seconds: float | None) -> None:
    """Seconds from now, never below zero and never longer than we are ready for."""
    found = asked_wait_s(httpx.Headers(headers), body, NOW)
    assert found == (None if seconds is None else pytest.approx(seconds))


@given(
    name=st.sampled_from(["retry-after", "x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset", "date"]),
    value=st.text(st.characters(codec="latin-1"), max_size=80),
    body=st.recursive(
        st.none() | st.floats() | st.text(max_size=5), lambda each: st.dictionaries(st.just("error"), each)
    ),
)
def test_nothing_that_is_said_breaks_it(name: str, value: str, body: Any) -> None:
    """Whatever a header or a body holds, it is a wait within bounds or none."""
    found = asked_wait_s({name: value, "retry-after": value}, body, NOW)
    assert found is None or 0 <= found <= LONGEST_S
