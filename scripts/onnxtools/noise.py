"""How far apart two right implementations of a graph may be: found by putting rounding noise into every node.

The derivation is in docs/onnx-oracle.md. Nothing of Assay takes part in it: ONNX Runtime runs the same graph with and
without the noise that a precision implies, and the distance between the two is the unit that tolerances are given in.
"""
from __future__ import annotations

import dataclasses
import math
import pathlib
import tempfile
from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper

from onnxtools.runtimes import OnnxRuntime

# Half a unit in the last place of a significand of 24 bits.
FP32_ROUNDOFF = 2.0**-24
# Root mean square of the relative rounding error of BF16 over significands that are uniform in the logarithm:
# 2**-7 / sqrt(12) * sqrt(3 / (8 ln 2)).
BF16_ROUNDING = 2.0**-7 / math.sqrt(12) * math.sqrt(3 / (8 * math.log(2)))

# Operators that only choose, move or compare values: exact in every implementation.
EXACT = frozenset("""
    Abs And ArgMax ArgMin Cast Ceil Clip Concat Constant ConstantOfShape DepthToSpace Dropout Equal Expand Flatten Floor
    Gather GatherElements GatherND GlobalMaxPool Greater GreaterOrEqual Identity IsNaN Less LessOrEqual Max MaxPool Min Neg
    NonMaxSuppression NonZero Not OneHot Or Pad PRelu QuantizeLinear Range ReduceMax ReduceMin Relu Reshape Round ScatterND
    Shape Sign Size Slice SpaceToDepth Split Squeeze Tile TopK Transpose Unsqueeze Where
""".split())
# Operators whose outputs are sums of products of two operands; the number gives where the second operand is.
PRODUCTS = {"Conv": 1, "ConvTranspose": 1, "Gemm": 1, "MatMul": 1, "Einsum": 1, "LSTM": 1, "GRU": 1, "RNN": 1}
RECURRENT = frozenset(("LSTM", "GRU", "RNN"))
# Functions that libraries compute to a few units in the last place, not to half a unit.
TRANSCENDENTAL = frozenset("""
    Erf Exp Gelu HardSwish Log LogSoftmax Mish Pow ReduceLogSumExp Selu Elu Sigmoid Softmax Softplus Tanh Reciprocal
""".split())
FUNCTION_ROUNDINGS = 4
# Numbers this large are masks that stand for minus infinity; noise would only make them overflow.
MASK = 2.0**100


@dataclasses.dataclass(frozen=True)
class Observation:
    """A tensor of one clean run."""

    shape: tuple[int, ...]
    rms: float
    low: float
    high: float
    # Root mean square of the rounding steps of symmetric INT8 with a scale for each index of an axis, by axis.
    channel_steps: tuple[float, ...]

    @staticmethod
    def of(array: np.ndarray) -> Observation:
        values = np.asarray(array, dtype=np.float64)
        if values.size == 0:
            return Observation(tuple(array.shape), 0, 0, 0, (0,) * array.ndim)
        steps = tuple(
            math.sqrt(float(np.mean((np.abs(values).max(axis=tuple(set(range(values.ndim)) - {axis})) / 127) ** 2)))
            for axis in range(values.ndim))
        return Observation(
            tuple(array.shape), math.sqrt(float(np.mean(values**2))), float(values.min()), float(values.max()), steps)


@dataclasses.dataclass(frozen=True)
class Noise:
    """What one node adds to a value: a part relative to the value, and a part relative to the tensor's RMS."""

    by_value: float
    by_rms: float


def terms(node: onnx.NodeProto, seen: Mapping[str, Observation]) -> int:
    """How many products one output of the node sums."""
    second = seen.get(node.input[PRODUCTS[node.op_type]])
    if second is None or not second.shape:
        return 1
    if node.op_type == "Conv":
        return math.prod(second.shape[1:])
    if node.op_type == "ConvTranspose":
        return second.shape[0] * math.prod(second.shape[2:])
    if node.op_type in RECURRENT:
        return second.shape[2] + seen[node.input[2]].shape[2]
    first = seen.get(node.input[0])
    return first.shape[-1] if first and first.shape else 1


