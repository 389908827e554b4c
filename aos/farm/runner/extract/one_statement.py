"""Where a query's only statement ends. What a semicolon in a text, a quoted name or a comment means, each database says
for itself; what is not closed there goes on to the end, and the database refuses it in its own words."""

import re

_BLANK = " \t\n\r\f\v"
_TOKENS = {
    "sqlite": re.compile(
        r"""'(?:[^']|'')*+(?:'|\Z)|"(?:[^"]|"")*+(?:"|\Z)|`(?:[^`]|``)*+(?:`|\Z)|\[[^\]]*+(?:\]|\Z)"""
        r"""|(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))|(?P<end>;)""",
        re.DOTALL,
    ),
    # A text that begins with E has escapes; one between $tag$ and $tag$ has none, and no name may stand before it.
    "postgresql": re.compile(
        r"""(?<![\w$])[eE]'(?:[^'\\]|''|\\.)*+(?:'|\Z)|'(?:[^']|'')*+(?:'|\Z)|"(?:[^"]|"")*+(?:"|\Z)"""
        r"""|(?<![\w$])\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)"""
        r"""|(?P<comment>--[^\n\r]*)|(?P<nested>/\*)|(?P<end>;)""",
        re.DOTALL,
    ),
}
_MARK = re.compile(r"/\*|\*/")


def only_statement(sql: str, database: str) -> str | None:
    """`sql` up to the semicolon that ends it; None where another statement follows. `database` is `sqlite` or
    `postgresql`."""
    end: int | None = None
    at = last = 0
    while found := _TOKENS[database].search(sql, at):
        if end is not None and sql[last : found.start()].strip(_BLANK):
            return None
        kind = found.lastgroup
        at = _end_of_comment(sql, found.end()) if kind == "nested" else found.end()
        if kind == "end":
            end = found.start() if end is None else end
        elif end is not None and kind not in ("comment", "nested"):
            return None
        last = at
    if end is not None and sql[last:].strip(_BLANK):
        return None
    return sql if end is None else sql[:end]


def _end_of_comment(sql: str, at: int) -> int:
    """Behind a comment of PostgreSQL's, which may hold others; `at` is behind its beginning."""
    depth = 1
    while depth and (found := _MARK.search(sql, at)):
        depth += 1 if found[0] == "/*" else -1
        at = found.end()
    return len(sql) if depth else at
