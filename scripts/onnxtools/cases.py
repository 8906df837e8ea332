"""The ONNX project's own backend node tests, each with its model, inputs and expected outputs."""
from __future__ import annotations

import dataclasses
import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnx.numpy_helper
from onnx.backend.test.loader import load_model_tests

from onnxtools import npy


@dataclasses.dataclass(frozen=True)
class Case:
    """One node test."""

    name: str
    # The operator under test; for a test of an operator's expansion into simpler ones, the operator that was expanded.
    operator: str
    model: onnx.ModelProto
    inputs: dict[str, Any]
    expected: dict[str, Any]
    rtol: float
    atol: float

    @property
    def unstorable(self) -> str | None:
        """Why some input or output has no .npy form, or nothing."""
        for kind, values in (("input", self.inputs), ("output", self.expected)):
            for name, value in values.items():
                if not isinstance(value, np.ndarray):
                    return f"{kind} {name} is no tensor"
                if not npy.is_storable(value):
                    return f"{kind} {name} has elements of type {'string' if value.dtype == object else value.dtype}"
        return None

    @property
    def storable_inputs(self) -> dict[str, np.ndarray]:
        """The inputs that have a .npy form."""
        return {
            name: value for name, value in self.inputs.items() if isinstance(value, np.ndarray) and npy.is_storable(value)
        }


def as_array(value: Any) -> Any:
    """A tensor as an array; a sequence or an absent value stays what it is."""
    if isinstance(value, onnx.TensorProto):
        return onnx.numpy_helper.to_array(value)
    if isinstance(value, np.generic):
        return np.asarray(value)
    return value


def named(values: Sequence[Any], declared: Sequence[onnx.ValueInfoProto]) -> dict[str, Any]:
    """Values under the names that the graph gives them."""
    if len(values) != len(declared):
        raise ValueError(f"{len(values)} values for {len(declared)} names")
    return {info.name: as_array(value) for info, value in zip(declared, values)}


def qualified(node: onnx.NodeProto) -> str:
    """An operator's name, with its domain where that is not ONNX's own."""
    return f"{node.domain}:{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type


def load(pattern: str | None = None) -> list[Case]:
    """Every node test whose name matches, in order of names."""
    with warnings.catch_warnings():
        # The generators divide by zero on purpose.
        warnings.simplefilter("ignore")
        tests = {test.name: test for test in load_model_tests(kind="node")}
    result = []
    for name in sorted(tests):
        if pattern and not re.search(pattern, name):
            continue
        test = tests[name]
        base = tests.get(re.sub(r"_expanded(_ver\d+)?$", "", name), test)
        for inputs, expected in test.data_sets:
            result.append(Case(
                name=name, operator=qualified(base.model.graph.node[-1]), model=test.model,
                inputs=named(inputs, test.model.graph.input), expected=named(expected, test.model.graph.output),
                rtol=test.rtol, atol=test.atol,
            ))
    return result
