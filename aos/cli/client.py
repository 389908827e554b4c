"""How a verb reaches a running AOS: `AOS_URL` with `AOS_KEY`, by default this machine's with its operator key."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from aos.core.errors import AosError, EnvironmentFault, Final, InvalidInput
from aos.core.keyring import plain_key
from aos.core.settings import Settings


@contextmanager
def calling(found: Settings, *, read_s: float | None = 30.0) -> Iterator[httpx.Client]:
    """A client of the running AOS. A connection that fails is an `EnvironmentFault` that names the address, words that
    can't be sent are `InvalidInput`."""
    key = found.key or plain_key(found.data_dir)
    headers = {"x-api-key": key} if key else {}
    timeout = httpx.Timeout(5.0, read=read_s)
    try:
        with httpx.Client(base_url=found.base_url(), headers=headers, timeout=timeout, trust_env=False) as client:
            yield client
    except UnicodeEncodeError:
        raise InvalidInput("An argument holds bytes that are not UTF-8.") from None
    except httpx.ConnectError:
        raise EnvironmentFault(f"No AOS answers at {found.base_url()}. Start it with `python -m aos`.") from None
    except httpx.HTTPError as error:
        raise AosError(f"The call to {found.base_url()} failed: {type(error).__name__}.") from None


def checked(answer: httpx.Response) -> httpx.Response:
    """The answer if it is a success; a refusal's title and detail as an error, `InvalidInput` where ours was wrong."""
    if answer.is_success:
        return answer
    answer.read()
    text = _told(answer)
    raise InvalidInput(text) if answer.status_code == 422 else Final(text)


def _told(answer: httpx.Response) -> str:
    """Of a fault that nobody foresaw only the log says more."""
    try:
        told = answer.json()
        title, detail = str(told["title"]), str(told.get("detail") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"answered {answer.status_code}"
    detail = detail or ("see the log of AOS" if answer.is_server_error else f"answered {answer.status_code}")
    request = answer.headers.get("x-request-id") or told.get("request_id")
    return f"{title}: {detail}" + (f" (request {request})" if request else "")
