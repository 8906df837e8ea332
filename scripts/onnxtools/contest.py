"""The contestants of scripts/peers: Assay, ONNX Runtime and OpenVINO, each with the same graph in one precision."""
from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
import pathlib
import sys
from collections.abc import Mapping, Sequence

import numpy as np

from onnxtools import assay, npy, quantise
from onnxtools.environment import ROOT
from onnxtools.oracle import LIMIT, Distance
from onnxtools.noise import Unit
from onnxtools.runtimes import supports_bf16

RUNTIMES = ("assay", "onnxruntime", "openvino")


class Status(enum.Enum):
    """What can be said about a contestant in one precision."""

    MEASURED = "measured"
    # Assay computes what the precision would, by other means; the time says nothing about hardware.
    EMULATED = "emulated"
    UNAVAILABLE = "unavailable"
    DISAGREES = "disagrees"
    FAILED = "failed"


@dataclasses.dataclass(frozen=True)
class Model:
    """A graph and what to give it."""

    name: str
    path: pathlib.Path
    samples: Sequence[Mapping[str, np.ndarray]]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


@dataclasses.dataclass
class Entry:
    """One contestant with one model in one precision on some cores, and what came of it."""

    model: Model
    precision: str
    cores: tuple[int, ...]
    runtime: str
    status: Status = Status.MEASURED
    reason: str = ""
    # Errors in units of docs/onnx-oracle.md.
    rms_units: float | None = None
    largest_units: float | None = None
    file: pathlib.Path | None = None
    # For each round: latencies in nanoseconds, seconds from opening the file to the first output.
    latencies: list[list[int]] = dataclasses.field(default_factory=list)
    first: list[float] = dataclasses.field(default_factory=list)

    def fail(self, status: Status, reason: str) -> None:
        """Takes the entry out of the contest."""
        self.status, self.reason = status, " ".join(reason.split())[:300]

    @property
    def label(self) -> str:
        return f"{self.model.name} {self.precision} t{len(self.cores)} {self.runtime}"