def steps(node: onnx.NodeProto, seen: Mapping[str, Observation]) -> int:
    """How many time steps a recurrent node's error adds up over."""
    return max(seen[node.input[0]].shape[0], 1) if node.op_type in RECURRENT and node.input[0] in seen else 1


def summed(length: int) -> float:
    """RMS error of an FP32 sum of `length` products with random signs, relative to the sum's own RMS."""
    return FP32_ROUNDOFF * math.sqrt(length / 6 + 1)


def channel_axis(node: onnx.NodeProto) -> int:
    """Which axis of a product's weights counts the output channels; -1 is the last."""
    if node.op_type == "ConvTranspose":
        return 1
    if node.op_type == "Gemm" and any(attribute.name == "transB" and attribute.i for attribute in node.attribute):
        return 0
    return -1 if node.op_type in ("Gemm", "MatMul") else 0


def quantisation(observation: Observation | None, axis: int | None) -> float:
    """RMS error of rounding a tensor to 8 bits, relative to its RMS: step / sqrt(12) over RMS.

    Weights have a step for each index of `axis`.
    """
    if observation is None or observation.rms == 0:
        return 0
    is_weight = axis is not None and axis < len(observation.channel_steps)
    step = observation.channel_steps[axis] if is_weight else (max(observation.high, 0) - min(observation.low, 0)) / 255
    return step / math.sqrt(12) / observation.rms


def noise_of(node: onnx.NodeProto, contract: str, seen: Mapping[str, Observation], constants: frozenset[str]) -> Noise:
    """The noise that a contract implies in one node that computes.

    `fp32`: sums and functions round. `bf16`: operands of products are rounded to BF16 as well. `bf16-stored`: so is the
    result of every node. `int8`: operands of products are rounded to 8 bits.
    """
    stored = BF16_ROUNDING if contract == "bf16-stored" else 0
    if node.op_type not in PRODUCTS:
        if node.op_type in TRANSCENDENTAL:
            return Noise(math.hypot(FUNCTION_ROUNDINGS * FP32_ROUNDOFF, stored), 0)
        inputs = [seen[name] for name in node.input if name in seen]
        output = seen.get(node.output[0])
        # A reduction or a pooling window sums about as many values as it loses, a normalisation those that it spans.
        largest = max((math.prod(one.shape) for one in inputs), default=1)
        length = largest // max(math.prod(output.shape), 1) if output and not node.op_type.endswith("Linear") else 1
        if node.op_type.endswith("Normalization") and inputs and inputs[0].shape:
            length = math.prod(inputs[0].shape[2:]) if node.op_type[0] in "IG" else inputs[0].shape[-1]
        return Noise(math.hypot(summed(max(length, 1)), stored), 0)
    steady = math.sqrt(steps(node, seen))
    accumulation = summed(terms(node, seen))
    if contract in ("bf16", "bf16-stored"):
        return Noise(0, steady * math.hypot(accumulation, math.sqrt(2) * BF16_ROUNDING, stored))
    if contract == "int8":
        second = node.input[PRODUCTS[node.op_type]]
        return Noise(0, steady * math.hypot(
            accumulation, quantisation(seen.get(node.input[0]), None),
            quantisation(seen.get(second), channel_axis(node) if second in constants else None)))
    return Noise(0, steady * accumulation)


