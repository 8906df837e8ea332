"""The listed reasons for which tests do not pass, from conformance-reasons.toml."""
from __future__ import annotations

import dataclasses
import pathlib
import re
import tomllib
from typing import Any

import numpy as np

from onnxtools.cases import Case

LIST = pathlib.Path(__file__).resolve().parent / "conformance-reasons.toml"


@dataclasses.dataclass(frozen=True)
class Reasons:
    """Refusals by what Assay says, other answers by the test's name."""

    refusals: tuple[tuple[re.Pattern[str], str], ...]
    answers: dict[str, dict[str, Any]]

    @classmethod
    def load(cls, path: pathlib.Path = LIST) -> Reasons:
        """Reads the list."""
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(
            tuple((re.compile(entry["sentence"]), entry["reason"]) for entry in content["refusal"]),
            {entry["test"]: entry for entry in content["answer"]},
        )

    def refusal(self, sentence: str) -> str | None:
        """The reason behind what Assay said, or nothing where it is not listed."""
        return next((reason for pattern, reason in self.refusals if pattern.search(sentence)), None)

    def alternative(self, case: Case) -> tuple[Case, str] | None:
        """The same test with the answer that is listed for it, and the reason; nothing where none is."""
        entry = self.answers.get(case.name)
        if entry is None:
            return None
        expected, rtol = dict(case.expected), case.rtol
        if "values" in entry:
            ((name, array),) = expected.items()
            expected[name] = np.asarray(entry["values"], array.dtype).reshape(array.shape)
        if "units" in entry:
            rtol = entry["units"] * max(float(np.finfo(array.dtype).eps) for array in expected.values())
        return dataclasses.replace(case, expected=expected, rtol=rtol), entry["reason"]
