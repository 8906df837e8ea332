"""The command line of scripts/onnx-oracle: Assay's outputs beside ONNX Runtime's and OpenVINO's, model by model."""
from __future__ import annotations

import argparse
import dataclasses
import math
import pathlib
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import onnx

from onnxtools import assay, commandline, decisions, integers, samples
from onnxtools.environment import ROOT, Unavailable
from onnxtools.models import REAL_MODELS
from onnxtools.noise import NoiseModel, Unit
from onnxtools.runtimes import OnnxRuntime, OpenVino, supports_bf16

DOCUMENT = ROOT / "docs" / "onnx-oracle.md"
MARKS = ("<!-- results: written by scripts/onnx-oracle --update -->\n", "<!-- end of results -->\n")
# Decided before anything was compared: sqrt(2), because both sides round, times 2 sqrt(2) for what the noise leaves out.
LIMIT = 4.0
DRAWS = 8
LARGE = re.compile(r"^bert-large|-384$")


@dataclasses.dataclass(frozen=True)
class Target:
    """A model that the others run from `path`, and Assay from every one of `given`: files or workloads' names, by label."""

    given: Mapping[str, pathlib.Path | str]
    path: pathlib.Path
    samples: Sequence[samples.Sample]
    precisions: tuple[str, ...]
    decide: decisions.Decide | None


@dataclasses.dataclass
class Row:
    """The worst of all samples and outputs of one target in one precision."""

    target: str
    precision: str
    # Errors in units of the noise model: root mean square and largest.
    rms_units: float = 0
    largest_units: float = 0
    # The same errors relative to the output's RMS, and the tolerance for the first of them.
    relative: float = 0
    tolerance: float = 0
    sqnr: float = math.inf
    equal_decisions: int = 0
    decisions: int = 0
    right: int = 0
    right_runtime: int = 0
    truths: int = 0
    openvino_units: float | None = None
    refusal: str = ""

    @property
    def agrees(self) -> bool:
        """Whether both errors are within the limit; an error that is no number is not."""
        return not self.refusal and self.rms_units <= LIMIT and self.largest_units <= LIMIT


@dataclasses.dataclass(frozen=True)
class Distance:
    """How far an output is from the expected one."""

    rms: float
    largest: float
    expected_rms: float

    @staticmethod
    def between(found: np.ndarray, expected: np.ndarray) -> Distance:
        """Distance of two arrays; infinite where shapes or types differ or where a value is no number on one side only."""
        if found.shape != expected.shape or found.dtype != expected.dtype:
            return Distance(math.inf, math.inf, 1)
        first, second = np.asarray(found, np.float64), np.asarray(expected, np.float64)
        with np.errstate(invalid="ignore"):
            error = np.where((first == second) | (np.isnan(first) & np.isnan(second)), 0, first - second)
        if error.size == 0:
            return Distance(0, 0, 1)
        error = np.where(np.isfinite(error), error, math.inf)
        finite = second[np.isfinite(second)]
        rms = math.sqrt(float(np.mean(finite**2))) if finite.size else 1
        return Distance(math.sqrt(float(np.mean(error**2))), float(np.abs(error).max()), rms or 1)

    def units(self, unit: Unit | None) -> tuple[float, float]:
        """The distance in units of noise; without a unit (integers) only equality is within any limit."""
        def ratio(distance: float, size: float) -> float:
            return 0 if distance == 0 else distance / size if size > 0 else math.inf

        return ratio(self.rms, unit.rms if unit else 0), ratio(self.largest, unit.largest if unit else 0)


class Reference(NamedTuple):
    """What a sample should give."""

    sample: samples.Sample
    # ONNX Runtime's outputs in FP32, and those that Assay's are judged by.
    expected: Mapping[str, np.ndarray]
    judged: Mapping[str, np.ndarray]
    # The units of Assay's errors and of OpenVINO's.
    units: Mapping[str, Unit]
    peer_units: Mapping[str, Unit] | None


