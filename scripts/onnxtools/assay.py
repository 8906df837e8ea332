"""The `assay` program as these scripts see it: where it is, and one inference with its outcome."""
from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from onnxtools import npy
from onnxtools.environment import ROOT, Unavailable

# Exit codes of Assay that mean: this model is not for me, and here is why.
REFUSALS = {65: "bad data", 69: "not supported"}


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How one run of the program ended. `code` is negative for a signal, None where time ran out."""

    code: int | None
    stdout: str
    stderr: str

    @property
    def sentence(self) -> str:
        """What the program gave as its reason on standard error, on one line; else the last thing that it said."""
        lines = [line.strip() for line in self.stderr.splitlines() if line.strip()]
        errors = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
        return (errors or lines or ["(it said nothing)"])[-1]

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        if self.code is None:
            return "no end within the time limit"
        if self.code < 0:
            return f"killed by {signal.Signals(-self.code).name}"
        return f"exit code {self.code}"


def run(
    command: Sequence[str | pathlib.Path], timeout: float, cores: Sequence[int] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Runs a command, pinned to cores if any are given, in a process group that is killed as a whole when time runs out."""
    words = [str(word) for word in command]
    pinned = ["taskset", "--cpu-list", ",".join(map(str, cores)), *words] if cores else words
    process = subprocess.Popen(
        pinned, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env=None if environment is None else {**os.environ, **environment},
    )
    try:
        stdout, stderr = process.communicate(timeout=timeout)
        code: int | None = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        code = None
    return Outcome(code, stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace"))


def locate(given: str | None) -> pathlib.Path:
    """What was given, else $ASSAY, else the newest build of this checkout."""
    chosen = given or os.environ.get("ASSAY")
    if chosen:
        path = pathlib.Path(chosen).resolve()
        if not os.access(path, os.X_OK) or path.is_dir():
            raise Unavailable(f"{chosen} is not a program that can be run.")
        return path
    built = [path for path in (ROOT / ".build" / kind / "assay" for kind in ("release", "debug")) if path.is_file()]
    if not built:
        raise Unavailable("no build of assay was found; run `swift build -c release`, or give one with --assay PATH.")
    return max(built, key=lambda path: path.stat().st_mtime)


def find(given: str | None, needs: Sequence[str]) -> pathlib.Path:
    """The program, which must have all these commands."""
    program = locate(given)
    for command in needs:
        # Asked about a command that it does not have, it explains itself as a whole.
        if f"assay {command} " not in run([program, command, "--help"], timeout=60).stdout:
            raise Unavailable(f"{program} has no command {command}; build a newer one.")
    return program


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