def values(model: onnx.ModelProto, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Runs a graph once and returns every floating-point tensor in it, constants included."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    known = {info.name for info in watched.graph.output}
    # Types are left open: ONNX Runtime infers them.
    for node in watched.graph.node:
        for name in node.output:
            if name and name not in known:
                watched.graph.output.append(onnx.ValueInfoProto(name=name))
                known.add(name)
    constants = {
        tensor.name: onnx.numpy_helper.to_array(tensor)
        for tensor in model.graph.initializer if tensor.data_type in (TensorProto.FLOAT, TensorProto.DOUBLE)
    }
    found = {**constants, **inputs, **run_model(watched, inputs)}
    return {name: array for name, array in found.items() if np.issubdtype(array.dtype, np.floating)}


def observe(model: onnx.ModelProto, inputs: Mapping[str, np.ndarray]) -> dict[str, Observation]:
    """Describes every floating-point tensor of one run."""
    return {name: Observation.of(array) for name, array in values(model, inputs).items()}


def run_model(model: onnx.ModelProto, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Runs a model that exists only in memory."""
    with tempfile.TemporaryDirectory(prefix="assay-oracle-") as folder:
        return OnnxRuntime(save(model, pathlib.Path(folder)), threads=0, optimised=False).run(inputs)


def save(model: onnx.ModelProto, folder: pathlib.Path) -> pathlib.Path:
    """Writes a model, weights beside it, so that its size does not matter."""
    path = folder / "model.onnx"
    # Saving takes the weights out of the model that it is given.
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    onnx.save(copy, path, save_as_external_data=True, location="weights", size_threshold=1024)
    return path


def constant_names(model: onnx.ModelProto) -> frozenset[str]:
    """Tensors that depend on no input's values, only on shapes: every implementation can fold them."""
    known = {tensor.name for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type in ("Shape", "Size") or all(name in known or not name for name in node.input):
            known.update(node.output)
    return frozenset(known)


def noisy(model: onnx.ModelProto, contract: str, seen: Mapping[str, Observation]) -> onnx.ModelProto:
    """The same graph with noise added to the outputs of every node that rounds."""
    result = onnx.ModelProto()
    result.CopyFrom(model)
    constants = constant_names(model)
    del result.graph.node[:]
    for index, node in enumerate(model.graph.node):
        copy = result.graph.node.add()
        copy.CopyFrom(node)
        if node.op_type in EXACT or node.output[0] in constants:
            continue
        noise = noise_of(node, contract, seen, constants)
        for position, name in enumerate(node.output):
            if name in seen and seen[name].rms > 0 and max(-seen[name].low, seen[name].high) < MASK:
                copy.output[position] = f"{name}/exact"
                result.graph.node.extend(disturb(name, noise, seen[name].rms, float(1 + 8 * index + position)))
    return result


def disturb(name: str, noise: Noise, rms: float, seed: float) -> list[onnx.NodeProto]:
    """Nodes for: value + normal * (by_value * |value| + by_rms * rms); the sign of the value makes no difference."""
    exact, normal, size, part = f"{name}/exact", f"{name}/normal", f"{name}/size", f"{name}/part"

    def scalar(output: str, value: float) -> onnx.NodeProto:
        tensor = helper.make_tensor("", TensorProto.FLOAT, [], [value])
        return helper.make_node("Constant", [], [output], value=tensor)

    size_node = [scalar(size, noise.by_rms * rms)] if noise.by_rms else [
        scalar(f"{name}/relative", noise.by_value), helper.make_node("Mul", [exact, f"{name}/relative"], [size])]
    return [
        helper.make_node("RandomNormalLike", [exact], [normal], dtype=TensorProto.FLOAT, seed=seed), *size_node,
        helper.make_node("Mul", [normal, size], [part]), helper.make_node("Add", [exact, part], [name]),
    ]


@dataclasses.dataclass(frozen=True)
class Unit:
    """How far the noise moves an output: root mean square and largest, over several draws."""

    rms: float
    largest: float


class NoiseModel:
    """A model under the noise of one contract; the inputs that it is made with fix the shapes and the ranges."""

    def __init__(self, model: onnx.ModelProto, inputs: Mapping[str, np.ndarray], contract: str) -> None:
        with tempfile.TemporaryDirectory(prefix="assay-oracle-") as name:
            folder = pathlib.Path(name)
            self.clean = OnnxRuntime(save(model, folder), threads=0, optimised=False)
            self.disturbed = OnnxRuntime(
                save(noisy(model, contract, observe(model, inputs)), folder), threads=0, optimised=False)

    def units(self, inputs: Mapping[str, np.ndarray], draws: int) -> dict[str, Unit]:
        """What the noise does to each floating-point output."""
        clean = self.clean.run(inputs)
        # The generator goes on from run to run, so each draw is another one.
        runs = [self.disturbed.run(inputs) for _ in range(draws)]
        return {name: unit(exact, [run[name] for run in runs]) for name, exact in clean.items()
                if np.issubdtype(exact.dtype, np.floating)}


def unit(exact: np.ndarray, disturbed: Sequence[np.ndarray]) -> Unit:
    """Distances between a clean output and disturbed ones."""
    distances = np.stack([np.asarray(one, np.float64) - exact for one in disturbed])
    return Unit(math.sqrt(float(np.mean(distances**2))), float(np.abs(distances).max()))