class Contest:
    """Knows how to prepare, check and run entries."""

    def __init__(self, program: pathlib.Path, engine: str, folder: pathlib.Path, timeout: float) -> None:
        self.program, self.engine, self.folder, self.timeout = program, engine, folder, timeout
        self.executions = {entry["name"]: entry["executions"] for entry in assay.listing(program)["engines"]}
        if engine not in self.executions:
            raise ValueError(f"assay has no engine {engine}; it has {', '.join(self.executions)}")
        self.quantised: dict[tuple[str, str], pathlib.Path | str] = {}
        self.serial = 0

    def scratch(self) -> pathlib.Path:
        """A new empty folder."""
        self.serial += 1
        folder = self.folder / str(self.serial)
        folder.mkdir()
        return folder

    # Preparing

    def prepare(self, entry: Entry) -> None:
        """Decides which file an entry runs, and whether it can run at all."""
        entry.file = entry.model.path
        if entry.runtime == "assay":
            if self.executions[self.engine].get(entry.precision) == "emulated":
                entry.fail(Status.EMULATED, f"engine {self.engine} computes {entry.precision} with FP32 instructions here")
        elif entry.precision == "bf16" and entry.runtime == "onnxruntime":
            entry.fail(Status.UNAVAILABLE, "its CPU kernels compute in BF16 on Arm only")
        elif entry.precision == "bf16" and not supports_bf16():
            entry.fail(Status.UNAVAILABLE, "OpenVINO does not compute in BF16 on this CPU")
        elif entry.precision == "int8":
            made = self.quantise(entry.model, entry.runtime)
            if isinstance(made, str):
                entry.fail(Status.FAILED, f"quantising failed: {made}")
            else:
                entry.file = made

    def quantise(self, model: Model, runtime: str) -> pathlib.Path | str:
        """The runtime's own INT8 form of a model, made once; or why there is none."""
        key = (model.name, runtime)
        if key not in self.quantised:
            print(f"quantising {model.name} for {runtime}", file=sys.stderr)
            folder = self.scratch()
            path = folder / ("model.onnx" if runtime == "onnxruntime" else "model.xml")
            make = quantise.for_onnx_runtime if runtime == "onnxruntime" else quantise.for_openvino
            try:
                make(model.path, model.samples, path)
                self.quantised[key] = path
            except Exception as error:  # Either library raises whatever it likes; the contest goes on without it.
                self.quantised[key] = repr(error)
        return self.quantised[key]

    # Running

    def request(self, entry: Entry, extra: Mapping[str, object]) -> assay.Outcome:
        """Runs peer_worker in a process of its own."""
        folder = self.scratch()
        np.savez(folder / "inputs.npz", **entry.model.samples[0])
        request = {
            "runtime": entry.runtime, "model": str(entry.file), "threads": len(entry.cores), "cores": list(entry.cores),
            "precision": entry.precision, "inputs": str(folder / "inputs.npz"), **extra,
        }
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        return assay.run(
            [sys.executable, "-m", "onnxtools.peer_worker", folder / "request.json"], self.timeout, entry.cores,
            environment={"PYTHONPATH": f"{ROOT / 'scripts'}:{':'.join(sys.path[1:])}"})

    def outputs(self, entry: Entry) -> dict[str, np.ndarray] | None:
        """What an entry computes from the first sample; nothing, and why in the entry, if it fails."""
        folder = self.scratch()
        if entry.runtime == "assay":
            outcome = assay.infer(
                self.program, entry.model.path, entry.model.samples[0], folder, engine=self.engine,
                precision=entry.precision, threads=len(entry.cores), timeout=self.timeout)
        else:
            outcome = self.request(entry, {"outputs": str(folder / "outputs.npz")})
        if outcome.code != 0:
            entry.fail(Status.FAILED, f"{outcome.ending}: {outcome.sentence}")
            return None
        if entry.runtime == "assay":
            return assay.outputs(folder)
        with np.load(folder / "outputs.npz") as archive:
            return {name: archive[name] for name in archive.files}

    def check(self, entry: Entry, expected: Mapping[str, np.ndarray], units: Mapping[str, Unit]) -> None:
        """Takes an entry out whose outputs are further from FP32 than its precision explains."""
        found = self.outputs(entry)
        if found is None:
            return
        worst = [Distance.between(found[name], right).units(units.get(name)) if name in found else (float("inf"),) * 2
                 for name, right in expected.items()]
        entry.rms_units, entry.largest_units = max(rms for rms, _ in worst), max(largest for _, largest in worst)
        if not max(entry.rms_units, entry.largest_units) <= LIMIT:
            entry.fail(
                Status.DISAGREES, f"outputs are off by {entry.rms_units:.1f} (RMS) and {entry.largest_units:.1f} (largest) "
                f"units of {entry.precision} noise; {LIMIT:g} are allowed")

    def round(self, entry: Entry, seconds: float, warm_up: float, queries: int) -> None:
        """One round in a fresh process."""
        try:
            if entry.runtime == "assay":
                latencies = self.assay_latencies(entry, seconds, warm_up, queries)
                first = self.assay_first(entry)
            else:
                outcome = self.request(entry, {"seconds": seconds, "warmUp": warm_up, "queries": queries})
                if outcome.code != 0:
                    raise ValueError(f"{outcome.ending}: {outcome.sentence}")
                answer = json.loads(outcome.stdout.splitlines()[-1])
                latencies, first = answer["latencies"], answer["firstInference"]
        except (ValueError, KeyError, IndexError, OSError) as error:
            entry.fail(Status.FAILED, str(error))
            return
        entry.latencies.append(latencies)
        entry.first.append(first)

    def assay_latencies(self, entry: Entry, seconds: float, warm_up: float, queries: int) -> list[int]:
        """Latencies out of the record of one round of `assay run` over the same sample as the others'."""
        folder = self.scratch()
        chosen: list[str | pathlib.Path] = ["--model", entry.model.path]
        for index, (name, array) in enumerate(entry.model.samples[0].items()):
            npy.save(folder / f"{index}.npy", array)
            chosen += [
                "--shape", f"{name}={'x'.join(map(str, array.shape))}", "--input", f"{name}={folder / f'{index}.npy'}"]
        outcome = assay.run(
            [self.program, "run", *chosen, "--precision", entry.precision, "--engine", self.engine, "--threads",
             str(len(entry.cores)), "--batch", "1", "--scenario", "SingleStream", "--rounds", "1", "--min-duration",
             str(seconds), "--min-queries", str(queries), "--max-warm-up", str(max(warm_up, 0.1)), "--fidelity-samples", "1",
             "--output", folder / "record.json"], self.timeout, entry.cores)
        if outcome.code != 0:
            raise ValueError(f"assay run: {outcome.ending}: {outcome.sentence}")
        cells = json.loads((folder / "record.json").read_text(encoding="utf-8"))["cells"]
        return [int(value) for cell in cells for one in cell["rounds"] if "performance" in one
                for value in one["performance"]["latencies"]]

    def assay_first(self, entry: Entry) -> float:
        """Seconds from opening the file to the first output, by Assay's own clock."""
        folder = self.scratch()
        outcome = assay.infer(
            self.program, entry.model.path, entry.model.samples[0], folder, engine=self.engine,
            precision=entry.precision, threads=len(entry.cores), timeout=self.timeout, cores=entry.cores, extra=["--json"])
        if outcome.code != 0:
            raise ValueError(f"assay infer: {outcome.ending}: {outcome.sentence}")
        report = json.loads(outcome.stdout)
        return float(report["loadSeconds"]) + float(report["firstInferenceSeconds"])
