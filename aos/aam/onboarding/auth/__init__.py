"""How a request proves who asks: one file a strategy. The catalogue says which strategies a family takes and with what
data; the fields of the credential decide which of them it is."""

from collections.abc import Sequence
from typing import TypeAlias

from aos.aam.onboarding.auth.basic import BasicSpec
from aos.aam.onboarding.auth.bearer import BearerSpec
from aos.aam.onboarding.auth.client_credentials import ClientCredentialsSpec
from aos.aam.onboarding.auth.header_keys import HeaderKeysSpec
from aos.aam.onboarding.auth.jwt_bearer import JwtBearerSpec
from aos.aam.onboarding.auth.oauth1 import OAuth1Spec
from aos.aam.onboarding.auth.refresh_token import RefreshTokenSpec
from aos.aam.onboarding.auth.sigv4 import SigV4Spec
from aos.aam.onboarding.auth.snowflake_keypair import SnowflakeKeypairSpec
from aos.aam.onboarding.auth.sql_login import SqlSpec
from aos.aam.onboarding.auth.ssws import SswsSpec
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.secret import Secret

AuthSpec: TypeAlias = (
    BearerSpec
    | HeaderKeysSpec
    | BasicSpec
    | SswsSpec
    | ClientCredentialsSpec
    | RefreshTokenSpec
    | JwtBearerSpec
    | SnowflakeKeypairSpec
    | OAuth1Spec
    | SigV4Spec
    | SqlSpec
)


def strategy_of(spec: AuthSpec) -> str:
    """Its name in the catalogue."""
    return str(type(spec).__struct_config__.tag)


def chosen(specs: Sequence[AuthSpec], secret: Secret, title: str) -> AuthSpec:
    """The first strategy whose fields the credential all has. `Failure` names what is missing for the nearest one."""
    for spec in specs:
        if secret.names.issuperset(spec.needs()):
            return spec
    nearest = min(specs, key=lambda spec: len(set(spec.needs()) - secret.names))
    missing = ", ".join(name for name in nearest.needs() if name not in secret.names)
    ways = " or ".join(" + ".join(spec.needs()) for spec in specs)
    raise Failure(
        Kind.CREDENTIALS,
        f"The credential has no {missing}",
        f"let credential_locator lead to a credential of {title}: {ways}",
    )
