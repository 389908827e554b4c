"""`openapi`: a user's own HTTP service, known by the document that describes it. Only GETs of the document are called.

The credential goes to hosts that the user named, never to one that only the document names.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

from aos.aam.onboarding import openapi_document
from aos.aam.onboarding.adapter import Discovered, Opened, Sampled
from aos.aam.onboarding.answer import UNREADABLE, items
from aos.aam.onboarding.auth import AuthSpec, chosen
from aos.aam.onboarding.auth.basic import BasicSpec
from aos.aam.onboarding.auth.bearer import BearerSpec
from aos.aam.onboarding.auth.client_credentials import ClientCredentialsSpec
from aos.aam.onboarding.auth.header_keys import HeaderKeysSpec
from aos.aam.onboarding.auth.outgoing import Means, Outgoing
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.families import Family
from aos.aam.onboarding.openapi_document import Document, Listing, Scheme, Unusable
from aos.aam.onboarding.safe_client import SafeClient
from aos.aam.onboarding.secret import Secret
from aos.aam.onboarding.streams import Streams
from aos.contracts.onboarding import MOST_FIRST_ITEMS

MOST_DOCUMENT = 32 * 1024 * 1024
# A client for the hosts of these URLs and for these token URLs; the text says what the credential has to have.
ClientOf = Callable[[frozenset[str], frozenset[str], str], SafeClient]
MeansOf = Callable[[SafeClient, frozenset[str]], Means]
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")


class OpenApiAdapter:
    """The document is fetched once an adapter; `open` comes first, or is made up for."""

    name = "native"

    def __init__(
        self, family: Family, values: Mapping[str, str], secret: Secret, client_of: ClientOf, means_of: MeansOf
    ) -> None:
        self._family, self._values, self._secret = family, values, secret
        self._client_of, self._means_of = client_of, means_of
        self._named = frozenset(url for url in (values["document"], values["server"]) if url)
        self._client = client_of(self._named, frozenset(), "token, or what the document's security schemes ask for")
        self._document: Document | None = None
        self._server = ""

    async def open(self) -> Opened:
        document = await self._read_document()
        plain = sorted(document.plain, key=lambda each: (not each[1], each[0].count("/"), each[0]))
        warnings = []
        if not plain:
            warnings.append("No GET of the document can be called as it is, so that nothing proves the credential")
        else:
            path, guarded = plain[0]
            listing = next((each for each in document.listings if each.path == path), None)
            out, size = self._get(path, listing)
            answer = await self._client.read(out, size=size, health=True)
            if answer.value is UNREADABLE:
                raise self._shape(f"{path} does not answer in JSON")
            if not guarded and self._secret.names:
                warnings.append("No GET of the document asks for a credential, so that nothing proves it")
        return Opened((), tuple(warnings))

    async def discover(self) -> Discovered:
        document = await self._read_document()
        streams = Streams()
        for listing in document.listings:
            streams.known(listing.path.strip("/"), (), ())
            streams.described(listing.path.strip("/"), listing.fields)
        told = streams.told()
        if not told:
            raise self._shape("no GET of it gives a list")
        bare = streams.without_fields()
        return Discovered(told, (f"{bare} streams are listed without their fields",) if bare else ())

    async def sample(self) -> Sampled:
        document = await self._read_document()
        callable_ = [listing for listing in document.listings if listing.plain]
        if not callable_:
            raise self._shape("no list in it can be read without parameters")
        listing = min(callable_, key=lambda each: (not each.size, each.path.count("/"), each.path))
        out, size = self._get(listing.path, listing)
        answer = await self._client.read(out, size=size)
        found = items(answer.value, listing.items, objects=False)
        if found is None:
            raise self._shape(f"{listing.path} does not answer with the list that the document promises")
        warnings = []
        if not size:
            warnings.append(f"{listing.path} takes no page size; what came beyond {MOST_FIRST_ITEMS} items was dropped")
        elif len(found) > listing.most:
            warnings.append(
                f"The source gave {len(found)} items where {listing.most} were asked for; the rest was dropped"
            )
        return Sampled(min(len(found), MOST_FIRST_ITEMS), round(answer.took_s * 1_000, 3), tuple(warnings))

    async def close(self) -> None:
        self._document = None

    def _get(self, path: str, listing: Listing | None) -> tuple[Outgoing, str]:
        """The GET of a path, with its page size where it takes one; and that parameter's name."""
        size = listing.size if listing is not None else ""
        query = f"?{quote(size, safe='')}={listing.most}" if listing is not None and size else ""
        url = self._server.rstrip("/") + quote(path, safe="/:@!$&'()*+,;=~-._%") + query
        return Outgoing("GET", url, {"accept": "application/json"}), size

    async def _read_document(self) -> Document:
        if self._document is not None:
            return self._document
        url = self._values["document"]
        out = Outgoing("GET", url, {"accept": "application/json, application/yaml;q=0.9, */*;q=0.1"})
        try:
            answer = await self._client.read(out, signed=False, most_bytes=MOST_DOCUMENT)
        except Failure as failure:
            if failure.answered not in (401, 403) or not self._secret.names:
                raise
            self._sign([Scheme("bearer"), Scheme("basic")])
            answer = await self._client.read(out, health=True, most_bytes=MOST_DOCUMENT)
        try:
            document = await openapi_document.read(answer.body, url)
        except Unusable as error:
            raise Failure(
                Kind.SCHEMA, f"The document can't be used: {error}", "name the URL of the document itself"
            ) from None
        self._serve(document)
        self._document = document
        return document

    def _serve(self, document: Document) -> None:
        """Take the server and the way to prove who asks from the document."""
        self._server = self._values["server"] or document.server
        named = {urlsplit(url).netloc.lower() for url in self._named}
        if urlsplit(self._server).netloc.lower() not in named:
            told = f"The document names a server on another host than its own ({urlsplit(self._server).netloc[:100]})"
            raise Failure(Kind.OTHER, told, "name the server as resource_ids[1], if it may get the credential")
        if self._secret.names:
            self._sign(document.schemes or [Scheme("bearer")])

    def _sign(self, schemes: list[Scheme]) -> None:
        specs = [spec for scheme in schemes if (spec := self._spec(scheme)) is not None]
        if not specs:
            told = "The document asks for the credential in a way that AOS does not take (in the URL, in a cookie, ...)"
            raise Failure(Kind.CREDENTIALS, told, "let the service take it in a header, and say so in the document")
        spec = chosen(specs, self._secret, self._family.title)
        token_urls = frozenset(spec.token_urls())
        takes = " + ".join(spec.needs())
        client = self._client_of(self._named, token_urls, takes)
        client.signer = spec.signer(self._means_of(client, token_urls))
        self._client = client

    def _spec(self, scheme: Scheme) -> AuthSpec | None:
        named = {urlsplit(url).netloc.lower() for url in self._named}
        match scheme.kind:
            case "bearer":
                return BearerSpec()
            case "basic":
                return BasicSpec()
            case "header" if _HEADER.fullmatch(scheme.name):
                return HeaderKeysSpec(headers={scheme.name.lower(): "{token}"})
            case "client_credentials" if (
                urlsplit(scheme.token_url).netloc.lower() in named and "{" not in scheme.token_url
            ):
                return ClientCredentialsSpec(token_url=scheme.token_url)
            case _:
                return None

    def _shape(self, why: str) -> Failure:
        return Failure(Kind.SCHEMA, f"The document and the service: {why}", "correct the document, then heal")
