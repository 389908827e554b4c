"""What a module is given (`Core`) and what it adds to the process (`Module`)."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from aos.core.clock import Clock
from aos.core.egress import Egress
from aos.core.events import Events
from aos.core.failpoints import Failpoints
from aos.core.health import Health
from aos.core.http import Endpoint
from aos.core.metrics import Metrics
from aos.core.pages import Pages
from aos.core.peers import Peers
from aos.core.redis import Redis
from aos.core.settings import Settings
from aos.core.workers import Worker, Workers


@dataclass(frozen=True, kw_only=True)
class Core:
    """Resources are passed in; a module keeps no globals. `closers` run, last in first out, after the workers."""

    settings: Settings
    clock: Clock
    stopping: asyncio.Event
    metrics: Metrics
    events: Events
    health: Health
    closers: AsyncExitStack
    failpoints: Failpoints
    workers: Workers
    egress: Egress
    peers: Peers
    pages: Pages
    redis: Redis | None = None

    @classmethod
    def make(
        cls,
        settings: Settings,
        clock: Clock,
        closers: AsyncExitStack,
        redis: Redis | None = None,
        stopping: asyncio.Event | None = None,
    ) -> "Core":
        """Everything that needs no file and no socket."""
        stopping = stopping or asyncio.Event()
        metrics, events, health, egress = Metrics(), Events(clock), Health(clock), Egress.of(settings)
        return cls(
            settings=settings,
            clock=clock,
            stopping=stopping,
            metrics=metrics,
            events=events,
            health=health,
            closers=closers,
            workers=Workers(health, clock, stopping, metrics, events),
            failpoints=Failpoints(settings.data_dir, armed=bool(settings.lab)),
            egress=egress,
            peers=Peers(settings, egress),
            pages=Pages(),
            redis=redis,
        )


@dataclass(frozen=True, kw_only=True)
class Module:
    """`name` is the prefix that the module is mounted at; alone, it stands at the root. `home` is the path of its first
    page, and the last module that has one gives the process its own; where none has, there are no pages and nobody
    signs in. An endpoint at the path "" is served under the prefix alone."""

    name: str
    endpoints: Sequence[Endpoint]
    workers: Sequence[Worker] = field(default=())
    home: str = ""
