"""The settings of one comparison, as LoadGen's package and `assay mlperf schedule` take them."""
from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

# Of the rounds since v5.0: library, sample index, schedule, and the logged responses, for which none is prescribed.
OFFICIAL = (2085463073848966840, 2747215439041700203, 16159082839903944936, 0)
NEWEST = "6.0.17"
# The last version with the older rule for the loaded set.
OLDEST = "5.1.2"


@dataclasses.dataclass(frozen=True)
class Setting:
    """One test. What is None is left as it is."""

    scenario: str
    mode: str = "performance"
    version: str = NEWEST
    total: int = 100
    loaded: int = 100
    seeds: tuple[int, int, int, int] = OFFICIAL
    queries: int = 200
    duration_ms: int = 0
    qps: float | None = None
    latency_ns: int | None = None
    width: int | None = None
    accuracy_count: int | None = None
    unique: bool = False
    same: int | None = None
    permutations: bool = False
    log_share: float | None = None
    log_count: int | None = None

    @property
    def name(self) -> str:
        """What tells it from the others, on one line."""
        words = [self.version, self.scenario, self.mode, f"{self.loaded}/{self.total} samples", f"{self.queries} queries"]
        usual = {field.name: field.default for field in dataclasses.fields(self)}
        shown = ["duration_ms", "qps", "latency_ns", "width", "accuracy_count", "same", "log_share", "log_count"]
        words += [f"{key}={getattr(self, key)}" for key in shown if getattr(self, key) != usual[key]]
        words += [key for key in ("unique", "permutations") if getattr(self, key)]
        return " ".join(words + ([] if self.seeds == OFFICIAL else [f"seeds={','.join(map(str, self.seeds))}"]))

    @property
    def is_accuracy(self) -> bool:
        return self.mode == "accuracy"

    @property
    def ends(self) -> bool:
        """Whether the traffic ends by itself."""
        return self.is_accuracy or self.unique

    @property
    def rate(self) -> float | None:
        """Server needs one, and LoadGen has one for Offline where nobody says it."""
        return self.qps or {"Server": 200_000.0, "Offline": 1.0}.get(self.scenario)

    def wheel(self) -> Mapping[str, Any]:
        """The names and values of LoadGen's TestSettings; scenario and mode by name."""
        stream = {"SingleStream": "single_stream", "MultiStream": "multi_stream"}.get(self.scenario)
        rate = {"Server": "server_target_qps", "Offline": "offline_expected_qps"}.get(self.scenario)
        values: dict[str, Any] = {
            "scenario": self.scenario, "mode": "AccuracyOnly" if self.is_accuracy else "PerformanceOnly",
            "min_query_count": self.queries, "min_duration_ms": self.duration_ms,
            "qsl_rng_seed": self.seeds[0], "sample_index_rng_seed": self.seeds[1], "schedule_rng_seed": self.seeds[2],
            "accuracy_log_rng_seed": self.seeds[3], "performance_issue_unique": self.unique,
            "performance_issue_same": self.same is not None, "performance_issue_same_index": self.same or 0,
            "accuracy_log_probability": self.log_share, "accuracy_log_sampling_target": self.log_count,
            "accuracy_sample_count_override": self.accuracy_count,
            "sample_concatenate_permutation": self.permutations or None,
            "multi_stream_samples_per_query": self.width,
        }
        if rate:
            values[rate] = self.rate
        if stream and self.latency_ns:
            values[f"{stream}_expected_latency_ns"] = self.latency_ns
        return {key: value for key, value in values.items() if value is not None}

    def options(self, count: int) -> list[str]:
        """The options of `assay mlperf schedule` for so many queries."""
        values: dict[str, Any] = {
            "scenario": self.scenario, "mode": self.mode, "total-sample-count": self.total,
            "performance-sample-count": self.loaded, "loaded-set-rule": "5.1" if self.version < "6" else "6.0",
            "min-query-count": self.queries, "min-duration": f"{self.duration_ms}ms", "queries": count,
            "qsl-seed": self.seeds[0], "sample-index-seed": self.seeds[1], "schedule-seed": self.seeds[2],
            "log-seed": self.seeds[3], "target-qps": self.rate, "samples-per-query": self.width, "same": self.same,
            "expected-latency": None if self.latency_ns is None else f"{self.latency_ns}ns",
            "accuracy-sample-count": self.accuracy_count, "log-probability": self.log_share, "log-count": self.log_count,
        }
        words = [f"--{key}={value}" for key, value in values.items() if value is not None]
        flags = {"--unique": self.unique, "--concatenate-permutations": self.permutations}
        return words + [flag for flag, given in flags.items() if given]
