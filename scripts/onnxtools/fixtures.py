"""Writes Tests/Fixtures/onnx/sample; see scripts/generate-onnx-sample."""
from __future__ import annotations

import pathlib
import shutil

import numpy as np
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator

from onnxtools import npy
from onnxtools.environment import ROOT
from onnxtools.fixture_models import Sample, samples

FOLDER = ROOT / "Tests/Fixtures/onnx/sample"
# Both runtimes compute in FP32; sums of up to 72 products differ by their order.
TOLERANCE = 1e-5


def agree(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two answers are the same: floats up to the tolerance times the largest of them, anything else exactly."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind != "f":
        return np.array_equal(one, other)
    largest = float(np.max(np.abs(one), initial=0, where=np.isfinite(one)))
    return bool(np.allclose(one, other, rtol=0, atol=TOLERANCE * largest, equal_nan=True))


def expected(sample: Sample) -> dict[str, np.ndarray]:
    """The outputs of ONNX Runtime, which the reference evaluator confirms."""
    onnx.checker.check_model(sample.model, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(sample.model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in sample.model.graph.output]
    found = dict(zip(names, session.run(names, sample.inputs)))
    confirmed = dict(zip(names, ReferenceEvaluator(sample.model).run(names, sample.inputs)))
    for name in names:
        if name not in sample.unconfirmed and not agree(found[name], np.asarray(confirmed[name])):
            raise SystemExit(f"{sample.name}: ONNX Runtime and ONNX's reference evaluator disagree in {name}:\n"
                             f"{found[name]}\n{confirmed[name]}")
        if found[name].size == 0 or (found[name].size > 1 and (found[name] == found[name].flat[0]).all()):
            raise SystemExit(f"{sample.name}: {name} says nothing: {found[name]}")
    return found


def write(path: pathlib.Path, array: np.ndarray) -> None:
    """Writes an array unless the file already says the same."""
    if path.exists() and agree(npy.load(path), array):
        return
    npy.save(path, array)


def main() -> int:
    """Writes every sample and removes what is no longer one."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    operators: set[str] = set()
    kept: set[pathlib.Path] = set()
    for sample in samples():
        folder = FOLDER / sample.name
        folder.mkdir(exist_ok=True)
        operators |= {node.op_type for node in sample.model.graph.node}
        arrays = {f"input.{name}.npy": array for name, array in sample.inputs.items()}
        arrays |= {f"output.{name}.npy": array for name, array in expected(sample).items()}
        onnx.save(sample.model, folder / "model.onnx")
        for name, array in arrays.items():
            write(folder / name, array)
        kept |= {folder, folder / "model.onnx", *(folder / name for name in arrays)}
    for path in FOLDER.glob("*"):
        if path not in kept:
            shutil.rmtree(path)
    for path in FOLDER.glob("*/*"):
        if path not in kept:
            path.unlink()
    size = sum(path.stat().st_size for path in kept if path.is_file())
    print(f"{len(operators)} operators, {sum(path.is_file() for path in kept)} files, {size} bytes")
    return 0
