"""What every vendor is: hosts and routes, who is let in, which credentials it issues, and its own words for no."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from aos.farm.sandbox import made, paging
from aos.farm.sandbox.asked import READING, Asked
from aos.farm.sandbox.auth.keys import Keys
from aos.farm.sandbox.book import Book, Credential, Token, fresh
from aos.farm.sandbox.reply import Refusal, Reply

ACCOUNT = r"[a-z0-9-]+"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request whose sender is known. `granted` are the rights that hold now; `at` what the path's patterns caught.
    `account` is empty where nobody had to say who they are and the host does not tell."""

    asked: Asked
    account: str
    granted: frozenset[str]
    at: Mapping[str, str]
    drift: bool
    empty: bool

    def count(self, usual: int = made.MANY) -> int:
        """How many things there are."""
        return 0 if self.empty else usual

    def shaped(self, thing: dict[str, Any]) -> dict[str, Any]:
        """A thing, or a description of a field, as it is today."""
        return made.drifted(thing) if self.drift else thing

    def id(self, *parts: object) -> str:
        """Thirty-two hexadecimal characters, this account's own."""
        return made.digest(self.account, *parts)


Play = Callable[[Visit], Reply]


class Route(NamedTuple):
    """`method` is GET where HEAD goes along. `host` and `path` are patterns, matched whole. Any of the rights in
    `needs` opens it; none: it is enough to be known; `public`: not even that."""

    method: str
    host: str
    path: str
    play: Play
    needs: tuple[str, ...] = ()
    public: bool = False


class Issued(NamedTuple):
    """A credential to be. `ident` is the field that it is found by; `scopes` the rights that come with it."""

    ident: str
    fields: Mapping[str, str]
    resource_ids: Sequence[str]
    scopes: tuple[str, ...]


class Known(NamedTuple):
    """Who asks."""

    credential: Credential
    scopes: tuple[str, ...]


class Mint(NamedTuple):
    """What it takes to issue a credential, of `kind` for `account`."""

    account: str
    kind: str
    keys: Keys


class Vendor(ABC):
    """One family. Methods that answer no give a `Reply` in the vendor's own form; whoever ends a request with one
    raises it as `Refusal`."""

    source_type: str
    kinds: tuple[str, ...] = ("token",)
    scopes: tuple[str, ...] = ()
    dropped: tuple[str, ...] | None = None  # what `drop_scope` takes away; None: every right
    exchange_at: tuple[str, ...] = ()  # patterns of host and path of the token endpoints

    def __init__(self, book: Book, keys: Keys) -> None:
        self.book, self.keys = book, keys
        self._routes = [
            (route, re.compile(route.method), re.compile(route.host), re.compile(route.path)) for route in self.routes()
        ]
        self._hosts = [re.compile(each) for each in dict.fromkeys(route.host for route, *_ in self._routes)]
        self._exchanges = [re.compile(each) for each in self.exchange_at]

    @abstractmethod
    def routes(self) -> Sequence[Route]: ...

    @abstractmethod
    def issue(self, mint: Mint) -> Issued: ...

    @abstractmethod
    def known(self, asked: Asked) -> Known:
        """Who asks; raises `Refusal` where the credential is no good."""

    def exchange(self, asked: Asked) -> Reply:
        """What a token endpoint answers."""
        raise NotImplementedError

    # The vendor's words for no.

    @abstractmethod
    def no_credential(self, asked: Asked) -> Reply: ...

    @abstractmethod
    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply: ...

    @abstractmethod
    def too_fast(self, visit: Visit, wait_s: float) -> Reply: ...

    @abstractmethod
    def nothing_there(self, asked: Asked) -> Reply: ...

    @abstractmethod
    def bad_request(self, asked: Asked, why: paging.BadParameter) -> Reply: ...

    def no_write(self, visit: Visit) -> Reply:
        """What a writing request gets: every credential here reads only."""
        return self.no_right(visit, ("write",))

    def stranger(self, asked: Asked) -> Reply | None:
        """What a route gives somebody who shows no good credential; None: the refusal."""
        return None

    def lacking(self, asked: Asked, account: str) -> Reply | None:
        """What is wrong with a request's head where a vendor minds; None: nothing."""
        return None

    def signed(self, reply: Reply, visit: Visit) -> Reply:
        """A good answer with what the vendor adds to each."""
        return reply

    # What the stage asks.

    def exchanges(self, asked: Asked) -> bool:
        return any(each.fullmatch(asked.host + asked.path) for each in self._exchanges)

    def route(self, asked: Asked) -> tuple[Route, Mapping[str, str]] | None:
        method = "GET" if asked.method == "HEAD" else asked.method
        for route, methods, hosts, paths in self._routes:
            if methods.fullmatch(method) and (host := hosts.fullmatch(asked.host)):
                path = paths.fullmatch(self.named(asked))
                if path is not None:
                    return route, {**host.groupdict(), **path.groupdict()}
        return None

    def named(self, asked: Asked) -> str:
        """What the paths of the routes are matched with."""
        return asked.path

    def serves(self, asked: Asked) -> bool:
        """Whether the host is this vendor's at all."""
        return any(host.fullmatch(asked.host) for host in self._hosts) or self.exchanges(asked)

    def writes(self, asked: Asked, route: Route | None) -> bool:
        """Whether a request would change something at the vendor."""
        return route is None and asked.method not in READING

    def host_account(self, at: Mapping[str, str]) -> str:
        return at.get("account", "")

    # What vendors share.

    def token(self, asked: Asked, shown: str) -> Known | None:
        """Whoever shows a token: one that was exchanged, or one that was granted as it is."""
        token: Token | None = self.book.token(self.source_type, shown, asked.now)
        if token is not None:
            return Known(token.credential, token.scopes)
        credential = self.book.credential(self.source_type, shown, asked.now)
        if credential is None or not credential.has("token", shown):
            return None
        return Known(credential, credential.scopes)

    def access(
        self,
        asked: Asked,
        credential: Credential,
        scopes: Sequence[str],
        life_s: float,
        *,
        like: str = "",
        at: str = "",
    ) -> str:
        """A new token for a credential. `like` is what the vendor's tokens begin with, `at` what it opens."""
        token = like + fresh(48)
        self.book.give(token, credential, scopes, asked.now + life_s, at)
        return token

    def bearer(self, asked: Asked) -> Known:
        found = self.token(asked, asked.authorization("bearer"))
        if found is None:
            raise Refusal(self.no_credential(asked))
        return found

    def of_host(self, asked: Asked, found: Known, host: str) -> Known:
        """The same, unless the host belongs to another account."""
        match = re.fullmatch(host, asked.host)
        if match is not None and match.groupdict().get("account", found.credential.account) != found.credential.account:
            raise Refusal(self.no_credential(asked))
        return found
