"""Tensors in .npy files as Assay reads and writes them: bfloat16, which NumPy does not know, is the raw type `<V2`."""
from __future__ import annotations

import pathlib

import ml_dtypes
import numpy as np

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
# What has a NumPy type of its own, so that a .npy file says it all.
PLAIN = {np.dtype(name) for name in (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
)}


def is_storable(array: np.ndarray) -> bool:
    """Whether a .npy file can hold the array without losing its type."""
    return array.dtype in PLAIN or array.dtype == BFLOAT16


def save(path: pathlib.Path, array: np.ndarray) -> None:
    """Writes a storable array."""
    if not is_storable(array):
        raise ValueError(f"elements of type {array.dtype} have no place in a .npy file")
    np.save(path, np.asarray(array, order="C"), allow_pickle=False)


def load(path: pathlib.Path) -> np.ndarray:
    """Reads what `save` or Assay wrote."""
    array = np.load(path, allow_pickle=False)
    return array.view(BFLOAT16) if array.dtype == np.dtype("V2") else array
