"""Door: what is counted, for who watches from outside; home of prometheus-client.

Every process counts what it does itself. What waits in the database is asked for when somebody looks
(`flows/health.py`): there every process shows the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

#: seconds: a pull, a job; an answer to a person; how late a digest leaves; from published to stored
WORK = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
ANSWERS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 60)
LATENESS = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600)
LAG = (60, 300, 600, 900, 1800, 3600, 7200, 21600, 86400)

#: name -> what it says, its labels, and for a histogram its limits; docs/deploy.md shows the same
COUNTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "pulls": ("sources asked", ("status",)),
    "articles": ("articles stored", ("status",)),
    "jobs": ("jobs done by this worker", ("task", "status")),
    "deliveries": ("deliveries settled", ("kind", "state")),
    "sends": ("messages handed to Telegram", ("outcome",)),
    "votes": ("votes cast", ("vote",)),
    "updates": ("updates taken in", ()),
}
HISTOGRAMS: Mapping[str, tuple[str, tuple[str, ...], tuple[float, ...]]] = {
    "pull_seconds": ("time that asking a source took", (), WORK),
    "job_seconds": ("time that a job took", ("task",), WORK),
    "article_lag_seconds": ("from published to stored, of what is no backlog", (), LAG),
    "slot_lateness_seconds": ("from a digest's hour until it had arrived", (), LATENESS),
    "answer_seconds": ("from an update's arrival until it was dealt with", ("kind",), ANSWERS),
}
GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "info": ("which newsbot this is", ("version", "database")),
    "leading": ("1 where the clock and the sender are", ()),
    "database_up": ("1 while the database answers and takes what is written", ()),
    "polling_age_seconds": ("since Telegram answered getUpdates last; 0 where nobody polls here", ()),
    "queue_depth": ("what waits", ("queue",)),
    "queue_age_seconds": ("for how long the first of it has been waiting", ("queue",)),
    "jobs_failed": ("jobs that were given up in the last week", ()),
    "workers": ("who does jobs: workers, or the bot where there are none", ()),
    "sources": ("sources", ("state",)),
    "readers": ("chats that get digests", ()),
    "disk_free_bytes": ("room beside the data folder", ()),
}


class Meters:
    """Counters by name; `newsbot_` stands before all of them."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._counters = {
            name: Counter(f"newsbot_{name}_total", words, labels, registry=self._registry)
            for name, (words, labels) in COUNTERS.items()
        }
        self._histograms = {
            name: Histogram(f"newsbot_{name}", words, labels, buckets=limits, registry=self._registry)
            for name, (words, labels, limits) in HISTOGRAMS.items()
        }
        self._gauges = {
            name: Gauge(f"newsbot_{name}", words, labels, registry=self._registry)
            for name, (words, labels) in GAUGES.items()
        }

    def count(self, name: str, many: float = 1, **labels: str) -> None:
        """So many more."""
        counter = self._counters[name]
        (counter.labels(**labels) if labels else counter).inc(many)

    def took(self, name: str, seconds: float, **labels: str) -> None:
        """It took so long."""
        histogram = self._histograms[name]
        (histogram.labels(**labels) if labels else histogram).observe(max(seconds, 0.0))

    def shows(self, name: str, value: float, **labels: str) -> None:
        """It stands there now."""
        gauge = self._gauges[name]
        (gauge.labels(**labels) if labels else gauge).set(value)

    def text(self) -> bytes:
        """All of it, in Prometheus's text format."""
        return generate_latest(self._registry)
