"""What the models are given: lines of text drawn as pictures, sentences, files, sounds. The same everywhere, every time."""
from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Callable, Mapping

import numpy as np
import onnx
from PIL import Image, ImageDraw, ImageFont

from onnxtools.environment import ROOT
from onnxtools.models import MAGIKA, member_text

Tensors = dict[str, np.ndarray]


@dataclasses.dataclass(frozen=True)
class Sample:
    """One input of a model and, where there is a right answer, what that is."""

    inputs: Tensors
    truth: str | None = None


LINES = ("Invoice 2024-0815", "Total: 1,299.50 EUR", "Room 27B, 3rd floor", "Open 9:30-17:45", "www.example.org")
CODES = ("7K3M", "PX42Q", "9d8f")
# "The committee approved the budget after a long debate." and two more sentences, in the ids of BERT's uncased
# vocabulary and of T5's.
BERT_IDS = (
    (101, 1996, 2837, 4844, 1996, 5166, 2044, 1037, 2146, 5981, 1012, 102),
    (101, 2044, 2847, 1997, 6594, 1010, 1996, 2473, 2979, 1996, 5938, 2933, 1012, 102),
    (101, 1037, 22914, 2768, 19917, 2012, 1996, 3341, 1997, 1996, 8644, 1012, 102),
)
T5_IDS = (
    (37, 4492, 3754, 8, 1487, 227, 3, 9, 307, 5054, 5, 1),
    (621, 716, 13, 3071, 6, 8, 6098, 2804, 8, 2887, 515, 5, 1),
    (71, 160, 106, 8190, 4644, 924, 44, 8, 3023, 13, 8, 3, 7290, 5, 1),
)


def drawn(text: str, width: int, height: int, size: int) -> np.ndarray:
    """Dark text on white with a little noise, as bytes, height x width x RGB."""
    picture = Image.new("RGB", (width, height), (250, 250, 245))
    font = ImageFont.load_default(size)
    ImageDraw.Draw(picture).text((8, (height - size * 1.25) / 2), text, font=font, fill=(25, 25, 60))
    noise = np.random.default_rng(len(text)).normal(0, 4, (height, width, 3))
    return np.clip(np.asarray(picture, dtype=np.float64) + noise, 0, 255).astype(np.uint8)


def planes(picture: np.ndarray, mean: float, scale: float) -> np.ndarray:
    """A picture as 1 x 3 x height x width in the order blue, green, red, (byte - mean) / scale."""
    values = (picture[:, :, ::-1].astype(np.float32) - np.float32(mean)) / np.float32(scale)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[np.newaxis])


def page() -> np.ndarray:
    """A page with all the lines."""
    return np.concatenate([drawn(line, 320, 64, 28) for line in LINES], axis=0)


def text_lines() -> list[Sample]:
    return [Sample({"x": planes(drawn(line, 320, 48, 32), 127.5, 127.5)}, line) for line in LINES]


def text_directions() -> list[Sample]:
    upright = [drawn(line, 192, 48, 20) for line in LINES[:3]]
    return [
        Sample({"x": planes(picture, 127.5, 127.5)}, truth)
        for line in upright for picture, truth in ((line, "0"), (line[::-1, ::-1], "1"))
    ]


def text_page() -> list[Sample]:
    return [Sample({"x": planes(page(), 118.0, 58.0)})]


def words() -> list[Sample]:
    result = []
    for code in CODES:
        grey = drawn(code, 160, 64, 44).mean(axis=2, dtype=np.float32)
        result.append(Sample({"input1": ((grey / 255 - 0.5) / 0.5)[np.newaxis, np.newaxis].astype(np.float32)}))
    return result


def character_page() -> list[Sample]:
    canvas = np.full((416, 416, 3), 114, np.uint8)
    canvas[:320, :320] = page()
    return [Sample({"images": planes(canvas, 0, 1)})]


def files() -> list[Sample]:
    """Files of this repository, as Magika reads them: their first and last 1024 bytes without white space at the ends."""
    chosen = {
        "README.md": "markdown", "Package.swift": "swift", "Results/record.schema.json": "json",
        "scripts/validate-record": "python", "scripts/test": "shell",
    }
    labels = json.loads(member_text(MAGIKA, "magika/models/standard_v3_3/config.min.json"))["target_labels_space"]
    return [Sample({"bytes": magika_features(ROOT / name)}, str(labels.index(kind))) for name, kind in chosen.items()]


