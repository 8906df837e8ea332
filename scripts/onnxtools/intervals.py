"""Medians of paired rounds and what they say about the ratio of two contestants."""
from __future__ import annotations

import dataclasses
import math
import statistics
from collections.abc import Sequence

CONFIDENCE = 0.95


@dataclasses.dataclass(frozen=True)
class Interval:
    """A median with an interval by order statistics; `coverage` is the least probability that it holds the true one."""

    median: float
    low: float
    high: float
    coverage: float


def of_median(values: Sequence[float]) -> Interval:
    """The median of independent values with the narrowest symmetric order-statistic interval of 95 percent.

    Between the k-th smallest and the k-th largest of n values lies the true median with probability
    1 - 2 P(Binomial(n, 1/2) < k), whatever the distribution. Where even the extremes cover less than 95 percent (n < 6), they
    are given with what they do cover.
    """
    ordered = sorted(values)
    count = len(ordered)

    def coverage(k: int) -> float:
        return 1 - 2 * sum(math.comb(count, i) for i in range(k)) / 2**count

    k = max((k for k in range(1, count // 2 + 1) if coverage(k) >= CONFIDENCE), default=1)
    return Interval(statistics.median(ordered), ordered[k - 1], ordered[count - k], max(coverage(k), 0))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Interval:
    """Median of the ratios of rounds that were measured side by side."""
    if len(ours) != len(theirs) or not ours:
        raise ValueError(f"{len(ours)} and {len(theirs)} rounds cannot be paired")
    return of_median([one / other for one, other in zip(ours, theirs)])