class Comparison:
    """One target against both runtimes."""

    def __init__(self, target: Target, program: pathlib.Path, options: argparse.Namespace) -> None:
        self.target, self.program, self.options = target, program, options
        self.model = onnx.load(target.path)
        self.runtime = OnnxRuntime(target.path, threads=0)
        self.openvino: OpenVino | None = None

    def rows(self, precision: str) -> list[Row]:
        """Compares all samples in one precision: a row for each thing that Assay runs."""
        rows = [Row(label, precision) for label in self.target.given]
        try:
            for reference in self.references(precision):
                peer = self.openvino.run(reference.sample.inputs) if self.openvino and reference.peer_units else None
                for row in rows:
                    self.compare(row, reference)
                    if peer is not None and reference.peer_units:
                        self.add_peer(row, reference.expected, peer, reference.peer_units)
        except ValueError as error:
            for row in rows:
                row.refusal = row.refusal or " ".join(str(error).split())[:300]
        return rows

    def compare(self, row: Row, reference: Reference) -> None:
        """Adds one sample to a row, unless that is lost already."""
        found = None if row.refusal else self.infer(reference.sample.inputs, row)
        if found is not None:
            self.add(row, reference.judged, found, reference.units)
            self.add_likeness(row, reference.expected, found)
            self.add_decisions(row, reference.sample, reference.expected, found)

    def references(self, precision: str) -> Iterator[Reference]:
        """What ONNX Runtime says of each sample: in FP32, and what Assay is judged by, with the units of its errors."""
        first = self.target.samples[0].inputs
        if precision == "int8":
            self.openvino = None
            contract = integers.Contract(self.program, self.target.path, first, self.options.engine)
            for sample in self.target.samples:
                stated = contract.stated(self.model, sample.inputs)
                noise = NoiseModel(stated, sample.inputs, "fp32")
                yield Reference(
                    sample, self.runtime.run(sample.inputs), noise.clean.run(sample.inputs),
                    noise.units(sample.inputs, DRAWS), None)
            return
        noise = NoiseModel(self.model, first, precision)
        self.openvino, peer_noise = self.peer(precision, first, noise)
        for sample in self.target.samples:
            expected, units = self.runtime.run(sample.inputs), noise.units(sample.inputs, DRAWS)
            peer_units = units if peer_noise is noise else peer_noise and peer_noise.units(sample.inputs, DRAWS)
            yield Reference(sample, expected, expected, units, peer_units)

    def peer(
        self, precision: str, inputs: Mapping[str, np.ndarray], noise: NoiseModel,
    ) -> tuple[OpenVino | None, NoiseModel | None]:
        """OpenVINO in the same precision with the noise of its own contract; INT8 is for scripts/peers."""
        if precision == "fp32":
            return OpenVino(self.target.path, 1, "f32", inputs), noise
        if precision == "bf16" and supports_bf16():
            return OpenVino(self.target.path, 1, "bf16", inputs), NoiseModel(self.model, inputs, "bf16-stored")
        return None, None

    def infer(self, inputs: Mapping[str, np.ndarray], row: Row) -> dict[str, np.ndarray] | None:
        """Assay's outputs, or nothing and the reason in the row."""
        with tempfile.TemporaryDirectory(prefix="assay-oracle-") as scratch:
            folder = pathlib.Path(scratch)
            outcome = assay.infer(
                self.program, self.target.given[row.target], inputs, folder, engine=self.options.engine,
                precision=row.precision, threads=self.options.threads, timeout=self.options.timeout)
            if outcome.code != 0:
                row.refusal = f"{outcome.ending}: {outcome.sentence}"
                return None
            return assay.outputs(folder)

    @staticmethod
    def add(
        row: Row, expected: Mapping[str, np.ndarray], found: Mapping[str, np.ndarray], units: Mapping[str, Unit],
    ) -> None:
        """Keeps the worst output of a sample."""
        for name, right in expected.items():
            if name not in found:
                row.refusal = f"the output {name} is missing"
                return
            distance, unit = Distance.between(found[name], right), units.get(name)
            rms_units, largest_units = distance.units(unit)
            row.rms_units, row.largest_units = max(row.rms_units, rms_units), max(row.largest_units, largest_units)
            relative = distance.rms / distance.expected_rms
            if relative >= row.relative:
                row.relative, row.tolerance = relative, LIMIT * (unit.rms if unit else 0) / distance.expected_rms

    @staticmethod
    def add_likeness(row: Row, expected: Mapping[str, np.ndarray], found: Mapping[str, np.ndarray]) -> None:
        """Keeps the worst signal-to-quantisation-noise ratio against FP32."""
        for name, right in expected.items():
            if name in found:
                distance = Distance.between(found[name], right)
                relative = distance.rms / distance.expected_rms
                row.sqnr = min(row.sqnr, -20 * math.log10(relative) if relative > 0 else math.inf)

    def add_decisions(
        self, row: Row, sample: samples.Sample, expected: Mapping[str, np.ndarray], found: Mapping[str, np.ndarray],
    ) -> None:
        """Counts decisions that are the same, and those that are right where that is known."""
        if not self.target.decide or row.refusal:
            return
        # In the order that ONNX Runtime gives the outputs.
        ours = self.target.decide({name: found[name] for name in expected})
        theirs = self.target.decide(expected)
        row.decisions += len(theirs)
        row.equal_decisions += sum(one == other for one, other in zip(ours, theirs))
        if sample.truth is not None:
            row.truths += 1
            row.right += ours == [sample.truth]
            row.right_runtime += theirs == [sample.truth]

    @staticmethod
    def add_peer(
        row: Row, expected: Mapping[str, np.ndarray], found: Mapping[str, np.ndarray], units: Mapping[str, Unit],
    ) -> None:
        """Keeps OpenVINO's worst output."""
        for name, right in expected.items():
            worst = max(Distance.between(found[name], right).units(units.get(name)))
            row.openvino_units = max(row.openvino_units or 0, worst)


def workload_names(program: pathlib.Path, options: argparse.Namespace) -> list[str]:
    """The built-in workloads; the largest only on demand."""
    names = [workload["name"] for workload in assay.listing(program)["workloads"]]
    return [name for name in names if options.large or not LARGE.search(name)]


