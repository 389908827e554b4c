"""Every metric, its name and its meaning, in one file. `aos_` prefix, base units, no ids as labels."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """One registry a process, passed in; `text()` is the body of `/metrics`."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series of each says nothing new
        self.registry = registry = CollectorRegistry()
        self.lines = Counter("aos_ingest_lines", "Lines by verdict.", ["verdict"], registry=registry)
        self.bytes = Counter("aos_ingest_bytes", "Bytes read from sources.", registry=registry)
        self.published = Counter(
            "aos_ingest_published", "Entries acknowledged by Redis.", ["stream"], registry=registry
        )
        self.publish_seconds = Histogram(
            "aos_ingest_publish_seconds",
            "Time of one atomic step.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
            registry=registry,
        )
        self.source_failures = Counter("aos_source_failures", "Failed reads of a source.", ["code"], registry=registry)
        self.breaker_trips = Counter("aos_breaker_trips", "Times a circuit breaker opened.", registry=registry)
        self.repairs = Counter(
            "aos_repairs", "Drifted records by what became of their repair.", ["outcome"], registry=registry
        )
        self.repair_seconds = Histogram(
            "aos_repair_seconds",
            "Time of one call to a source of truth.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2),
            registry=registry,
        )
        self.backpressure_seconds = Counter(
            "aos_backpressure_seconds",
            "Time that sidecars did not read because the consumer lagged.",
            registry=registry,
        )
        self.stream_entries = Gauge("aos_stream_entries", "Entries in a stream.", ["stream"], registry=registry)
        self.filed = Counter("aos_consumer_filed", "Records committed to the warehouse.", registry=registry)
        self.redelivered = Counter(
            "aos_consumer_redelivered", "Records seen again and not filed twice.", registry=registry
        )
        self.corrupt = Counter("aos_consumer_corrupt", "Entries whose checksum did not match.", registry=registry)
        self.ledger = Gauge("aos_ledger_lines", "Lines by where they are; imbalance is 0.", ["term"], registry=registry)
        self.wal_bytes = Gauge("aos_db_wal_bytes", "Write-ahead log of the warehouse.", registry=registry)
        self.quarantine_held = Gauge("aos_quarantine_held", "Lines that lie in quarantine.", registry=registry)
        self.quarantine_settled = Counter(
            "aos_quarantine_settled", "Lines that left quarantine, by how.", ["status"], registry=registry
        )
        self.content_rows = Counter("aos_content_rows", "Rows of pushes that are durable.", registry=registry)
        self.content_pushes = Counter(
            "aos_content_pushes", "Pushes answered with 200: new ones and repeats.", ["kind"], registry=registry
        )
        self.content_drift = Counter(
            "aos_content_drift", "New pushes whose rows left the blueprint.", registry=registry
        )
        self.orphans = Counter(
            "aos_content_orphans", "Rows and records that named no pipe that is there.", ["way"], registry=registry
        )
        self.orphan_refusals = Counter(
            "aos_content_orphan_refusals", "Pushes and batches refused by the guard.", ["way"], registry=registry
        )
        self.probes = Counter("aos_aod_probes", "Endpoints probed, by outcome.", ["outcome"], registry=registry)
        self.handshakes = Counter(
            "aos_aod_handshakes", "Routes to be handed to DCL, by outcome.", ["outcome"], registry=registry
        )
        self.candidates = Counter(
            "aos_aod_candidates", "Candidates told by discovery, by governance.", ["governance"], registry=registry
        )
        self.handed_over = Counter(
            "aos_aam_candidates", "Candidates handed to AAM, by what became of them.", ["outcome"], registry=registry
        )
        self.exports = Counter(
            "aos_aam_exports", "Exports of structure to DCL, by outcome.", ["outcome"], registry=registry
        )
        self.dispatches = Counter(
            "aos_aam_dispatches", "Jobs ordered from Farm, by outcome.", ["outcome"], registry=registry
        )
        self.onboardings = Counter(
            "aos_aam_connections", "Versions of connections written, by state.", ["state"], registry=registry
        )
        self.first_sync_seconds = Histogram(
            "aos_aam_first_sync_seconds",
            "Time of tiny first syncs.",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
            registry=registry,
        )
        self.farm_jobs = Counter("aos_farm_jobs", "Jobs that ended, by state.", ["state"], registry=registry)
        self.farm_rows = Counter("aos_farm_rows", "Rows of jobs that DCL accepted.", registry=registry)
        self.farm_retries = Counter(
            "aos_farm_retries", "Calls of jobs that were tried again, by what they did.", ["what"], registry=registry
        )
        self.farm_verdicts = Counter("aos_farm_verdicts", "Verdicts of recon.", ["verdict"], registry=registry)
        self.worker_restarts = Counter("aos_worker_restarts", "Restarts of background workers.", registry=registry)
        self.requests = Counter("aos_http_requests", "Requests answered.", ["method", "status"], registry=registry)
        self.request_seconds = Histogram(
            "aos_http_request_seconds",
            "Time to the first byte of an answer.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
            registry=registry,
        )
        self.loop_lag = Gauge(
            "aos_loop_lag_seconds", "How late the event loop ran a timer, last measured.", registry=registry
        )

    def text(self) -> bytes:
        return generate_latest(self.registry)
