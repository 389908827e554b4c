"""What the scripts of onboarding ask a running AOS, and how they tell it."""

from collections.abc import Iterable
from typing import Any, TypeVar

import httpx
import msgspec

from aos.cli.client import checked
from aos.contracts.onboarding import NAMESPACE, Funnel

FUNNEL = "/aam/metrics/funnel"
Answer = TypeVar("Answer")


def post(client: httpx.Client, path: str, body: Any, answer: type[Answer]) -> Answer:
    """Refusals are errors (`checked`)."""
    headers = {"content-type": "application/json"}
    sent = client.post(path, content=msgspec.json.encode(body), headers=headers)
    return msgspec.json.decode(checked(sent).content, type=answer)


def ask_funnel(client: httpx.Client, namespace: str = NAMESPACE) -> Funnel:
    return msgspec.json.decode(checked(client.get(FUNNEL, params={"namespace": namespace})).content, type=Funnel)


def executive_summary(funnel: Funnel) -> Iterable[str]:
    """The three lines word for word, then whether the target was met, and where this was."""
    yield from funnel.lines
    met = {True: "met", False: "not met", None: "not measured: no eligible intent"}[funnel.slo_met]
    at = ", ".join(funnel.endpoints or [funnel.mode])
    yield f'SLO {met} | endpoints: {at} | data_source: "{funnel.data_source}"'