def magika_features(path: pathlib.Path) -> np.ndarray:
    content = path.read_bytes()
    head, tail = content[:4096].lstrip()[:1024], content[-4096:].rstrip()[-1024:]
    features = np.full((1, 2048), 256, np.int32)
    features[0, :len(head)] = list(head)
    features[0, 2048 - len(tail):] = list(tail)
    return features


def sound() -> list[Sample]:
    """A vowel-like tone with formants that begins after silence, and noise: windows of 512 samples with 64 before."""
    rate, windows = 16_000, 16
    time = np.arange(windows * 512 + 64) / rate
    pitch = 110 + 8 * np.sin(2 * np.pi * 4 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    formants = ((730, 90), (1090, 110), (2440, 160))
    harmonics = sum(
        np.sin(k * phase) * sum(1 / (1 + ((k * 110 - centre) / width) ** 2) for centre, width in formants)
        for k in range(1, 40)
    )
    voice = 0.2 * harmonics * (time > 0.15)
    noise = np.random.default_rng(3).normal(0, 0.01, time.size)
    waves = (voice + noise, noise)
    zeros = np.zeros((1, 1, 128), np.float32)
    return [
        Sample({
            "input": np.stack([wave[i * 512:i * 512 + 576] for i in range(windows)]).astype(np.float32),
            "h": zeros, "c": zeros,
        }) for wave in waves
    ]


def padded(ids: tuple[int, ...], length: int) -> tuple[np.ndarray, np.ndarray]:
    """Token ids and their mask at a fixed length, 1 x length."""
    tokens, mask = np.zeros((1, length), np.int64), np.zeros((1, length), np.int64)
    tokens[0, :len(ids)] = ids
    mask[0, :len(ids)] = 1
    return tokens, mask


def bert_sentences() -> list[Sample]:
    result = []
    for ids in BERT_IDS:
        tokens, mask = padded(ids, 32)
        result.append(Sample({"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(mask)}))
    return result


def t5_sentences() -> list[Sample]:
    result = []
    for ids in T5_IDS:
        tokens, mask = padded(ids, 32)
        result.append(Sample({"input_ids": tokens, "attention_mask": mask}))
    return result


FOR_REAL_MODELS: Mapping[str, Callable[[], list[Sample]]] = {
    "ppocr-det": text_page, "ppocr-cls": text_directions, "ppocr-rec": text_lines, "ddddocr": words,
    "ddddocr-det": character_page, "magika": files, "silero-vad": sound, "minilm-w8": bert_sentences,
    "t5-encoder-int8": t5_sentences, "t5-encoder-int8/2-blocks": t5_sentences,
}


def embedding_rows(model: onnx.ModelProto, name: str) -> int | None:
    """The rows of the table that an input of indices looks up, or nothing where it looks up none."""
    rows = {tensor.name: tensor.dims[0] for tensor in model.graph.initializer if len(tensor.dims) > 1}
    reached = {name}
    for node in model.graph.node:
        if node.op_type == "Gather" and node.input[1] in reached and node.input[0] in rows:
            return rows[node.input[0]]
        if node.op_type in ("Cast", "Reshape", "Unsqueeze", "Squeeze", "Identity") and node.input[0] in reached:
            reached.update(node.output)
    return None


def mask(shape: list[int], index: int) -> np.ndarray:
    """Ones for the first sample; for others the last positions are padding, index / (index + 1) of them."""
    return np.broadcast_to(np.arange(shape[-1]) < max(shape[-1] // (index + 1), 1), shape)


def for_workload(model: onnx.ModelProto, count: int) -> list[Sample]:
    """Samples of one: normal pictures, tokens over the whole table; masks are full in the first, then end in zeros."""
    result = []
    for index in range(count):
        random = np.random.default_rng(index)
        inputs: Tensors = {}
        for info in model.graph.input:
            # The only open extent of an exported workload is the batch.
            shape = [dimension.dim_value or 1 for dimension in info.type.tensor_type.shape.dim]
            kind = onnx.helper.tensor_dtype_to_np_dtype(info.type.tensor_type.elem_type)
            if np.issubdtype(kind, np.floating):
                inputs[info.name] = random.standard_normal(shape).astype(kind)
            else:
                rows = embedding_rows(model, info.name)
                inputs[info.name] = (random.integers(0, rows, shape) if rows else mask(shape, index)).astype(kind)
        result.append(Sample(inputs))
    return result
