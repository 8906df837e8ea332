"""The command line of scripts/peers: the same graph in Assay, ONNX Runtime and OpenVINO, side by side."""
from __future__ import annotations

import argparse
import os
import pathlib
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence

import numpy as np
import onnx

from onnxtools import assay, commandline, oracle, peer_record, peer_table, samples
from onnxtools.contest import RUNTIMES, Contest, Entry, Model, Status
from onnxtools.environment import ROOT, Unavailable
from onnxtools.models import REAL_MODELS
from onnxtools.noise import NoiseModel, Unit
from onnxtools.runtimes import OnnxRuntime


def models(program: pathlib.Path, options: argparse.Namespace, folder: pathlib.Path) -> list[Model]:
    """The models that were asked for: workloads are exported, real ones fetched."""
    real = {model.name: model for model in REAL_MODELS}
    result = []
    for name in options.models:
        if name in real:
            inputs = [sample.inputs for sample in samples.FOR_REAL_MODELS[name]()]
            result.append(Model(name, real[name].fetch(), inputs))
            continue
        path = oracle.export(program, name, folder)
        for batch in options.batch:
            inputs = [sample.inputs for sample in samples.for_workload(onnx.load(path), count=4 * batch)]
            label = name if batch == 1 else f"{name}-b{batch}"
            result.append(Model(label, path, [batched(inputs[start::4]) for start in range(4)]))
    return result


def batched(inputs: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Several samples as one batch, along the first dimension."""
    return {name: np.concatenate([sample[name] for sample in inputs]) for name in inputs[0]}


def entries(chosen: Sequence[Model], options: argparse.Namespace) -> list[Entry]:
    """Every combination of model, precision, cores and runtime."""
    allowed = sorted(os.sched_getaffinity(0))
    counts = sorted({min(count, len(allowed)) if count else len(allowed) for count in options.threads})
    return [
        Entry(model, precision, tuple(allowed[:count]), runtime)
        for model in chosen for precision in options.precision for count in counts for runtime in RUNTIMES
    ]


def noise_units(model: Model, contract: str) -> dict[str, Unit]:
    """The unit of each output of a model under a contract."""
    return NoiseModel(onnx.load(model.path), model.samples[0], contract).units(model.samples[0], oracle.DRAWS)


def check(contest: Contest, everyone: Sequence[Entry]) -> None:
    """Prepares every entry and takes out those whose outputs disagree; emulated ones are checked too."""
    units: dict[tuple[str, str], dict[str, Unit]] = {}
    expected: dict[str, dict[str, np.ndarray]] = {}
    for entry in everyone:
        contest.prepare(entry)
        if entry.status not in (Status.MEASURED, Status.EMULATED):
            continue
        print(f"checking {entry.label}", file=sys.stderr)
        stored = entry.precision == "bf16" and entry.runtime == "openvino"
        contract = "bf16-stored" if stored else entry.precision
        key = (entry.model.name, contract)
        if key not in units:
            units[key] = noise_units(entry.model, contract)
        if entry.model.name not in expected:
            expected[entry.model.name] = OnnxRuntime(entry.model.path, threads=0).run(entry.model.samples[0])
        contest.check(entry, expected[entry.model.name], units[key])


def measure(contest: Contest, everyone: Sequence[Entry], options: argparse.Namespace) -> None:
    """Rounds over all that can be compared, each in an order of its own."""
    order = random.Random(options.seed)
    for index in range(options.rounds):
        running = [entry for entry in everyone if entry.status is Status.MEASURED]
        order.shuffle(running)
        for place, entry in enumerate(running, start=1):
            print(f"round {index + 1} of {options.rounds}, {place} of {len(running)}: {entry.label}", file=sys.stderr)
            contest.round(entry, options.seconds, options.warm_up, options.queries)


def main(arguments: Sequence[str]) -> int:
    options = commandline.peers(arguments)
    started = time.gmtime()
    output = pathlib.Path(options.output) if options.output else (
        ROOT / "Results" / "local" / f"peers-{time.strftime('%Y%m%dT%H%M%SZ', started)}.json")
    try:
        program = assay.find(options.assay, needs=["infer", "export-model", "run"])
        options.engine = options.engine or assay.default_engine(program)
        with tempfile.TemporaryDirectory(prefix="assay-peers-") as name:
            folder = pathlib.Path(name)
            contest = Contest(program, options.engine, folder, options.timeout)
            everyone = entries(models(program, options, folder), options)
            check(contest, everyone)
            measure(contest, everyone, options)
            record = peer_record.make(everyone, options, started, assay.run([program, "--version"], 60).stdout.strip())
    except Unavailable as error:
        print(f"peers: {error}", file=sys.stderr)
        return 69
    except ValueError as error:
        print(f"peers: {error}", file=sys.stderr)
        return 64
    peer_record.write(record, output)
    print(peer_table.text(record))
    markdown = output.with_suffix(".md")
    markdown.write_text(peer_table.markdown(record), encoding="utf-8")
    print(f"record  {output}\ntable   {markdown}")
    return 1 if any(entry.status in (Status.DISAGREES, Status.FAILED) for entry in everyone) else 0
