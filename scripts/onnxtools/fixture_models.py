"""The models and inputs of Tests/Fixtures/onnx/sample: every family of operators, odd attributes preferred."""
from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

OPSET, IR = 17, 8


@dataclasses.dataclass(frozen=True)
class Sample:
    """One model with its inputs."""

    name: str
    model: onnx.ModelProto
    inputs: dict[str, np.ndarray]
    # Outputs in which ONNX's reference evaluator does not follow the standard.
    unconfirmed: frozenset[str] = frozenset()


class Maker:
    """Collects the nodes of one model."""

    def __init__(self, name: str, opset: int = OPSET) -> None:
        self.name, self.opset = name, opset
        self.random = np.random.RandomState(zlib.crc32(name.encode()))
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.inputs: dict[str, np.ndarray] = {}
        self.outputs: list[str] = []

    def floats(self, *shape: int, low: float = -2, high: float = 2) -> np.ndarray:
        """Seeded FP32 values."""
        return self.random.uniform(low, high, shape).astype(np.float32)

    def integers(self, low: int, high: int, *shape: int, dtype: Any = np.int64) -> np.ndarray:
        """Seeded whole numbers from low up to and without high."""
        return self.random.randint(low, high, shape).astype(dtype)

    def input(self, name: str, array: np.ndarray) -> str:
        """An input of the model."""
        self.inputs[name] = array
        return name

    def constant(self, array: np.ndarray) -> str:
        """An initialiser."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array, order="C"), name))
        return name

    def inner(self, op: str, inputs: Sequence[str], outputs: Sequence[str] | None = None, **attributes: Any) -> str:
        """A node whose results stay inside."""
        outputs = outputs or [f"t{len(self.nodes)}"]
        self.nodes.append(helper.make_node(op, list(inputs), list(outputs), **attributes))
        return outputs[0]

    def out(self, op: str, inputs: Sequence[str], name: str | None = None, **attributes: Any) -> None:
        """A node with one result, which is an output named after its operator unless `name` says otherwise."""
        self.outs(op, inputs, [name or op], **attributes)

    def outs(self, op: str, inputs: Sequence[str], names: Sequence[str], **attributes: Any) -> None:
        """A node whose results are outputs; an empty name is a result that nobody wants."""
        self.inner(op, inputs, names, **attributes)
        self.outputs += [name for name in names if name]

    def sample(self, unconfirmed: Sequence[str] = ()) -> Sample:
        """The finished sample; outputs get the types that ONNX infers."""
        inputs = [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for name, array in self.inputs.items()
        ]
        bare = [helper.make_empty_tensor_value_info(name) for name in self.outputs]
        graph = helper.make_graph(self.nodes, self.name, inputs, bare, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=IR)
        model.producer_name = "generate-onnx-sample"
        inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
        del model.graph.output[:]
        model.graph.output.extend(inferred.graph.output)
        for output in model.graph.output:
            # Functions such as GroupNormalization have no inference of their own.
            if not output.type.tensor_type.elem_type:
                shape = self.inputs["x"].shape
                output.CopyFrom(helper.make_tensor_value_info(output.name, onnx.TensorProto.FLOAT, shape))
        return Sample(self.name, model, self.inputs, frozenset(unconfirmed))


def elementwise() -> Iterator[Sample]:
    m = Maker("arithmetic")
    x, y = m.input("x", m.floats(2, 3, 4)), m.input("y", m.floats(3, 1, low=0.5))
    for op in ("Add", "Sub", "Mul", "Div"):
        m.out(op, [x, y])
    m.out("Min", [x, y, m.constant(m.floats(4))])
    m.out("Max", [x, y])
    m.out("Mod", [x, y], fmod=1)
    m.out("Pow", [y, m.constant(np.float32(2.5))])
    m.out("PRelu", [x, m.constant(m.floats(3, 1))])
    yield m.sample()

    m = Maker("functions")
    x, p = m.input("x", m.floats(2, 7)), m.input("p", m.floats(2, 7, low=0.1))
    for op in ("Abs", "Ceil", "Erf", "Exp", "Floor", "Neg", "Round", "Sign"):
        m.out(op, [x])
    for op in ("Log", "Reciprocal", "Sqrt"):
        m.out(op, [p])
    yield m.sample()

    m = Maker("activations", opset=20)
    x = m.input("x", m.floats(3, 5, low=-4, high=4))
    for op in ("Relu", "Sigmoid", "Tanh", "Softplus", "HardSwish", "Mish", "Softsign"):
        m.out(op, [x])
    m.out("LeakyRelu", [x], alpha=0.2)
    m.out("Elu", [x], alpha=0.7)
    m.out("Selu", [x])
    m.out("HardSigmoid", [x], alpha=0.3, beta=0.4)
    m.out("Gelu", [x])
    m.out("Gelu", [x], "GeluTanh", approximate="tanh")
    m.out("Clip", [x, m.constant(np.float32(-1.5)), ""], "ClipBelow")
    m.out("Softmax", [x], axis=0)
    m.out("LogSoftmax", [x])
    yield m.sample()

    m = Maker("comparisons")
    x, y = m.input("x", m.integers(0, 4, 3, 4)), m.input("y", m.integers(0, 4, 4))
    for op in ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"):
        m.out(op, [x, y])
    a, b = m.inner("Less", [x, y]), m.inner("GreaterOrEqual", [x, m.constant(np.array(1))])
    for op in ("And", "Or", "Xor"):
        m.out(op, [a, b])
    m.out("Not", [a])
    m.out("Where", [a, x, y])
    m.out("Cast", [x], to=onnx.TensorProto.FLOAT)
    f = m.input("f", np.array([1, np.nan, -np.inf, 2], np.float32))
    m.out("IsNaN", [f])
    m.out("IsInf", [f], detect_positive=0)
    yield m.sample()


def windows() -> Iterator[Sample]:
    m = Maker("convolutions")
    x = m.input("x", m.floats(2, 4, 7, 6))
    m.out("Conv", [x, m.constant(m.floats(6, 2, 3, 3)), m.constant(m.floats(6))], group=2, pads=[1, 0, 2, 1], strides=[2, 1])
    m.out("Conv", [x, m.constant(m.floats(4, 1, 3, 2))], "ConvDepthwise", group=4, dilations=[2, 1], pads=[2, 1, 2, 0])
    m.out("Conv", [x, m.constant(m.floats(3, 4, 1, 1))], "ConvPointwise")
    m.out("Conv", [x, m.constant(m.floats(2, 4, 2, 3))], "ConvSame", strides=[2, 2], auto_pad="SAME_LOWER")
    m.out("ConvTranspose", [x, m.constant(m.floats(4, 2, 3, 3))], strides=[2, 2], output_padding=[1, 0], pads=[1, 1, 1, 1])
    line = m.input("line", m.floats(1, 3, 9))
    m.out("Conv", [line, m.constant(m.floats(5, 3, 3))], "ConvLine", pads=[2, 0], dilations=[2])
    yield m.sample()

    m = Maker("pools")
    x = m.input("x", m.floats(1, 3, 7, 6))
    m.outs("MaxPool", [x], ["MaxPool", "MaxPoolIndices"], kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 0])
    m.out("MaxPool", [x], "MaxPoolDilated", kernel_shape=[3, 2], dilations=[2, 1], pads=[2, 0, 1, 1])
    m.out("AveragePool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1)
    m.out("AveragePool", [x], "AveragePoolCeil", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    m.out("GlobalAveragePool", [x])
    m.out("GlobalMaxPool", [x])
    yield m.sample()

    m = Maker("residual-block")
    x = m.input("x", m.floats(1, 4, 5, 5))
    norm = [m.constant(m.floats(4)), m.constant(m.floats(4)), m.constant(m.floats(4)), m.constant(m.floats(4, low=0.2))]
    c = m.inner("Conv", [x, m.constant(m.floats(4, 4, 3, 3))], pads=[1, 1, 1, 1])
    b = m.inner("BatchNormalization", [c, *norm], epsilon=1e-3)
    m.out("Relu", [m.inner("Add", [b, x])], "block")
    yield m.sample()


def products() -> Iterator[Sample]:
    m = Maker("products")
    a, b = m.input("a", m.floats(2, 1, 3, 5)), m.input("b", m.floats(4, 5, 2))
    m.out("MatMul", [a, b])
    v, w = m.input("v", m.floats(5)), m.input("w", m.floats(5))
    m.out("MatMul", [v, b], "MatMulLeft")
    m.out("MatMul", [v, w], "MatMulInner")
    m.out("MatMul", [a, w], "MatMulRight")
    g = m.input("g", m.floats(5, 3))
    m.out("Gemm", [g, m.constant(m.floats(4, 5)), m.constant(m.floats(3, 1))], transA=1, transB=1, alpha=0.5, beta=2.0)
    m.out("Einsum", [b, g], equation="bij,ik->bkj")
    yield m.sample()

    m = Maker("attention")
    x = m.input("x", m.floats(2, 5, 8))
    mask = m.input("mask", np.where(m.integers(0, 3, 2, 1, 1, 5) == 0, np.float32(-1e4), np.float32(0)))
    heads = []
    for order in ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]):
        p = m.inner("Add", [m.inner("MatMul", [x, m.constant(m.floats(8, 8, low=-.5, high=.5))]), m.constant(m.floats(8))])
        heads.append(m.inner("Transpose", [m.inner("Reshape", [p, m.constant(np.array([0, 0, 2, 4]))])], perm=order))
    scores = m.inner("Add", [m.inner("Div", [m.inner("MatMul", heads[:2]), m.constant(np.float32(2))]), mask])
    context = m.inner("MatMul", [m.inner("Softmax", [scores], axis=-1), heads[2]])
    back = m.inner("Reshape", [m.inner("Transpose", [context], perm=[0, 2, 1, 3]), m.constant(np.array([0, 0, 8]))])
    m.out("LayerNormalization", [m.inner("Add", [back, x]), m.constant(m.floats(8)), m.constant(m.floats(8))], "encoded")
    yield m.sample()

    for name, direction, lengths in (("recurrent", "forward", []), ("recurrent-lengths", "bidirectional", [4, 2])):
        m = Maker(name)
        x = m.input("x", m.floats(4, 2, 3))
        count = 1 if direction == "forward" else 2
        for op, gates, more in (("LSTM", 4, {}), ("GRU", 3, {"linear_before_reset": 1}), ("RNN", 1, {})):
            weights = [m.floats(count, gates * 5, 3), m.floats(count, gates * 5, 5), m.floats(count, gates * 10)]
            names = [op, f"{op}.h"] + ([f"{op}.c"] if op == "LSTM" else [])
            operands = [x, *map(m.constant, weights)] + ([m.constant(np.array(lengths, np.int32))] if lengths else [])
            m.outs(op, operands, names, hidden_size=5, direction=direction, **more)
        # The reference evaluator goes to the end whatever the lengths are.
        yield m.sample(unconfirmed=m.outputs if lengths else ())


def normalisations() -> Iterator[Sample]:
    m = Maker("normalisations", opset=23)
    x, scale, bias = m.input("x", m.floats(2, 4, 3, 3)), m.constant(m.floats(4)), m.constant(m.floats(4))
    m.out("InstanceNormalization", [x, scale, bias], epsilon=1e-2)
    m.out("GroupNormalization", [x, scale, bias], num_groups=2)
    m.out("LpNormalization", [x], axis=1, p=2)
    m.out("LayerNormalization", [x, m.constant(m.floats(3, 3))], axis=2)
    m.out("RMSNormalization", [x, m.constant(m.floats(3))], epsilon=1e-3)
    yield m.sample()


def movements() -> Iterator[Sample]:
    m = Maker("movements")
    x = m.input("x", m.floats(2, 8, 2, 3))
    m.out("Concat", [x, m.constant(m.floats(2, 1, 2, 3))], axis=-3)
    m.outs("Split", [x, m.constant(np.array([5, 3]))], ["SplitFirst", "SplitSecond"], axis=1)
    m.out("Slice", [x, *(m.constant(np.array(v)) for v in ([6, -1], [1, -9], [1, -1], [-2, -2]))])
    m.out("Transpose", [x], perm=[3, 0, 2, 1])
    m.out("Reshape", [x, m.constant(np.array([0, -1, 4]))])
    m.out("Flatten", [x], axis=2)
    m.out("Unsqueeze", [x, m.constant(np.array([-1, 0]))])
    part = m.inner("Slice", [x, *(m.constant(np.array([v])) for v in (1, 2, 2))])
    m.out("Squeeze", [part, m.constant(np.array([2]))])
    m.out("Expand", [part, m.constant(np.array([3, 1, 1, 2, 1]))])
    m.out("Tile", [x, m.constant(np.array([1, 1, 2, 2]))])
    m.out("Pad", [x, m.constant(np.array([0, 0, 1, 2, 0, 1, 0, 1])), m.constant(np.float32(-1))])
    m.out("Pad", [x, m.constant(np.array([0, 0, 1, 2, 0, 0, 0, 1]))], "PadReflect", mode="reflect")
    m.out("DepthToSpace", [x], blocksize=2, mode="CRD")
    m.out("SpaceToDepth", [m.inner("DepthToSpace", [x], blocksize=2)], blocksize=2)
    m.out("Identity", [x])
    m.out("Dropout", [x])
    m.out("Shape", [x], start=1)
    yield m.sample()

    m = Maker("resize")
    x = m.input("x", m.floats(1, 2, 3, 4))
    empty = ""
    m.out("Resize", [x, empty, m.constant(np.float32([1, 1, 2, 1.5]))], "nearest", nearest_mode="floor",
          coordinate_transformation_mode="asymmetric")
    m.out("Resize", [x, empty, empty, m.constant(np.array([1, 2, 5, 7]))], "linear", mode="linear")
    m.out("Resize", [x, empty, empty, m.constant(np.array([1, 2, 5, 7]))], "corners", mode="linear",
          coordinate_transformation_mode="align_corners")
    m.out("Resize", [x, empty, empty, m.constant(np.array([1, 2, 6, 5]))], "cubic", mode="cubic", cubic_coeff_a=-0.5)
    yield m.sample()

    m = Maker("computed-shape")
    x = m.input("x", m.floats(2, 3, 4))
    shape = m.inner("Shape", [x])
    first = m.inner("Gather", [shape, m.constant(np.array([0]))])
    rest = m.inner("Unsqueeze", [m.inner("Constant", [], value_int=-1), m.constant(np.array([0]))])
    flat = m.inner("Reshape", [x, m.inner("Concat", [first, rest], axis=0)])
    m.out("Mul", [flat, m.inner("Constant", [], value_float=3.0)], "scaled")
    zero, one = m.inner("Constant", [], value_int=0), m.inner("Constant", [], value_int=1)
    count = m.inner("Size", [x])
    steps = m.inner("Range", [zero, count, one])
    ones = m.inner("ConstantOfShape", [m.inner("Shape", [flat])], value=numpy_helper.from_array(np.int64([2])))
    m.out("Add", [m.inner("Reshape", [steps, m.inner("Shape", [flat])]), ones], "places")
    yield m.sample()


def indices() -> Iterator[Sample]:
    m = Maker("indexing")
    x = m.input("x", m.floats(3, 4, 2))
    m.out("Gather", [x, m.input("i", m.integers(-4, 4, 2, 3))], axis=1)
    m.out("GatherElements", [x, m.input("j", m.integers(-3, 3, 2, 4, 2))], axis=0)
    m.out("GatherND", [x, m.input("k", np.array([[0, 1], [2, -3], [1, 3]]))])
    m.out("ScatterND", [x, m.constant(np.array([[2], [0]])), m.constant(m.floats(2, 4, 2))])
    places = m.constant(np.array([[[1, -1]], [[0, 1]], [[3, 2]]]))
    m.out("ScatterElements", [x, places, m.constant(m.floats(3, 1, 2))], axis=1)
    classes = m.input("l", m.integers(-3, 3, 2, 2))
    m.out("OneHot", [classes, m.constant(np.array(3)), m.constant(np.float32([-1, 5]))], axis=1)
    m.outs("TopK", [x, m.constant(np.array([2]))], ["TopKValues", "TopKIndices"], axis=1, largest=0)
    m.out("CumSum", [x, m.constant(np.array(1))], exclusive=1, reverse=1)
    m.out("Trilu", [x, m.constant(np.array(-1))], upper=0)
    yield m.sample()

    m = Maker("data-dependent")
    x = m.input("x", m.integers(0, 3, 3, 4).astype(np.float32))
    m.out("NonZero", [x])
    yield m.sample()

    m = Maker("detection")
    corners = m.floats(1, 8, 2, low=0, high=6)
    boxes = m.input("boxes", np.concatenate([corners, corners + m.floats(1, 8, 2, low=2, high=5)], axis=2))
    scores = m.input("scores", m.floats(1, 2, 8, low=0, high=1))
    limits = [m.constant(np.array([3])), m.constant(np.float32([0.3])), m.constant(np.float32([0.1]))]
    m.out("NonMaxSuppression", [boxes, scores, *limits])
    rois = m.input("rois", np.float32([[0, 0, 4, 4], [1.5, 0.5, 6, 3]]))
    m.out("RoiAlign", [m.input("x", m.floats(1, 2, 7, 7)), rois, m.constant(np.array([0, 0]))], output_height=2,
          output_width=3, sampling_ratio=2, spatial_scale=0.8)
    yield m.sample()


def reductions() -> Iterator[Sample]:
    m = Maker("reductions", opset=18)
    x = m.input("x", m.floats(2, 3, 4))
    axes = m.constant(np.array([-1, 0]))
    for op in ("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare",
               "ReduceLogSumExp"):
        m.out(op, [x, axes], keepdims=0)
    m.out("ArgMax", [x], axis=1)
    m.out("ArgMin", [x], axis=-1, keepdims=0)
    yield m.sample()


def quantised() -> Iterator[Sample]:
    m = Maker("quantised-linear", opset=21)
    x = m.input("x", m.floats(2, 3, 4))
    scale, zero = m.constant(np.float32([0.02, 0.03, 0.017])), m.constant(np.array([128, 100, 7], np.uint8))
    m.out("QuantizeLinear", [x, scale, zero], axis=1)
    m.out("DequantizeLinear", [m.input("q", m.integers(0, 256, 2, 3, 4, dtype=np.uint8)), scale, zero], axis=1)
    m.outs("DynamicQuantizeLinear", [x], ["DynamicQuantizeLinear", "DynamicScale", "DynamicZero"])
    yield m.sample()

    m = Maker("quantised-products")
    a = m.input("a", m.integers(0, 256, 3, 6, dtype=np.uint8))
    # Weights of 7 bits: with 8, ONNX Runtime's sums saturate on CPUs without VNNI.
    b = m.constant(m.integers(-63, 64, 6, 4, dtype=np.int8))
    f = lambda value: m.constant(np.float32(value))  # noqa: E731
    za, zb, zy = m.constant(np.uint8(120)), m.constant(np.int8(3)), m.constant(np.uint8(118))
    m.out("MatMulInteger", [a, b, za, zb])
    m.out("QLinearMatMul", [a, f(0.021), za, b, f(0.013), zb, f(0.17), zy])
    x = m.input("x", m.integers(0, 256, 1, 2, 5, 5, dtype=np.uint8))
    w = m.constant(m.integers(-63, 64, 3, 2, 3, 3, dtype=np.int8))
    bias = m.constant(m.integers(-500, 500, 3, dtype=np.int32))
    m.out("ConvInteger", [x, m.constant(m.integers(0, 128, 3, 2, 3, 3, dtype=np.uint8)), za], pads=[1, 1, 1, 1])
    scales, zeros = m.constant(np.float32([0.013, 0.009, 0.011])), m.constant(np.zeros(3, np.int8))
    m.out("QLinearConv", [x, f(0.021), za, w, scales, zeros, f(0.31), zy, bias], strides=[2, 2], pads=[1, 1, 1, 1])
    yield m.sample()

    m = Maker("quantised-pairs", opset=21)
    x = m.input("x", m.floats(1, 3, 5, 5))
    f = lambda value: m.constant(np.float32(value))  # noqa: E731
    zero = m.constant(np.uint8(128))
    pair = lambda t, s: m.inner("DequantizeLinear", [m.inner("QuantizeLinear", [t, f(s), zero]), f(s), zero])  # noqa: E731
    weights = m.constant(m.integers(-63, 64, 4, 3, 3, 3, dtype=np.int8))
    w = m.inner("DequantizeLinear", [weights, f(0.011), m.constant(np.int8(0))])
    sums = f(np.float32(0.0161) * np.float32(0.011))
    bias = m.inner("DequantizeLinear", [m.constant(m.integers(-9000, 9000, 4, dtype=np.int32)), sums])
    c = m.inner("Conv", [pair(x, 0.0161), w, bias], pads=[1, 1, 1, 1])
    m.out("QuantizeLinear", [m.inner("Relu", [c]), f(0.0573), m.constant(np.uint8(0))], "quantised")
    yield m.sample()


def samples() -> Iterator[Sample]:
    """All samples."""
    for family in (elementwise, windows, products, normalisations, movements, indices, reductions, quantised):
        yield from family()
