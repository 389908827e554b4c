"""The way out: how every outgoing HTTP client of this process is made.

No redirects, no proxy from the environment, no content decoding by surprise, HTTP/1.1, explicit limits.
"""

import httpx

HEADERS = {"accept-encoding": "identity", "user-agent": "aos"}


class Egress:
    """Makes the clients that call out."""

    def stream_client(self, *, idle_s: float) -> httpx.AsyncClient:
        """A client for one endless answer; `idle_s` is the longest silence between two chunks."""
        return httpx.AsyncClient(
            timeout=httpx.Timeout(connect=5.0, read=idle_s, write=5.0, pool=5.0),
            limits=httpx.Limits(max_connections=2, max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=False,
            http2=False,
            headers=HEADERS,
        )

    def call_client(self, *, deadline_s: float, connections: int) -> httpx.AsyncClient:
        """A client for short calls to one server; none of their steps takes longer than `deadline_s`."""
        return httpx.AsyncClient(
            timeout=httpx.Timeout(deadline_s),
            limits=httpx.Limits(
                max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=2.0
            ),
            follow_redirects=False,
            trust_env=False,
            http2=False,
            headers=HEADERS,
        )


def stream_client(*, idle_s: float) -> httpx.AsyncClient:
    return Egress().stream_client(idle_s=idle_s)


def call_client(*, deadline_s: float, connections: int) -> httpx.AsyncClient:
    return Egress().call_client(deadline_s=deadline_s, connections=connections)
