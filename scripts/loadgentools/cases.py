"""Which settings are compared."""
from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator

from loadgentools.settings import NEWEST, OLDEST, Setting

SCENARIOS = ("SingleStream", "MultiStream", "Server", "Offline")
# Odd and even, one, around the width of a MultiStream query, and around the size from which shuffles draw otherwise.
SIZES = (1, 2, 3, 7, 8, 9, 100, 1023, 1024)
LARGE = (65_534, 65_535, 65_536, 70_001)
SEEDS = ((0, 0, 0, 0), (1, 2, 3, 2**32 - 1), (2**33 + 5, 2**40 + 12_345, 2**63 + 99, 720_381_539_243_781_796))


def all_settings() -> list[Setting]:
    """Every setting, in a fixed order."""
    return list(dict.fromkeys(itertools.chain(sizes(), orders(), arrivals(), counts(), logging(), older())))


def sizes() -> Iterator[Setting]:
    """Libraries that fit and that do not, in both modes."""
    for scenario, loaded in itertools.product(SCENARIOS, SIZES):
        for total in (loaded, 2 * loaded + 3):
            yield Setting(scenario, total=total, loaded=loaded)
        yield Setting(scenario, "accuracy", total=3 * loaded + 2, loaded=loaded)
    for loaded in LARGE:
        yield Setting("SingleStream", total=loaded, loaded=loaded)
        yield Setting("MultiStream", total=loaded, loaded=loaded)
    yield Setting("Offline", "accuracy", total=70_001, loaded=65_536)
    for scenario in SCENARIOS:
        yield Setting(scenario, total=30, loaded=70)
        yield Setting(scenario, "accuracy", total=100, loaded=33, accuracy_count=40)
        yield Setting(scenario, "accuracy", total=30, loaded=33, accuracy_count=200)


def orders() -> Iterator[Setting]:
    """Unique samples, one and the same, whole permutations, and widths of MultiStream."""
    for scenario, loaded in itertools.product(SCENARIOS, (1, 8, 24, 50)):
        make = functools.partial(Setting, scenario, total=loaded + 10, loaded=loaded)
        yield make(unique=True)
        yield make(same=0)
        yield make(same=loaded - 1)
        yield make(permutations=True, queries=130)
        yield make("accuracy", permutations=True)
        yield make("accuracy", unique=True)
    for width, loaded in itertools.product((1, 2, 3, 16, 100), (1, 5, 16, 101)):
        yield Setting("MultiStream", total=loaded, loaded=loaded, width=width)
        yield Setting("MultiStream", "accuracy", total=2 * loaded + 1, loaded=loaded, width=width)
    for scenario, seeds in itertools.product(SCENARIOS, SEEDS):
        yield Setting(scenario, seeds=seeds)


def arrivals() -> Iterator[Setting]:
    """Rates, lengths and seeds of Server."""
    for qps in (700.0, 1234.567, 20_000.0, 1e6):
        yield Setting("Server", qps=qps, queries=300 if qps < 1e4 else 3000)
        yield Setting("Server", qps=qps, queries=10, duration_ms=100 if qps < 1e5 else 2)
    for seeds in SEEDS:
        yield Setting("Server", qps=5000.0, queries=1000, seeds=seeds)


def counts() -> Iterator[Setting]:
    """Least numbers of queries and lengths: they decide orders and Offline's samples."""
    for queries in (1, 49, 50, 51, 57, 58, 100, 1000, 5000):
        for scenario in SCENARIOS:
            yield Setting(scenario, loaded=50, queries=queries)
        yield Setting("SingleStream", loaded=50, queries=queries, permutations=True)
        yield Setting("Server", loaded=50, queries=queries, permutations=True)
    for qps, length in itertools.product((0.001, 3.7, 99.99, 300.0), (0, 1, 999, 10_010)):
        yield Setting("Offline", loaded=64, queries=5, qps=qps, duration_ms=length)
        yield Setting("Offline", loaded=64, queries=5, qps=qps, duration_ms=length, permutations=True)
    yield Setting("SingleStream", loaded=50, queries=3, permutations=True, duration_ms=7, latency_ns=30_000)


def logging() -> Iterator[Setting]:
    """Responses that are logged in performance mode."""
    for scenario, seeds in itertools.product(SCENARIOS, SEEDS):
        make = functools.partial(
            Setting, scenario, seeds=seeds, qps=20_000.0 if scenario in ("Server", "Offline") else None,
            latency_ns=20_000 if "Stream" in scenario else None)
        for share in (0.01, 0.3, 1.0):
            yield make(log_share=share, queries=1000)
        for count in (1, 24, 128, 5000):
            yield make(log_count=count, queries=700, duration_ms=77)


def older() -> Iterator[Setting]:
    """The rule of the loaded set up to 5.1."""
    assert OLDEST < NEWEST
    for scenario, loaded in itertools.product(SCENARIOS, (1, 7, 8, 50, 100)):
        make = functools.partial(Setting, scenario, version=OLDEST)
        for total in (loaded, loaded + 1, 2 * loaded + 3):
            yield make(total=total, loaded=loaded)
        yield make("accuracy", total=3 * loaded + 2, loaded=loaded)
        yield make(total=loaded + 2, loaded=loaded, unique=True)
