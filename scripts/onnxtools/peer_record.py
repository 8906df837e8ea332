"""The record of a contest: every latency of every round, described by Results/peers.schema.json."""
from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import pathlib
import platform
import statistics
import tempfile
import time
from collections.abc import Sequence
from typing import Any

import jsonschema

from onnxtools import intervals
from onnxtools.contest import Entry, Status
from onnxtools.environment import ROOT

SCHEMA = ROOT / "Results" / "peers.schema.json"


def cpu_model() -> str:
    """The CPU's name as the system tells it."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def interval(found: intervals.Interval) -> dict[str, float]:
    return {"median": found.median, "low": found.low, "high": found.high, "coverage": found.coverage}


def described(entry: Entry) -> dict[str, Any]:
    """An entry as the schema has it."""
    result: dict[str, Any] = {
        "model": entry.model.name, "precision": entry.precision, "threads": len(entry.cores), "cores": list(entry.cores),
        "runtime": entry.runtime, "status": entry.status.value,
    }
    if entry.reason:
        result["reason"] = entry.reason
    if entry.rms_units is not None and entry.largest_units is not None:
        # JSON has no infinity; a distance beyond this is as far as any.
        result["noiseUnits"] = {"rms": min(entry.rms_units, 1e30), "largest": min(entry.largest_units, 1e30)}
    if entry.status is Status.MEASURED:
        result["rounds"] = [
            {"latencies": latencies, "firstInference": first} for latencies, first in zip(entry.latencies, entry.first)]
        result["medianLatency"] = statistics.median(statistics.median(latencies) for latencies in entry.latencies)
        result["medianFirstInference"] = statistics.median(entry.first)
    return result


def ratios(everyone: Sequence[Entry]) -> list[dict[str, Any]]:
    """Assay over each peer, wherever both were measured in every round."""
    result = []
    for ours in everyone:
        if ours.runtime != "assay" or ours.status is not Status.MEASURED:
            continue
        for theirs in everyone:
            same = (theirs.model, theirs.precision, theirs.cores) == (ours.model, ours.precision, ours.cores)
            if not same or theirs is ours or theirs.status is not Status.MEASURED:
                continue
            result.append({
                "model": ours.model.name, "precision": ours.precision, "threads": len(ours.cores), "peer": theirs.runtime,
                "latency": interval(intervals.ratio(
                    [statistics.median(one) for one in ours.latencies], [statistics.median(one) for one in theirs.latencies])),
                "firstInference": interval(intervals.ratio(ours.first, theirs.first)),
            })
    return result


def make(everyone: Sequence[Entry], options: argparse.Namespace, started: time.struct_time, version: str) -> dict[str, Any]:
    """The whole record, valid by its schema."""
    models = {entry.model.name: entry.model for entry in everyone}
    record = {
        "schemaVersion": 1, "createdAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", started),
        "tools": {
            "assay": version, **{name: importlib.metadata.version(name) for name in ("onnxruntime", "openvino", "nncf")}},
        "machine": {"cpuModel": cpu_model(), "cores": len(os.sched_getaffinity(0)), "kernel": platform.release()},
        "settings": {
            "engine": options.engine, "rounds": options.rounds, "seconds": options.seconds, "warmUp": options.warm_up,
            "queries": options.queries, "seed": options.seed},
        "models": [{"name": model.name, "sha256": model.sha256} for model in models.values()],
        "entries": [described(entry) for entry in everyone],
        "ratios": ratios(everyone),
    }
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(record)
    return record


def write(record: dict[str, Any], path: pathlib.Path) -> None:
    """Writes a record as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(record, file, indent=1, allow_nan=False)
        file.write("\n")
    os.chmod(scratch, 0o644)
    os.replace(scratch, path)
