"""ONNX Runtime and OpenVINO behind one small interface: a model, threads, a run."""
from __future__ import annotations

import pathlib
from collections.abc import Mapping

import numpy as np


class OnnxRuntime:
    """ONNX Runtime on the CPU. `threads` 0 leaves the number to the runtime."""

    label = "ONNX Runtime"

    def __init__(self, path: pathlib.Path, threads: int, optimised: bool = True) -> None:
        import onnxruntime

        onnxruntime.set_default_logger_severity(3)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        if threads == 0:
            # Nothing is timed; threads that wait by spinning would only take the cores from others.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.graph_optimization_level = (
            onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL if optimised
            else onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        )
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.names = [output.name for output in self.session.get_outputs()]

    def run(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """One inference."""
        return dict(zip(self.names, self.session.run(None, dict(inputs))))


class OpenVino:
    """OpenVINO on the CPU in one of its inference precisions, f32 or bf16, shapes fixed to the inputs'."""

    label = "OpenVINO"

    def __init__(
        self, path: pathlib.Path, threads: int, precision: str, inputs: Mapping[str, np.ndarray],
    ) -> None:
        import openvino

        core = openvino.Core()
        model = core.read_model(str(path))
        model.reshape({name: list(array.shape) for name, array in inputs.items()})
        # Weights that a file stores in INT8 would make it quantise activations too, whatever the precision asked for.
        settings: dict[str, object] = {
            "INFERENCE_PRECISION_HINT": precision, "NUM_STREAMS": 1, "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0,
        }
        if threads:
            settings["INFERENCE_NUM_THREADS"] = threads
        compiled = core.compile_model(model, "CPU", settings)
        self.request = compiled.create_infer_request()
        self.names = [output.get_names() for output in compiled.outputs]

    def run(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """One inference; an output that has several names is there under each."""
        self.request.infer(dict(inputs))
        result = {}
        for index, names in enumerate(self.names):
            values = np.array(self.request.get_output_tensor(index).data)
            result.update({name: values for name in names})
        return result


def supports_bf16() -> bool:
    """Whether OpenVINO computes in BF16 on this CPU."""
    import openvino

    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
