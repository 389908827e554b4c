"""A query as SQL over projections. Names become columns of ours, values are bound: no text of the caller is SQL."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aos.contracts.query import Aggregate, Condition, Period, Query
from aos.core.errors import InvalidInput
from aos.dcl.warehouse.join_pieces import Pieces, Shape, Source, in_pieces, worth
from aos.dcl.warehouse.projection import Piece, Projection, is_number

MOST_IN = 1_000
STRUCTURE = ("pipe.pipe_id", "pipe.vendor", "pipe.category", "pipe.source_name", "run.run_id")
LARGEST_EXACT = 9.0e18  # past it a sum of ten-thousandths would leave SQLite's integers
_COMPARED = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}


class Part(NamedTuple):
    """One pipe's share of a query: its projection, the structure it brings, and which runs count (keys of projection
    rows), with the name of each. `until_ms` leaves out what came later. `pieces` are its rows taken apart."""

    projection: Projection
    structure: Mapping[str, str]
    runs: Mapping[int, str]
    until_ms: int | None
    pieces: Sequence[Piece] = ()


class Compiled(NamedTuple):
    """`columns` are the names of what the statement gives; a plain selection gives (part, row key) instead, and
    `columns` are then to be read from the rows themselves. `pieces` give the same, faster where groups are few."""

    sql: str
    values: list[Any]
    columns: list[str]
    from_rows: bool
    pieces: Pieces | None = None


def check(query: Query, known: Sequence[str]) -> None:
    """`InvalidInput` names the JSON path of what the query can't mean."""
    for place, name in _named(query):
        if name not in known and name not in STRUCTURE:
            raise InvalidInput(f"{name!r} is not a field of this pipe{_nearest(name, known)}", path=place)
    if _grouped(query) and query.select:
        raise InvalidInput(
            "With `group_by`, `periods` or `aggregate` the answer's columns are those; leave it out", path="$.select"
        )
    for n, condition in enumerate(query.where):
        _check_condition(condition, f"$.where[{n}]")
    for n, aggregate in enumerate(query.aggregate):
        if aggregate.field is None and aggregate.function != "count":
            raise InvalidInput(f"`{aggregate.function}` needs a field", path=f"$.aggregate[{n}].field")
    columns = _columns(query, known)
    if len(set(columns)) != len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        raise InvalidInput(f"Two columns are named {twice!r}; give one another `name`", path="$.aggregate")
    sortable = [*columns, *known, *STRUCTURE] if not _grouped(query) else columns
    for n, order in enumerate(query.order_by):
        if order.by not in sortable:
            raise InvalidInput(
                f"{order.by!r} is not a column{_nearest(order.by, sortable)}", path=f"$.order_by[{n}].by"
            )


def compiled(query: Query, known: Sequence[str], parts: Sequence[Part]) -> Compiled:
    """A checked query over its parts. Ties are broken by what makes a row: the same query gives the same rows."""
    used = sorted({name for _, name in _named(query)} | {order.by for order in query.order_by if order.by in known})
    alias = {name: f"f{n}" for n, name in enumerate(used)}
    values: list[Any] = []
    sources = [_part(number, part, alias, values) for number, part in enumerate(parts)]
    union = " UNION ALL ".join(sources)
    where = " AND ".join(_condition(alias[c.field], c, values) for c in query.where) or "1"
    if not _grouped(query):
        order = [_sorted(alias[o.by], descending=o.descending) for o in query.order_by] + ["_part", "_id"]
        sql = f"SELECT _part, _id FROM ({union}) WHERE {where} ORDER BY {', '.join(order)} LIMIT ?"
        return Compiled(sql, [*values, query.limit + 1], _columns(query, known), from_rows=True)
    groups = [alias[name] for name in query.group_by] + [_period(alias[p.field], p.grain) for p in query.periods]
    exact = {name: _exactness(parts, name) for name in {a.field for a in query.aggregate if a.field}}
    outputs = groups + [_aggregate(a, alias, exact) for a in query.aggregate]
    columns = _columns(query, known)
    order = [_sorted(str(columns.index(o.by) + 1), descending=o.descending) for o in query.order_by] + groups
    sql = f"SELECT {', '.join(outputs)} FROM ({union}) WHERE {where}"
    if groups:
        sql += f" GROUP BY {', '.join(groups)}"
    tail = f"ORDER BY {', '.join(order)} LIMIT ?" if order else "LIMIT ?"
    pieces = None
    if "large" not in exact.values() and worth(query, [piece for part in parts for piece in part.pieces]):
        numeric = frozenset(alias[name] for name in query.group_by for part in parts if name in part.projection.numbers)
        scaled = frozenset(name for name, how in exact.items() if how == "decimals")
        reals = frozenset(name for name, how in exact.items() if how == "reals")
        taken = [Source(rows, part.pieces) for rows, part in zip(sources, parts, strict=True)]
        pieces = in_pieces(query, Shape(groups, numeric, alias, scaled, reals), taken, where, tail)
    return Compiled(f"{sql} {tail}", [*values, query.limit + 1], columns, from_rows=False, pieces=pieces)


