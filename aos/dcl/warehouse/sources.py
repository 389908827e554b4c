"""The numbers of the sources, which the keys of rows begin with."""

from aos.core.db import Tx, sql_file, statements

SQL = statements(sql_file("aos.dcl", "queries.sql"))
POSITIONS = 2**44  # a row's key is source * POSITIONS + position


class Sources:
    """Numbers stay in memory; `forget` them when a transaction that may have named one is rolled back."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    async def key(self, tx: Tx, connector: str, target: str, position: int) -> int:
        """The key of a row at this position of this source."""
        number = self._known.get((connector, target))
        if number is None:
            await tx.run(SQL["make_source"], (connector, target))
            number = int((await tx.do(SQL["find_source"], (connector, target)))[0][0])
            self._known[connector, target] = number
        return number * POSITIONS + position

    def forget(self) -> None:
        self._known.clear()
