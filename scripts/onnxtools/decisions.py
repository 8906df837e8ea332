"""What a model's outputs decide, so that implementations can be compared by what users see."""
from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import onnx

Outputs = Mapping[str, np.ndarray]
# From outputs to the decisions in them, each a number or a text.
Decide = Callable[[Outputs], list[str]]


def first(outputs: Outputs) -> np.ndarray:
    return next(iter(outputs.values()))


def largest(outputs: Outputs) -> list[str]:
    """The class of the highest score, for each row of the first output."""
    scores = first(outputs)
    return [str(index) for index in scores.reshape(-1, scores.shape[-1]).argmax(axis=1)]


def above(threshold: float) -> Decide:
    """Whether each value of the first output is above a threshold."""
    return lambda outputs: [str(int(value)) for value in (first(outputs).reshape(-1) > threshold)]


def ctc_text(model: onnx.ModelProto) -> Decide:
    """The text that a CTC reader's scores spell, in the characters that its file lists."""
    listed = {entry.key: entry.value for entry in model.metadata_props}["character"]
    characters = ["", *listed.split("\n"), " "]

    def decide(outputs: Outputs) -> list[str]:
        path = first(outputs)[0].argmax(axis=-1)
        kept = [index for index, before in zip(path, [-1, *path]) if index != before and index]
        # Spaces at the ends are the margins of the picture.
        return ["".join(characters[index] if index < len(characters) else "?" for index in kept).strip()]

    return decide


def of_model(name: str, model: onnx.ModelProto) -> Decide | None:
    """How a real model decides; none for one that only describes its input."""
    if name == "ppocr-rec":
        return ctc_text(model)
    return {
        "ppocr-cls": largest, "magika": largest, "ddddocr": largest, "silero-vad": above(0.5), "ppocr-det": above(0.3),
    }.get(name)


def of_workload(name: str) -> Decide | None:
    """How a built-in workload decides: a classifier takes the highest score."""
    return largest if name.startswith("resnet") else None