def _grouped(query: Query) -> bool:
    return bool(query.aggregate or query.group_by or query.periods)


def _named(query: Query) -> list[tuple[str, str]]:
    """Every field that a query names, with the place where it does."""
    named = [(f"$.select[{n}]", name) for n, name in enumerate(query.select)]
    named += [(f"$.where[{n}].field", condition.field) for n, condition in enumerate(query.where)]
    named += [(f"$.group_by[{n}]", name) for n, name in enumerate(query.group_by)]
    named += [(f"$.periods[{n}].field", period.field) for n, period in enumerate(query.periods)]
    named += [(f"$.aggregate[{n}].field", a.field) for n, a in enumerate(query.aggregate) if a.field is not None]
    if not _grouped(query):
        named += [(f"$.order_by[{n}].by", order.by) for n, order in enumerate(query.order_by)]
    return named


def _columns(query: Query, known: Sequence[str]) -> list[str]:
    if _grouped(query):
        periods = (period_name(period) for period in query.periods)
        return [*query.group_by, *periods, *(name_of(aggregate) for aggregate in query.aggregate)]
    return list(query.select or known)


def name_of(aggregate: Aggregate) -> str:
    return aggregate.name or (f"{aggregate.function}_{aggregate.field}" if aggregate.field else aggregate.function)


def period_name(period: Period) -> str:
    return period.name or f"{period.field}_{period.grain}"


def _period(column: str, grain: str) -> str:
    """SQL: the period that a text begins with, or null. A month of a quarter is not known, a quarter of a month is."""
    month, year = "[0-9][0-9][0-9][0-9]-[01][0-9]", "[0-9][0-9][0-9][0-9]"
    of_month = {
        "year": f"substr({column}, 1, 4)",
        "quarter": f"substr({column}, 1, 4) || '-Q' || ((CAST(substr({column}, 6, 2) AS INTEGER) + 2) / 3)",
        "month": f"substr({column}, 1, 7)",
        "day": f"CASE WHEN {column} GLOB '{month}-[0-3][0-9]*' THEN substr({column}, 1, 10) END",
    }[grain]
    of_quarter = {"year": f"substr({column}, 1, 4)", "quarter": column}.get(grain, "NULL")
    of_year = column if grain == "year" else "NULL"
    return (
        f"CASE WHEN {column} GLOB '{month}' OR {column} GLOB '{month}-*' THEN {of_month}"
        f" WHEN {column} GLOB '{year}-Q[1-4]' THEN {of_quarter} WHEN {column} GLOB '{year}' THEN {of_year} || '' END"
    )


def _part(number: int, part: Part, alias: Mapping[str, str], values: list[Any]) -> str:
    """One pipe's rows under the aliases; a field that it does not have is null."""
    outputs = []
    for name, short in alias.items():
        if name == "run.run_id":
            whens = " ".join("WHEN ? THEN ?" for _ in part.runs)
            outputs.append(f"CASE _run {whens} END AS {short}" if whens else f"NULL AS {short}")
            values += [bound for run in part.runs.items() for bound in run]
        elif name in STRUCTURE:
            outputs.append(f"? AS {short}")
            values.append(part.structure[name])
        else:
            outputs.append(f"{part.projection.columns.get(name, 'NULL')} AS {short}")
    runs = ", ".join(str(int(run)) for run in part.runs) or "NULL"
    late = "" if part.until_ms is None else f" AND _at <= {int(part.until_ms)}"
    shown = "".join(f", {output}" for output in outputs)
    return f"SELECT {number} AS _part, _id{shown} FROM {part.projection.table} WHERE _run IN ({runs}){late}"


