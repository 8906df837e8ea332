"""One round of one peer in a fresh process: loads a model, warms up, times inferences, prints one JSON object.

usage: python -m onnxtools.peer_worker REQUEST.json
"""
from __future__ import annotations

import json
import os
import pathlib
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


def open_runtime(request: Mapping[str, Any], inputs: Mapping[str, np.ndarray]) -> Any:
    """The runtime that the request names, with the model loaded and compiled."""
    from onnxtools.runtimes import OnnxRuntime, OpenVino

    path, threads = pathlib.Path(request["model"]), request["threads"]
    if request["runtime"] == "onnxruntime":
        return OnnxRuntime(path, threads)
    return OpenVino(path, threads, "bf16" if request["precision"] == "bf16" else "f32", inputs)


def warm_up(run: Callable[[], object], seconds: float) -> None:
    """Runs until the time is over, at least three times."""
    end = time.monotonic() + seconds
    count = 0
    while count < 3 or time.monotonic() < end:
        run()
        count += 1


def measure(run: Callable[[], object], seconds: float, least: int) -> list[int]:
    """Nanoseconds of each inference, one after the other, for at least so long and so many."""
    latencies: list[int] = []
    end = time.monotonic() + seconds
    while len(latencies) < least or time.monotonic() < end:
        start = time.perf_counter_ns()
        run()
        latencies.append(time.perf_counter_ns() - start)
    return latencies


def main(request: Mapping[str, Any]) -> None:
    # Before anything starts threads.
    os.sched_setaffinity(0, request["cores"])
    with np.load(request["inputs"]) as archive:
        inputs = {name: archive[name] for name in archive.files}
    import onnxruntime  # noqa: F401  (importing is not loading a model)
    import openvino  # noqa: F401

    start = time.perf_counter()
    runtime = open_runtime(request, inputs)
    outputs = runtime.run(inputs)
    answer: dict[str, Any] = {"firstInference": time.perf_counter() - start}
    if "outputs" in request:
        np.savez(request["outputs"], **outputs)
    else:
        warm_up(lambda: runtime.run(inputs), request["warmUp"])
        answer["latencies"] = measure(lambda: runtime.run(inputs), request["seconds"], request["queries"])
    print(json.dumps(answer))


if __name__ == "__main__":
    main(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))
