"""INT8 for the peers: each runtime's own static quantisation of the same graph, calibrated on the same samples."""
from __future__ import annotations

import contextlib
import io
import logging
import pathlib
import tempfile
from collections.abc import Mapping, Sequence

import numpy as np

# The first opset whose DequantizeLinear takes a scale for each channel.
CHANNEL_SCALES = 13
# Protobuf holds no larger message.
PROTOBUF_LIMIT = 2**31
Tensors = Mapping[str, np.ndarray]


class Reader:
    """The samples in the form that onnxruntime.quantization wants."""

    def __init__(self, samples: Sequence[Tensors]) -> None:
        self.rest = iter(samples)

    def get_next(self) -> dict[str, np.ndarray] | None:
        sample = next(self.rest, None)
        return None if sample is None else dict(sample)


def raise_opset(model: pathlib.Path, result: pathlib.Path) -> None:
    """Writes the model in an opset that has scales by channel, if its own is older."""
    import onnx
    import onnx.version_converter

    graph = onnx.load(model)
    version = max(entry.version for entry in graph.opset_import if entry.domain in ("", "ai.onnx"))
    if version < CHANNEL_SCALES:
        graph = onnx.version_converter.convert_version(graph, CHANNEL_SCALES)
    onnx.save(graph, result, save_as_external_data=graph.ByteSize() >= PROTOBUF_LIMIT, location="current.weights")


def for_onnx_runtime(model: pathlib.Path, samples: Sequence[Tensors], result: pathlib.Path) -> None:
    """Writes a QDQ model: activations u8 per tensor, weights s8 per output channel, ranges from least and largest values."""
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    logging.getLogger().setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="assay-peers-") as folder, contextlib.redirect_stdout(io.StringIO()):
        prepared, current = pathlib.Path(folder) / "prepared.onnx", pathlib.Path(folder) / "current.onnx"
        raise_opset(model, current)
        quant_pre_process(str(current), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared), str(result), Reader(samples), quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)


def for_openvino(model: pathlib.Path, samples: Sequence[Tensors], result: pathlib.Path) -> None:
    """Writes an OpenVINO model quantised by NNCF with its defaults, shapes fixed to the samples'."""
    with contextlib.redirect_stdout(io.StringIO()):
        import nncf
        import openvino

        nncf.set_log_level(logging.ERROR)
        graph = openvino.Core().read_model(str(model))
        graph.reshape({name: list(array.shape) for name, array in samples[0].items()})
        quantised = nncf.quantize(graph, nncf.Dataset([dict(sample) for sample in samples]), subset_size=len(samples))
        openvino.save_model(quantised, str(result), compress_to_fp16=False)
