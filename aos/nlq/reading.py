"""A question over one pipe, piece by piece."""

from typing import NamedTuple

from aos.nlq.cover import Heard, Piece
from aos.nlq.lexicon import Lexicon


class Reading(NamedTuple):
    """What every part of a question is in one pipe."""

    lexicon: Lexicon
    heard: Heard
    pieces: list[Piece]

    @property
    def unknown(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind == "unknown"]

    @property
    def names(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind == "name"]