def export(program: pathlib.Path, name: str, folder: pathlib.Path) -> pathlib.Path:
    """Exports a workload and lets ONNX's own checker look at it."""
    path = folder / f"{name}.onnx"
    outcome = assay.run([program, "export-model", name, "-o", path], timeout=600)
    if outcome.code != 0:
        raise ValueError(f"export-model {name} ended with {outcome.ending}: {outcome.sentence}")
    onnx.checker.check_model(str(path), full_check=True)
    return path


def real_targets(options: argparse.Namespace) -> list[Target]:
    """The models out of wheels that the options ask for."""
    result = []
    for real in REAL_MODELS:
        if options.filter and not re.search(options.filter, real.name):
            continue
        path = real.fetch()
        result.append(Target(
            {real.name: path}, path, samples.FOR_REAL_MODELS[real.name](), real.precisions,
            decisions.of_model(real.name, onnx.load(path))))
    return result


def workload_target(name: str, path: pathlib.Path) -> Target:
    """A workload twice: imported from its own export, and as Assay builds it."""
    return Target(
        {f"{name} (imported)": path, f"{name} (built in)": name}, path, samples.for_workload(onnx.load(path), count=2),
        ("fp32", "bf16", "int8"), decisions.of_workload(name))


def compare(target: Target, program: pathlib.Path, options: argparse.Namespace) -> list[Row]:
    """One row for each precision and each thing that Assay runs."""
    comparison = Comparison(target, program, options)
    rows = []
    for precision in options.precision:
        if precision in target.precisions:
            print(f"{', '.join(target.given)} {precision}", file=sys.stderr)
            rows += comparison.rows(precision)
    return rows


def compare_all(program: pathlib.Path, options: argparse.Namespace) -> list[Row]:
    """Every target; a workload's file is deleted before the next one is exported."""
    rows: list[Row] = []
    if not options.no_real:
        for target in real_targets(options):
            rows += compare(target, program, options)
    for name in [] if options.no_workloads else workload_names(program, options):
        if options.filter and not re.search(options.filter, name):
            continue
        with tempfile.TemporaryDirectory(prefix="assay-oracle-") as folder:
            try:
                path = export(program, name, pathlib.Path(folder))
            except (ValueError, onnx.checker.ValidationError) as error:
                rows.append(Row(name, "-", refusal=" ".join(str(error).split())[:300]))
                continue
            rows += compare(workload_target(name, path), program, options)
    return rows


def percent(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else "-"


def cells(row: Row) -> list[str]:
    """A row of the table."""
    if row.refusal:
        return [row.target, row.precision, *["-"] * 7, f"NO: {row.refusal}"]
    peer = "-" if row.openvino_units is None else f"{row.openvino_units:.2f}"
    score = f"{row.right} / {row.right_runtime} of {row.truths}" if row.truths else "-"
    return [
        row.target, row.precision, f"{row.relative:.1e}", f"{row.tolerance:.1e}", f"{row.rms_units:.2f}",
        f"{row.largest_units:.2f}", "exact" if row.sqnr == math.inf else f"{row.sqnr:.0f} dB",
        percent(row.equal_decisions, row.decisions), score, f"{'yes' if row.agrees else 'NO'}; OpenVINO {peer}",
    ]


HEADINGS = [
    "model", "precision", "error / RMS", "tolerance", "RMS units", "largest units", "SQNR", "same decisions",
    "right: Assay / ORT", "agrees",
]


def markdown(rows: Sequence[Row]) -> str:
    """The table in Markdown."""
    lines = [HEADINGS, ["---", "---", *["---:"] * 5, "---", "---", "---"], *(cells(row) for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def text(rows: Sequence[Row]) -> str:
    """The table for a terminal."""
    lines = [HEADINGS, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS) - 1)]
    return "\n".join("  ".join([*(cell.ljust(width) for cell, width in zip(line, widths)), line[-1]]) for line in lines)


def update(rows: Sequence[Row], heading: str) -> None:
    """Puts the table into the document between its marks."""
    before, rest = DOCUMENT.read_text(encoding="utf-8").split(MARKS[0], 1)
    _, after = rest.split(MARKS[1], 1)
    DOCUMENT.write_text(f"{before}{MARKS[0]}\n{heading}\n\n{markdown(rows)}\n{MARKS[1]}{after}", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    options = commandline.oracle(arguments)
    try:
        program = assay.find(options.assay, needs=["infer", "export-model"])
        options.engine = options.engine or assay.default_engine(program)
        rows = compare_all(program, options)
    except Unavailable as error:
        print(f"onnx-oracle: {error}", file=sys.stderr)
        return 69
    if not rows:
        print("onnx-oracle: no model matches --filter.", file=sys.stderr)
        return 64
    print(text(rows))
    if options.update:
        versions = assay.run([program, "--version"], timeout=60).stdout.strip()
        update(rows, f"Assay {versions}, engine {options.engine}; limit {LIMIT:g} units.")
    disagreeing = [row for row in rows if not row.agrees]
    print(f"{len(rows) - len(disagreeing)} of {len(rows)} agree within {LIMIT:g} units of noise; see docs/onnx-oracle.md.")
    return 1 if disagreeing else 0