def _condition(column: str, condition: Condition, values: list[Any]) -> str:
    """A comparison of like with like: a number is never compared with a text."""
    match condition.op:
        case "is_null":
            return f"{column} IS NULL"
        case "not_null":
            return f"{column} IS NOT NULL"
        case "eq" | "ne":
            values.append(_bound(condition.value))
            return f"{column} {'IS' if condition.op == 'eq' else 'IS NOT'} ?"
        case "in":
            values += [_bound(value) for value in condition.value]
            return f"{column} IN ({', '.join('?' for _ in condition.value)})"
        case "contains":
            values.append(condition.value)
            return f"(typeof({column}) = 'text' AND instr({column}, ?) > 0)"
    values.append(_bound(condition.value))
    kinds = "('text')" if isinstance(condition.value, str) else "('integer', 'real')"
    return f"(typeof({column}) IN {kinds} AND {column} {_COMPARED[condition.op]} ?)"


def _bound(value: Any) -> Any:
    """Booleans are blobs in a projection, so that no number equals one."""
    return bytes([value]) if isinstance(value, bool) else value


def _sorted(column: str, *, descending: bool) -> str:
    return f"{column} DESC NULLS LAST" if descending else f"{column} NULLS LAST"


def _exactness(parts: Sequence[Part], name: str) -> str:
    """How a field's numbers are summed: `integers`, `large` ones (exact while the sum is below 8.5e18), `decimals`
    (exact to four places), or `reals`."""
    facts = [part.projection.numbers[name] for part in parts if name in part.projection.numbers]
    if not any(fact.reals for fact in facts):
        # Like decimals below: past it a sum could leave SQLite's integers, and the query would fail.
        return "integers" if all(fact.largest * 2_000_000 < LARGEST_EXACT for fact in facts) else "large"
    # A sum stays exact while each of two million rows of the largest amount would.
    small = all(fact.four_decimals and fact.largest * 10_000 * 2_000_000 < LARGEST_EXACT for fact in facts)
    return "decimals" if small else "reals"


def _aggregate(aggregate: Aggregate, alias: Mapping[str, str], exact: Mapping[str, str]) -> str:
    if aggregate.field is None:
        return "count(*)"
    column = alias[aggregate.field]
    number = f"({is_number(column)})"
    match aggregate.function:
        case "count":
            return f"count({column})"
        case "count_distinct":
            return f"count(DISTINCT {column})"
        case "sum":
            return _sum(number, exact[aggregate.field])
        case "avg":
            return f"({_sum(number, exact[aggregate.field])}) * 1.0 / count({number})"
    return f"{aggregate.function}({column})"


def _sum(number: str, exactness: str) -> str:
    """Decimals are summed as whole ten-thousandths: a sum of cents is right to the cent however many there are."""
    if exactness == "decimals":
        return f"sum(CAST(round(({number}) * 10000) AS INTEGER)) / 10000.0"
    if exactness == "large":
        high, low = f"sum(({number}) >> 32)", f"sum(({number}) & 4294967295)"
        fits = f"abs({high}) < 2000000000 AND {low} < {2**59}"
        return f"CASE WHEN {fits} THEN {high} * 4294967296 + {low} ELSE {high} * 4294967296.0 + {low} END"
    # As reals from the first on: SQLite refuses a sum whose integers leave 64 bits before a real joins them.
    return f"sum({number} * 1.0)" if exactness == "reals" else f"sum({number})"


def _check_condition(condition: Condition, place: str) -> None:
    value, op = condition.value, condition.op
    scalar = isinstance(value, str | int | float | bool)
    if op in ("is_null", "not_null"):
        if value is not None:
            raise InvalidInput(f"`{op}` takes no value", path=f"{place}.value")
    elif op == "in":
        if not isinstance(value, list) or not 0 < len(value) <= MOST_IN:
            raise InvalidInput(f"`in` takes a list of 1 to {MOST_IN} values", path=f"{place}.value")
        for n, each in enumerate(value):
            if not isinstance(each, str | int | float | bool):
                raise InvalidInput("Values are texts, numbers or booleans", path=f"{place}.value[{n}]")
            _check_range(each, f"{place}.value[{n}]")
    elif op == "contains":
        if not isinstance(value, str) or not value:
            raise InvalidInput("`contains` takes a text", path=f"{place}.value")
    elif not scalar and not (value is None and op in ("eq", "ne")):
        raise InvalidInput(f"`{op}` takes a text, a number or a boolean", path=f"{place}.value")
    elif op in _COMPARED and isinstance(value, bool):
        raise InvalidInput(f"`{op}` does not order booleans", path=f"{place}.value")
    _check_range(value, f"{place}.value")


def _check_range(value: Any, place: str) -> None:
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise InvalidInput("This number is past 64 bits", path=place)


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=3)
    return f"; the nearest are {', '.join(near)}" if near else ""
