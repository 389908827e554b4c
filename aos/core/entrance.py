"""Who a request comes from where pages are served: a key in a header, else a session in a cookie.

A browser sends its cookie along whoever made it ask. So what changes something and comes with a cookie must also come
from a page of this very origin: `SameSite=Strict` alone lets another port of the same host through.
"""

from http.cookies import SimpleCookie

from starlette.requests import Request
from starlette.types import Scope

from aos.core.auth import ANYONE, Auth, KeyEntry, check_right
from aos.core.errors import Forbidden
from aos.core.http import Access
from aos.core.log import Log
from aos.core.sessions import LONGEST_MS, Session, Sessions

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

log = Log("http")


class Entrance:
    """The `Guard` of a process with pages. `port` is in the cookie's name: browsers keep one jar for all ports of a
    host, and two AOS on one machine would sign each other out."""

    def __init__(self, auth: Auth, sessions: Sessions, port: int) -> None:
        self._auth, self._sessions = auth, sessions
        self._cookie = f"aos_session_{port}"

    async def enter(self, scope: Scope, access: Access) -> KeyEntry:
        if access is Access.OPEN:
            return ANYONE
        request = Request(scope)
        keyed = "x-api-key" in request.headers or "authorization" in request.headers
        session = None if keyed else self.session(request)
        if session is None:
            return self._auth.admit(scope["headers"], access)
        check_right(session.entry, access)
        if scope["method"] not in SAFE and not same_origin(request):
            log.warning("Write from another origin refused", key_id=session.entry.id, path=scope["path"])
            raise Forbidden(
                "With a session, changes are made from AOS's own pages; send a key instead", code="auth.cross_origin"
            )
        await self._sessions.touch(session)
        return session.entry

    def session(self, request: Request) -> Session | None:
        token = self.token(request)
        return self._sessions.find(token) if token else None

    def token(self, request: Request) -> str:
        return request.cookies.get(self._cookie, "")

    def cookie(self, request: Request, token: str) -> str:
        """The value of `Set-Cookie`; without a token the one that takes it away."""
        jar: SimpleCookie = SimpleCookie({self._cookie: token})
        morsel = jar[self._cookie]
        morsel["path"], morsel["httponly"], morsel["samesite"] = "/", True, "Strict"
        morsel["max-age"] = LONGEST_MS // 1000 if token else 0
        morsel["secure"] = came_by_https(request)
        return morsel.OutputString()


def came_by_https(request: Request) -> bool:
    """Also behind a TLS proxy that says so. Whoever makes this up gains nothing but a stricter cookie."""
    return "https" in (request.scope["scheme"], request.headers.get("x-forwarded-proto", "").partition(",")[0].strip())


def same_origin(request: Request, *, unsaid: bool = False) -> bool:
    """Whether a page of this origin made the browser ask; `unsaid` is the answer where nothing says so.

    `Sec-Fetch-Site` is the browser's own word, which no page can change; over plain HTTP from another machine it is not
    sent, and `Origin` is compared with the host that was asked."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    if origin := request.headers.get("origin"):
        scheme = "https" if came_by_https(request) else "http"
        return origin.lower() == f"{scheme}://{request.headers.get('host', '').lower()}"
    return unsaid
