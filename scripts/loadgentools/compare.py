"""Holds Assay's traffic against what LoadGen did."""
from __future__ import annotations

import dataclasses
import itertools
import json
import pathlib
from collections.abc import Sequence
from typing import Any

from loadgentools.settings import Setting
from loadgentools.wheel import Observation
from onnxtools import program

# Effective settings by Assay's and LoadGen's names.
EFFECTIVE = {
    "samplesPerQuery": "samples_per_query", "targetQPS": "target_qps", "minQueryCount": "min_query_count",
    "minSampleCount": "min_sample_count", "performanceSampleCount": "performance_sample_count",
    "accuracySampleCount": "accuracy_sample_count", "targetLatencyPercentile": "target_latency_percentile",
    "accuracyLogProbability": "accuracy_log_probability", "accuracyLogSamplingTarget": "accuracy_log_sampling_target",
    "concatenatesPermutations": "sample_concatenate_permutation",
}
# Asked for beyond what LoadGen issued, to see where traffic ends.
BEYOND = 5


@dataclasses.dataclass
class Comparison:
    """Values that were compared, and what differed."""

    values: int = 0
    differences: list[str] = dataclasses.field(default_factory=list)

    def check(self, what: str, ours: Any, theirs: Any) -> None:
        """Compares two values, or two lists value for value."""
        if not isinstance(ours, list):
            self.values += 1
            if ours != theirs:
                self.differences.append(f"{what}: Assay has {ours}, LoadGen {theirs}")
            return
        self.values += max(len(ours), len(theirs))
        if ours == theirs:
            return
        pairs = itertools.zip_longest(ours, theirs)
        place, (mine, other) = next((place, pair) for place, pair in enumerate(pairs) if pair[0] != pair[1])
        self.differences.append(
            f"{what}: {len(ours)} in Assay, {len(theirs)} in LoadGen; the first that differs is number {place}: "
            f"{mine} in Assay, {other} in LoadGen")


def listing(setting: Setting, assay: pathlib.Path, count: int, timeout: float) -> dict[str, Any] | str:
    """What `assay mlperf schedule` prints, or why it did not."""
    outcome = program.run([assay, "mlperf", "schedule", "--json", *setting.options(count)], timeout)
    return json.loads(outcome.stdout) if outcome.code == 0 else f"{outcome.ending}: {outcome.sentence}"


def compare(setting: Setting, seen: Observation, assay: pathlib.Path, timeout: float) -> Comparison:
    """Compares one setting."""
    result = Comparison()
    is_offline = setting.scenario == "Offline"
    issued = sum(map(len, seen.queries)) if is_offline else len(seen.queries)
    # In accuracy mode every set has arrivals of its own, and the sets follow one another.
    beyond = BEYOND if setting.ends or is_offline or setting.scenario == "Server" else 0
    ours = listing(setting, assay, issued + beyond, timeout)
    if isinstance(ours, str):
        result.check("assay mlperf schedule", ours, "traffic")
        return result
    parts = ours["parts"]
    for number, (mine, theirs) in enumerate(itertools.zip_longest([part["samples"] for part in parts], seen.sets)):
        result.check(f"loaded set {number + 1}", mine or [], theirs or [])
    queries = [query for part in parts for query in part["queries"]]
    if setting.scenario == "Server" and not setting.ends:
        result.check("generated queries", generated(setting, ours), issued)
        queries = queries[:issued]
    samples = [query["samples"] for query in queries]
    result.check("queries", [len(query) for query in samples], [len(query) for query in seen.queries])
    result.check("samples", flat(samples), flat(seen.queries))
    if seen.due:
        result.check("arrivals", [query["due"] for query in queries], seen.due)
    result.check("logged responses", logged(queries), [list(response) for response in seen.logged])
    effective(result, ours["effective"], seen)
    return result


def flat(queries: Sequence[Sequence[int]]) -> list[int]:
    """The samples of all queries."""
    return [sample for query in queries for sample in query]


def generated(setting: Setting, ours: dict[str, Any]) -> int:
    """How many queries LoadGen makes of Server: until one is due beyond the least duration, and whole permutations."""
    part = ours["parts"][0]
    due = [query["due"] for query in part["queries"]]
    late = next((place for place, time in enumerate(due) if time >= setting.duration_ms * 1_000_000), len(due))
    count = max(setting.queries, late + 1 if setting.duration_ms else 1)
    return -(-count // part["count"]) * part["count"] if setting.permutations else count


def logged(queries: Sequence[dict[str, Any]]) -> list[list[int]]:
    """Sequence number and sample of every response that is logged."""
    found = []
    start = 0
    for query in queries:
        found += [[start + place, query["samples"][place]] for place in query["logged"]]
        start += len(query["samples"])
    return found


def effective(result: Comparison, ours: dict[str, Any], seen: Observation) -> None:
    """Compares the settings that the test ran with, those that this version of LoadGen logs."""
    for mine, theirs in EFFECTIVE.items():
        if f"effective_{theirs}" in seen.detail:
            value = ours.get(mine)
            # LoadGen logs six significant digits.
            shown = float(f"{value:.6g}") if isinstance(value, float) else value
            result.check(f"effective_{theirs}", shown, seen.detail[f"effective_{theirs}"])
