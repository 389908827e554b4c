"""What a credential locator leads to, in a type that can't be shown by accident."""

from collections.abc import Mapping


class Secret:
    """The fields of a credential (`token`, or `client_id` and `client_secret`, ...). It prints as stars, compares by
    identity, can't be pickled, copied or encoded; a field comes out only by `reveal`, where a request is signed.

    `expires_at` in seconds of the wall clock, None where nothing says so.
    """

    __slots__ = ("__fields", "expires_at")

    def __init__(self, fields: Mapping[str, str], expires_at: float | None = None) -> None:
        self.__fields = dict(fields)
        self.expires_at = expires_at

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.__fields)

    def reveal(self, name: str) -> str:
        """The value of a field. `KeyError` where the credential has none of that name."""
        return self.__fields[name]

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")

    def __copy__(self) -> "Secret":
        raise TypeError("a secret is not copied")

    def __deepcopy__(self, memo: object) -> "Secret":
        raise TypeError("a secret is not copied")
