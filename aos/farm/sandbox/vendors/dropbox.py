"""Dropbox: every call is a POST whose arguments are the body; `limit` is approximate."""

import re
from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, Window, cursor_at, cursor_of, page_size
from aos.farm.sandbox.reply import Refusal, Reply, as_json, as_text
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

HOST = r"api\.dropboxapi\.com"
ACCOUNT_INFO, METADATA = "account_info.read", "files.metadata.read"
TEAM_INFO, TEAM_DATA = "team_info.read", "team_data.member"
ENTRIES = 157
OVER = 2  # entries that may come beyond the limit
_TOKEN = re.compile(r"sl\.[\w-]+")


class Dropbox(Vendor):
    source_type = "dropbox"
    kinds = ("refresh", "team", "token")
    scopes = (ACCOUNT_INFO, METADATA)
    dropped = (METADATA, TEAM_DATA)
    exchange_at = (r"api\.dropbox(api)?\.com/oauth2/token",)

    def routes(self) -> Sequence[Route]:
        return [
            Route("POST", HOST, "/2/users/get_current_account", self.account, (ACCOUNT_INFO,)),
            Route("POST", HOST, "/2/files/list_folder", self.folder, (METADATA,)),
            Route("POST", HOST, "/2/files/list_folder/continue", self.folder_further, (METADATA,)),
            Route("POST", HOST, "/2/team/get_info", self.team, (TEAM_INFO,)),
            Route("POST", HOST, "/2/team/namespaces/list", self.namespaces, (TEAM_DATA,)),
            Route("POST", HOST, "/2/team/namespaces/list/continue", self.namespaces_further, (TEAM_DATA,)),
        ]

    def issue(self, mint: Mint) -> Issued:
        scopes = (METADATA, TEAM_INFO, TEAM_DATA) if mint.kind == "team" else self.scopes
        if mint.kind == "token":
            return Issued("token", {"token": f"sl.{fresh(80)}"}, [_team(mint.account)], scopes)
        fields = {"client_id": fresh(15), "client_secret": fresh(15), "refresh_token": fresh(64)}
        return Issued("refresh_token", fields, [_team(mint.account)], scopes)

    def exchange(self, asked: Asked) -> Reply:
        form, (user, password) = asked.form, asked.basic
        if form.get("grant_type") != "refresh_token":
            return _oauth_error("unsupported_grant_type", "grant_type must be refresh_token")
        credential = self.book.credential(self.source_type, form.get("refresh_token", ""), asked.now)
        if credential is None:
            return _oauth_error("invalid_grant", "refresh token is invalid or revoked")
        client, secret = user or form.get("client_id", ""), password or form.get("client_secret", "")
        if not (credential.has("client_id", client) and credential.has("client_secret", secret)):
            return _oauth_error("invalid_client: Invalid client_id or client_secret", "")
        token = self.access(asked, credential, credential.scopes, 14_400, like="sl.")
        return as_json({"access_token": token, "token_type": "bearer", "expires_in": 14_400})

    def known(self, asked: Asked) -> Known:
        shown = asked.authorization("bearer")
        if not shown or not _TOKEN.fullmatch(shown):
            why = 'Error in call to API function: Invalid authorization value in HTTP header "Authorization"'
            raise Refusal(as_text(why, 400 if asked.headers.get("authorization") else 401))
        found = self.bearer(asked)
        team, for_team = found.credential.kind == "team", asked.path.startswith("/2/team/")
        if for_team and not team:
            raise self._in_vain(asked, "this is a function for teams, and the token is of one user's account")
        if team and not for_team and "dropbox-api-select-admin" not in asked.headers:
            why = "this function is for one account, and the token is of a team: name one in Dropbox-API-Select-Admin"
            raise self._in_vain(asked, why)
        return found

    def _in_vain(self, asked: Asked, why: str) -> Refusal:
        function = asked.path.removeprefix("/2/")[:100]
        return Refusal(as_text(f'Error in call to API function "{function}": {why}', 400))

    def no_credential(self, asked: Asked) -> Reply:
        return _error(401, "invalid_access_token", {".tag": "invalid_access_token"})

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        scope = needs[0] if needs != ("write",) else "files.content.write"
        return _error(401, "missing_scope", {".tag": "missing_scope", "required_scope": scope})

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        told = waits.seconds(wait_s)
        error = {"reason": {".tag": "too_many_requests"}, "retry_after": int(told)}
        return _error(429, "too_many_requests", error).having(retry_after=told)

    def nothing_there(self, asked: Asked) -> Reply:
        """Also for a GET: there are none."""
        return as_text(
            f'Unknown API function: "{asked.path.removeprefix("/2/")[:100]}"', 400 if asked.method != "GET" else 405
        )

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        function = asked.path.removeprefix("/2/")
        return as_text(f'Error in call to API function "{function}": request body: {why.name}: {why.why}', 400)

    def lacking(self, asked: Asked, account: str) -> Reply | None:
        if not asked.body or asked.method != "POST":
            return None
        kind = asked.headers.get("content-type", "")
        if kind.partition(";")[0].strip() not in ("application/json", "text/plain"):
            why = f'Bad HTTP "Content-Type" header: "{kind[:60]}". Expecting one of "application/json", "text/plain".'
            return as_text(f'Error in call to API function "{asked.path.removeprefix("/2/")[:100]}": {why}', 400)
        return None

    def account(self, visit: Visit) -> Reply:
        if visit.asked.json is not None:
            raise BadParameter("body", "expected null, got value")
        own = {"account_id": "dbid:" + visit.id("me"), "disabled": False, "locale": "en"}
        team = {"id": _team(visit.account), "name": visit.account}
        return as_json({**own, "account_type": {".tag": "business"}, "is_paired": False, "team": team})

    def team(self, visit: Visit) -> Reply:
        return as_json({"name": visit.account, "team_id": _team(visit.account), "num_licensed_users": visit.count()})

    def folder(self, visit: Visit) -> Reply:
        if not isinstance(visit.asked.json, dict) or not isinstance(visit.asked.json.get("path"), str):
            raise BadParameter("path", "expected string")
        if visit.asked.json["path"] not in ("", *(_path(n) for n in range(0, ENTRIES, 2))):
            raise Refusal(_error(409, "path/not_found", {".tag": "path", "path": {".tag": "not_found"}}))
        wanted = page_size(visit.asked.argument, "limit", Sizes(500, 2000, strict=True))
        return self._entries(visit, 0, wanted)

    def folder_further(self, visit: Visit) -> Reply:
        """The cursor remembers the limit."""
        first, _, wanted = str(visit.asked.argument.get("cursor", "")).rpartition(".")
        if not (wanted.isdecimal() and len(wanted) < 9):
            raise BadParameter("cursor", "a cursor of an earlier page")
        return self._entries(visit, cursor_of("cursor", first), min(int(wanted), 2000))

    def _entries(self, visit: Visit, first: int, wanted: int) -> Reply:
        total = visit.count(ENTRIES)
        window = Window(min(first, total), min(first + wanted + OVER, total), total, wanted)
        found = window.of(lambda n: visit.shaped(_entry(visit, n)))
        cursor = f"{cursor_at(window.until)}.{wanted}"
        return as_json({"entries": found, "cursor": cursor, "has_more": window.more}, items=len(found))

    def namespaces(self, visit: Visit) -> Reply:
        """`limit` has no effect any more."""
        return self._namespaces(visit, 0)

    def namespaces_further(self, visit: Visit) -> Reply:
        return self._namespaces(visit, cursor_of("cursor", str(visit.asked.argument.get("cursor", ""))))

    def _namespaces(self, visit: Visit, first: int) -> Reply:
        total = visit.count()
        window = Window(min(first, total), min(first + 40, total), total, 40)
        found = window.of(lambda n: visit.shaped(_namespace(visit, n)))
        said = {"namespaces": found, "cursor": cursor_at(window.until), "has_more": window.more}
        return as_json(said, items=len(found))


def _error(status: int, summary: str, error: dict[str, Any]) -> Reply:
    return as_json({"error_summary": f"{summary}/...", "error": error}, status)


def _oauth_error(error: str, why: str) -> Reply:
    return as_json({"error": error, **({"error_description": why} if why else {})}, 400)


def _team(account: str) -> str:
    return "dbtid:" + made.digest("team", account)


def _path(n: int) -> str:
    return f"/{made.name(n)}"


def _entry(visit: Visit, n: int) -> dict[str, Any]:
    own = {".tag": "file" if n % 2 else "folder", "name": made.name(n), "id": "id:" + visit.id("entry", n)[:22]}
    return {**own, "path_lower": _path(n), "path_display": _path(n)}


def _namespace(visit: Visit, n: int) -> dict[str, Any]:
    own = {"name": made.title(n), "namespace_id": str(made.number(visit.account, "space", n))}
    return {**own, "namespace_type": {".tag": "team_folder"}}
