"""The `assay` program as these scripts see it: where it is, and one inference with its outcome."""
from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from onnxtools import npy
from onnxtools.environment import Unavailable
from onnxtools.program import Outcome, find, locate, run

__all__ = [
    "REFUSALS", "Outcome", "default_engine", "engines", "find", "infer", "listing", "locate", "outputs", "run",
]

# Exit codes of Assay that mean: this model is not for me, and here is why.
REFUSALS = {65: "bad data", 69: "not supported"}


def listing(program: pathlib.Path) -> dict[str, Any]:
    """What `assay list` says: workloads, engines, suites."""
    outcome = run([program, "list", "--json"], timeout=60)
    if outcome.code != 0:
        raise Unavailable(f"{program} list failed with {outcome.ending}: {outcome.sentence}")
    return json.loads(outcome.stdout)


def engines(program: pathlib.Path) -> list[str]:
    """Every engine of the program."""
    return [engine["name"] for engine in listing(program)["engines"]]


def default_engine(program: pathlib.Path) -> str:
    """The engine that the program takes where nobody says which."""
    found = [engine["name"] for engine in listing(program)["engines"] if engine.get("isDefault")]
    if len(found) != 1:
        raise Unavailable(f"{program} does not say which engine is its default; build a newer one, or give --engine.")
    return found[0]


def infer(
    program: pathlib.Path, model: pathlib.Path | str, inputs: Mapping[str, np.ndarray], folder: pathlib.Path, *,
    engine: str, precision: str = "fp32", threads: int = 1, timeout: float = 600, cores: Sequence[int] | None = None,
    extra: Sequence[str] = (),
) -> Outcome:
    """One inference by `assay infer`; inputs go through .npy files below `folder`, outputs come into `folder/out`."""
    command: list[str | pathlib.Path] = [
        program, "infer", model, "--output-dir", folder / "out", "--engine", engine, "--precision", precision,
        "--threads", str(threads), *extra,
    ]
    for index, (name, array) in enumerate(inputs.items()):
        path = folder / f"input_{index}.npy"
        npy.save(path, array)
        command += ["--input", f"{name}={path}"]
    return run(command, timeout, cores)


def outputs(folder: pathlib.Path) -> dict[str, np.ndarray]:
    """What `infer` wrote, by the model's own output names."""
    index = json.loads((folder / "out" / "outputs.json").read_text(encoding="utf-8"))
    return {name: npy.load(folder / "out" / entry["file"]) for name, entry in index.items()}
