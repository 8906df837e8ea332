"""Assay's INT8 contract said again in FP32 operators of ONNX, so that ONNX Runtime can compute what it promises.

Products get operands that were rounded to 8 bits and scaled back. What is rounded is what `assay explain` says runs on
engine operators; the ranges, the scales and the arithmetic are ONNX Runtime's and NumPy's alone.
"""
from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from onnxtools import assay
from onnxtools.noise import PRODUCTS, channel_axis, constant_names, values

# Engine operators with weights, which have a scale for each output channel, and those of two activations.
WEIGHTED = frozenset(("convolution", "linear"))
PAIRED = frozenset(("matMul", "attentionScores", "attentionContext"))
MEANS = frozenset(("GlobalAveragePool", "ReduceMean"))
# No scale is smaller: the reciprocal of a subnormal number may be infinite.
LEAST = np.finfo(np.float32).tiny


class Contract:
    """Which nodes of a model's file read 8 bits."""

    def __init__(self, program: pathlib.Path, path: pathlib.Path, inputs: Mapping[str, np.ndarray], engine: str) -> None:
        shapes = [word for name, array in inputs.items() for word in ("--shape", f"{name}={'x'.join(map(str, array.shape))}")]
        outcome = assay.run(
            [program, "explain", path, "--precision", "int8", "--engine", engine, "--json", *shapes], timeout=600)
        if outcome.code != 0:
            raise ValueError(f"assay explain: {outcome.ending}: {outcome.sentence}")
        self.roles: dict[str, str] = {}
        # What became one engine operator, by each of its nodes.
        self.groups: dict[str, frozenset[str]] = {}
        for node in json.loads(outcome.stdout)["nodes"]:
            passes = node["op"] == "maxPool" and node["format"] == "u8"
            if node["op"] in WEIGHTED | PAIRED | {"globalAveragePool"} or passes:
                self.roles.update(dict.fromkeys(node["origins"], node["op"]))
                self.groups.update(dict.fromkeys(node["origins"], frozenset(node["origins"])))

    def stated(self, model: onnx.ModelProto, inputs: Mapping[str, np.ndarray]) -> onnx.ModelProto:
        """The model with the rounding of these inputs' ranges in it."""
        result = onnx.ModelProto()
        result.CopyFrom(model)
        del result.graph.node[:]
        found, constants = values(model, inputs), constant_names(model)
        pools: dict[str, str] = {}
        makers: dict[str, str] = {}
        for node, name in zip(model.graph.node, names(model.graph.node)):
            copy, role = onnx.NodeProto(), self.roles.get(name)
            copy.CopyFrom(node)
            makers.update(dict.fromkeys(node.output, name))
            if role == "maxPool" and node.op_type == "MaxPool":
                # It passes 8 bits through: its result has its source's range.
                pools[node.output[0]] = pools.get(node.input[0], node.input[0])
            elif role == "globalAveragePool" and node.op_type in MEANS:
                rounded(result.graph, copy, 0, found[pools.get(node.input[0], node.input[0])], signed=False)
            elif role in WEIGHTED | PAIRED and node.op_type in PRODUCTS:
                rounded(result.graph, copy, 0, found[pools.get(node.input[0], node.input[0])], signed=False)
                if role in PAIRED:
                    rounded(result.graph, copy, 1, found[node.input[1]], signed=True)
                elif node.input[1] in constants:
                    weights = by_channel(found[node.input[1]], channel_axis(node))
                    copy.input[1] = f"{name}/weights"
                    result.graph.initializer.append(numpy_helper.from_array(weights, copy.input[1]))
                else:
                    raise ValueError(f"the weights of {name} are no constant")
            elif role == "convolution" and node.op_type == "Add":
                # What is added behind a convolution is read in 8 bits as its source is.
                for position, operand in enumerate(node.input):
                    if operand not in constants and makers.get(operand) not in self.groups[name]:
                        rounded(result.graph, copy, position, found[pools.get(operand, operand)], signed=False)
            result.graph.node.append(copy)
        # Without the weights that were replaced: a message has at most 2 GB.
        read = {name for node in result.graph.node for name in node.input} | {info.name for info in result.graph.output}
        kept = [tensor for tensor in result.graph.initializer if tensor.name in read]
        del result.graph.initializer[:]
        result.graph.initializer.extend(kept)
        return result


def names(nodes: Sequence[onnx.NodeProto]) -> list[str]:
    """The nodes' names; those without one, or with one that an earlier node has, are numbered as Assay does."""
    seen: set[str] = set()
    result = []
    for index, node in enumerate(nodes):
        name = node.name if node.name and node.name not in seen else f"{node.name or node.op_type}_{index}"
        seen.add(node.name)
        result.append(name)
    return result


def rounded(graph: onnx.GraphProto, node: onnx.NodeProto, position: int, seen: np.ndarray, signed: bool) -> None:
    """Puts a rounding to 8 bits in front of an operand: u8 over the range and zero, or s8 over the largest magnitude."""
    if signed:
        largest = np.float32(np.abs(seen).max())
        scale, least, greatest = max(largest / np.float32(127), LEAST) if largest > 0 else np.float32(1), -127, 127
    else:
        low, high = np.float32(min(seen.min(), 0)), np.float32(max(seen.max(), 0))
        scale = max((high - low) / np.float32(255), LEAST) if high > low else np.float32(1)
        zero = int(np.clip(np.rint(-low / scale), 0, 255))
        least, greatest = -zero, 255 - zero
    source, stem = node.input[position], f"{node.output[0]}/operand{position}"
    numbers = {"scale": scale, "reciprocal": np.float32(1) / np.float32(scale), "least": least, "greatest": greatest}
    for suffix, number in numbers.items():
        graph.initializer.append(helper.make_tensor(f"{stem}/{suffix}", TensorProto.FLOAT, [], [float(number)]))
    graph.node.extend([
        helper.make_node("Mul", [source, f"{stem}/reciprocal"], [f"{stem}/scaled"]),
        helper.make_node("Round", [f"{stem}/scaled"], [f"{stem}/integers"]),
        helper.make_node("Clip", [f"{stem}/integers", f"{stem}/least", f"{stem}/greatest"], [f"{stem}/clipped"]),
        helper.make_node("Mul", [f"{stem}/clipped", f"{stem}/scale"], [stem]),
    ])
    node.input[position] = stem


def by_channel(weights: np.ndarray, axis: int) -> np.ndarray:
    """Weights rounded to s8 with a scale for each output channel, and scaled back."""
    others = tuple(index for index in range(weights.ndim) if index != axis % weights.ndim)
    largest = np.abs(weights).max(axis=others, keepdims=True).astype(np.float32)
    scale = np.where(largest > 0, np.maximum(largest / np.float32(127), LEAST), np.float32(1)).astype(np.float32)
    return (np.clip(np.rint(weights * (np.float32(1) / scale)), -127, 127) * scale).astype(np.float32)
