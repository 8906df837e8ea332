"""Runs one test of LoadGen's package on a null system; a process for each, because LoadGen keeps global state.

Reads {"settings", "total", "loaded", "folder"} from standard input, and leaves LoadGen's logs and `issued.json` in the folder.
"""
from __future__ import annotations

import json
import pathlib
import sys

import mlperf_loadgen


def main() -> None:
    job = json.load(sys.stdin)
    folder = pathlib.Path(job["folder"])
    settings = mlperf_loadgen.TestSettings()
    for name, value in job["settings"].items():
        kind = {"scenario": mlperf_loadgen.TestScenario, "mode": mlperf_loadgen.TestMode}.get(name)
        if not hasattr(settings, name):
            raise SystemExit(f"this version of LoadGen has no setting {name}")
        setattr(settings, name, getattr(kind, value) if kind else value)
    issued: list[list[int]] = []
    sets: list[list[int]] = []

    def issue(samples: list) -> None:
        issued.append([sample.index for sample in samples])
        mlperf_loadgen.QuerySamplesComplete(
            [mlperf_loadgen.QuerySampleResponse(sample.id, 0, 0) for sample in samples])

    log = mlperf_loadgen.LogSettings()
    log.log_output.outdir = str(folder)
    # The trace has when queries were due, to the nanosecond.
    log.enable_trace = job["settings"]["scenario"] == "Server"
    system = mlperf_loadgen.ConstructSUT(issue, lambda: None)
    library = mlperf_loadgen.ConstructQSL(
        job["total"], job["loaded"], lambda samples: sets.append(list(samples)), lambda samples: None)
    mlperf_loadgen.StartTestWithLogSettings(system, library, settings, log)
    mlperf_loadgen.DestroyQSL(library)
    mlperf_loadgen.DestroySUT(system)
    (folder / "issued.json").write_text(json.dumps({"queries": issued, "sets": sets}), encoding="utf-8")


main()
