"""What LoadGen's own package does with a setting."""
from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import Any

from loadgentools.settings import Setting
from onnxtools.environment import ROOT, Unavailable

HERE = pathlib.Path(__file__).resolve().parent
DETAIL = ":::MLLOG "
# A sample's begin in the trace: the time is when its query was due, in microseconds with three decimals.
SAMPLE = re.compile(r'"name":"Sample","cat":"default","ph":"b",.*"ts":(\d+)\.(\d{3}),"args":\{"sample_seq":(\d+)')


@dataclasses.dataclass(frozen=True)
class Observation:
    """One test, as it was seen from outside and in the logs."""

    sets: list[list[int]]
    queries: list[list[int]]
    # Nanoseconds from the first query; empty but for Server in performance mode.
    due: list[int]
    # Sequence numbers and samples of the logged responses, in the order of the former.
    logged: list[tuple[int, int]]
    detail: dict[str, Any]


def install(version: str) -> pathlib.Path:
    """The folder of the package."""
    command = [sys.executable, str(ROOT / "scripts" / "pinned-package"), "mlcommons-loadgen", version]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"mlcommons-loadgen {version} could not be installed.")
    return pathlib.Path(done.stdout.strip())


def observe(setting: Setting, package: pathlib.Path, timeout: float) -> Observation:
    """Runs the test."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        job = {"settings": setting.wheel(), "total": setting.total, "loaded": setting.loaded, "folder": scratch}
        done = subprocess.run(
            [sys.executable, str(HERE / "worker.py")], input=json.dumps(job), text=True, timeout=timeout, check=False,
            capture_output=True, env={**os.environ, "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"})
        if done.returncode != 0:
            raise Unavailable(f"LoadGen ended with code {done.returncode}: {(done.stderr.splitlines() or ['?'])[-1]}")
        issued = json.loads((folder / "issued.json").read_text(encoding="utf-8"))
        trace = folder / "mlperf_log_trace.json"
        has_trace = setting.scenario == "Server" and not setting.is_accuracy
        return Observation(
            sets=issued["sets"], queries=issued["queries"], due=arrivals(trace) if has_trace else [],
            logged=responses(folder / "mlperf_log_accuracy.json"),
            detail=detail(folder / "mlperf_log_detail.txt"))


def detail(path: pathlib.Path) -> dict[str, Any]:
    """The keys of a detail log with their last values; LoadGen's lines are not all JSON: some have a bare nan."""
    values = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            event = json.loads(line.removeprefix(DETAIL))
        except json.JSONDecodeError:
            continue
        values[event["key"]] = event["value"]
    return values


def responses(path: pathlib.Path) -> list[tuple[int, int]]:
    """The logged responses; performance mode without any leaves an empty file or none."""
    text = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    return sorted((entry["seq_id"], entry["qsl_idx"]) for entry in json.loads(text or "[]"))


def arrivals(path: pathlib.Path) -> list[int]:
    """When the queries were due, nanoseconds from the first one."""
    times: dict[int, int] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := SAMPLE.search(line):
            times[int(found[3])] = int(found[1]) * 1000 + int(found[2])
    return [times[number] - times[0] for number in sorted(times)]
