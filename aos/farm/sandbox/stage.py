"""One request through a vendor, in the order that vendors have: there, known, slow enough, allowed, then answered."""

from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import Book, Dark, Family
from aos.farm.sandbox.paging import BadParameter
from aos.farm.sandbox.reply import Refusal, Reply
from aos.farm.sandbox.vendor import Known, Route, Vendor, Visit


class Stage:
    """Plays every vendor; nothing here waits."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def play(self, vendor: Vendor, asked: Asked) -> Reply | None:
        """The answer; None for none at all."""
        family = self._book.family(vendor.source_type)
        family.requests += 1
        try:
            reply = self._answer(vendor, asked, family)
        except Dark:
            return None
        except Refusal as refusal:
            reply = refusal.reply
        except BadParameter as why:
            reply = vendor.bad_request(asked, why)
        family.most_items = max(family.most_items, reply.items)
        return reply

    def _answer(self, vendor: Vendor, asked: Asked, family: Family) -> Reply:
        exchanges = asked.method == "POST" and vendor.exchanges(asked)
        found = None if exchanges else vendor.route(asked)
        writes = not exchanges and vendor.writes(asked, found[0] if found else None)
        family.writes_seen += writes
        if family.knobs(None).dark:
            raise Dark
        if exchanges:
            family.exchanges += 1
            return vendor.exchange(asked)
        route, at = found or (None, {})
        visit = self._visit(vendor, asked, family, route, dict(at))
        if isinstance(visit, Reply):
            return visit
        if family.too_fast(visit.account):
            return vendor.too_fast(visit, family.knobs(visit.account).retry_after_s)
        if (lacking := vendor.lacking(asked, visit.account)) is not None:
            return lacking
        if route is None:
            return vendor.no_write(visit) if writes else vendor.nothing_there(asked)
        if route.needs and not visit.granted.intersection(route.needs):
            return vendor.no_right(visit, route.needs)
        return vendor.signed(route.play(visit), visit)

    def _visit(
        self, vendor: Vendor, asked: Asked, family: Family, route: Route | None, at: dict[str, str]
    ) -> Visit | Reply:
        """Who asks; or what strangers are told where the vendor has a word for them."""
        if route is not None and route.public:
            account, scopes = vendor.host_account(at) or self._shown(vendor, asked), vendor.scopes
            if family.knobs(account).dark:
                raise Dark
        else:
            try:
                known: Known = vendor.known(asked)
            except Refusal:
                told = vendor.stranger(asked) if route is not None else None
                if told is None:
                    raise
                return told
            account, scopes = known.credential.account, known.scopes
        knobs = family.knobs(account)
        if knobs.drop_scope:
            dropped = scopes if vendor.dropped is None else vendor.dropped
            scopes = tuple(scope for scope in scopes if scope not in dropped)
        return Visit(asked, account, frozenset(scopes), at, knobs.drift, knobs.empty)

    def _shown(self, vendor: Vendor, asked: Asked) -> str:
        """Whose credential came along where none is asked for; empty where there is none that holds."""
        try:
            return vendor.known(asked).credential.account
        except Refusal:
            return ""
