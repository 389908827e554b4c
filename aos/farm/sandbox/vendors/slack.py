"""Slack's Web API: errors come with 200, granted scopes in a header."""

import re
from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import READING, Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, by_cursor
from aos.farm.sandbox.reply import Reply, as_json
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

HOST = r"slack\.com"
SCOPES = ("channels:read", "team:read")
CHANNELS = 157
_WRITES = re.compile(r"\.(post|me|update|delete|create|add|remove|set|archive|unarchive|invite|kick|rename|join|leave)")


class Slack(Vendor):
    source_type = "slack"
    scopes = SCOPES
    dropped = ("channels:read",)

    def routes(self) -> Sequence[Route]:
        either = "GET|POST"
        return [
            Route(either, HOST, r"/api/auth\.test", self.test),
            Route(either, HOST, r"/api/team\.info", self.team, ("team:read",)),
            Route(either, HOST, r"/api/conversations\.list", self.channels, ("channels:read",)),
            Route(either, HOST, r"/api/users\.list", self.users, ("users:read",)),
        ]

    def writes(self, asked: Asked, route: Route | None) -> bool:
        """Methods of HTTP mean little here: a GET may write. A POST counts even where it reads, as a GET would do."""
        return asked.method not in READING or (route is None and _WRITES.search(asked.path) is not None)

    def no_write(self, visit: Visit) -> Reply:
        return self.no_right(visit, ("chat:write",))

    def issue(self, mint: Mint) -> Issued:
        token = f"xoxb-{made.number(mint.account)}-{made.number(mint.account, 'bot')}-{fresh(24)}"
        return Issued("token", {"token": token}, [_team(mint.account)], SCOPES)

    def known(self, asked: Asked) -> Known:
        return self.bearer(asked)

    def no_credential(self, asked: Asked) -> Reply:
        return as_json({"ok": False, "error": "invalid_auth" if asked.headers.get("authorization") else "not_authed"})

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        provided = _scopes(visit)
        said = {"ok": False, "error": "missing_scope", "needed": needs[0], "provided": provided}
        return as_json(said, x_oauth_scopes=provided, x_accepted_oauth_scopes=needs[0])

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        return as_json({"ok": False, "error": "ratelimited"}, 429, retry_after=waits.seconds(wait_s))

    def nothing_there(self, asked: Asked) -> Reply:
        return as_json({"ok": False, "error": "unknown_method", "req_method": asked.path.removeprefix("/api/")})

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return as_json({"ok": False, "error": f"invalid_{why.name}"})

    def signed(self, reply: Reply, visit: Visit) -> Reply:
        return reply.having(x_oauth_scopes=_scopes(visit))

    def test(self, visit: Visit) -> Reply:
        said: dict[str, Any] = {"ok": True, "url": f"https://{visit.account}.slack.com/", "team": visit.account}
        said |= {
            "user": "aos",
            "team_id": _team(visit.account),
            "user_id": _id("U", visit, 0),
            "bot_id": _id("B", visit, 0),
        }
        return as_json({**said, "is_enterprise_install": False})

    def team(self, visit: Visit) -> Reply:
        team = {"id": _team(visit.account), "name": visit.account, "domain": visit.account, "email_domain": ""}
        return as_json({"ok": True, "team": visit.shaped(team)})

    def channels(self, visit: Visit) -> Reply:
        def channel(n: int) -> dict[str, Any]:
            return {
                "id": _id("C", visit, n),
                "name": made.name(n),
                "is_channel": True,
                "is_private": False,
                "is_archived": False,
                "created": 1_704_067_200 + n,
                "num_members": n % 40,
            }

        return self._listed(visit, "channels", channel, CHANNELS)

    def users(self, visit: Visit) -> Reply:
        return self._listed(visit, "members", lambda n: {"id": _id("U", visit, n), "is_bot": n % 9 == 0}, made.MANY)

    def _listed(self, visit: Visit, key: str, thing: Any, count: int) -> Reply:
        """A posted form has the same parameters as a query."""
        given = visit.asked.form if visit.asked.method == "POST" else visit.asked.query
        window = by_cursor(given, visit.count(count), "limit", Sizes(100, 999, strict=True), "cursor")
        found = window.of(lambda n: visit.shaped(thing(n)))
        return as_json({"ok": True, key: found, "response_metadata": {"next_cursor": window.cursor}}, items=len(found))


def _scopes(visit: Visit) -> str:
    return ",".join(sorted(visit.granted))


def _team(account: str) -> str:
    return "T" + made.digest("team", account)[:10].upper()


def _id(mark: str, visit: Visit, n: int) -> str:
    return mark + visit.id(mark, n)[:10].upper()
