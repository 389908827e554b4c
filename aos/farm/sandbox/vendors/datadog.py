"""Datadog: two keys in two headers; a bad key and a missing right look the same."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, Window, by_cursor, by_offset, by_page
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

HOST = r"api\.(us3\.|us5\.|ap1\.|ap2\.)?datadoghq\.(com|eu)|api\.ddog-gov\.com"
MONITORS, DASHBOARDS, METRICS = "monitors_read", "dashboards_read", "metrics_read"


class Datadog(Vendor):
    source_type = "datadog"
    kinds = ("keys",)
    scopes = (MONITORS, DASHBOARDS, METRICS)
    dropped = (MONITORS,)

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", HOST, "/api/v1/validate", self.valid),
            Route("GET", HOST, "/api/v2/validate_keys", self.valid_keys),
            Route("GET", HOST, "/api/v2/metrics", self.metrics, (METRICS,)),
            Route("GET", HOST, "/api/v1/dashboard", self.dashboards, (DASHBOARDS,)),
            Route("GET", HOST, "/api/v1/monitor", self.monitors, (MONITORS,)),
        ]

    def issue(self, mint: Mint) -> Issued:
        return Issued("api_key", {"api_key": fresh(32), "app_key": fresh(40)}, ["datadoghq.com"], self.scopes)

    def known(self, asked: Asked) -> Known:
        """One call asks for the first key alone."""
        credential = self.book.credential(self.source_type, asked.headers.get("dd-api-key", ""), asked.now)
        alone = asked.path == "/api/v1/validate"
        if credential is None or not (alone or credential.has("app_key", asked.headers.get("dd-application-key", ""))):
            raise Refusal(self.no_credential(asked))
        return Known(credential, credential.scopes)

    def no_credential(self, asked: Asked) -> Reply:
        return _error(403, "Forbidden")

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        return _error(403, "Forbidden")

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        reply = _error(429, "Rate limit of 5 requests in 10 seconds reached. Please try again later.")
        told = {"X_RateLimit_Limit": "5", "X_RateLimit_Period": "10", "X_RateLimit_Remaining": "0"}
        return reply.having(X_RateLimit_Reset=waits.seconds(wait_s), **told)

    def nothing_there(self, asked: Asked) -> Reply:
        return _error(404, "Not found")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return _error(400, f"Invalid value for {why.name}: {why.why}")

    def valid(self, visit: Visit) -> Reply:
        return as_json({"valid": True})

    def valid_keys(self, visit: Visit) -> Reply:
        return as_json({"status": "ok"})

    def metrics(self, visit: Visit) -> Reply:
        window = by_cursor(visit.asked.query, visit.count(), "page[size]", Sizes(10_000, 10_000), "page[cursor]")
        found = [
            {"type": "manage_tags", "id": made.name(n).replace("-", ".")} for n in range(window.first, window.until)
        ]
        following = {"next_cursor": window.cursor or None, "type": "cursor_limit", "limit": window.size}
        return as_json({"data": found, "meta": {"pagination": following}}, items=len(found))

    def dashboards(self, visit: Visit) -> Reply:
        window = by_offset(visit.asked.query, visit.count(), "count", Sizes(100, 100), "start")
        found = window.of(lambda n: visit.shaped(_dashboard(visit, n)))
        return as_json({"dashboards": found}, items=len(found))

    def monitors(self, visit: Visit) -> Reply:
        """Without a page, all of them."""
        query, count = visit.asked.query, visit.count()
        paged = "page" in query or "page_size" in query
        sizes = Sizes(100, 1000)
        window = by_page(query, count, "page_size", sizes, "page", 0) if paged else Window(0, count, count, count)
        found = window.of(lambda n: visit.shaped(_monitor(visit, n)))
        return as_json(found, items=len(found))


def _error(status: int, message: str) -> Reply:
    return as_json({"errors": [message]}, status)


def _dashboard(visit: Visit, n: int) -> dict[str, Any]:
    own = {"id": visit.id("dashboard", n)[:11], "title": made.title(n), "layout_type": "ordered"}
    return {**own, "created_at": made.created(n), "is_read_only": False}


def _monitor(visit: Visit, n: int) -> dict[str, Any]:
    own = {"id": made.number(visit.account, "monitor", n, digits=8), "name": made.title(n), "type": "metric alert"}
    return {**own, "overall_state": "OK", "created": made.created(n), "tags": ["team:aos"]}
