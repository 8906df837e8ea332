"""Runs one ONNX node test through `assay infer` and judges the answer by ONNX's own rule."""
from __future__ import annotations

import dataclasses
import enum
import pathlib
import tempfile

import numpy as np
import onnx
from onnx.backend.test.runner import Runner

from onnxtools import assay
from onnxtools.cases import Case
from onnxtools.reasons import Reasons


class Verdict(enum.Enum):
    """What a test showed."""

    PASSED = "passed"
    # Assay said in one sentence that it does not do this: exit code 65 or 69.
    REFUSED = "refused"
    # Another answer than the test's, and the one that is listed together with the reason for it.
    DIFFERS = "differs"
    # A wrong answer, a crash, a hang or any other exit code.
    FAILED = "failed"


@dataclasses.dataclass(frozen=True)
class Judgement:
    """A verdict and, unless it is `passed`, why."""

    verdict: Verdict
    reason: str = ""


def failed(reason: str) -> Judgement:
    """A failure for this reason, cut to one line of bearable length."""
    line = " ".join(reason.split())
    return Judgement(Verdict.FAILED, line if len(line) <= 300 else line[:297] + "...")


def sentence(outcome: assay.Outcome) -> str:
    """Why the program refused, without its name."""
    return outcome.sentence.removeprefix("assay: ")


def compare(case: Case, folder: pathlib.Path) -> Judgement:
    """Compares what `assay infer` wrote with what the test expects: number, shapes, types, values."""
    try:
        found = assay.outputs(folder)
        missing = [name for name in case.expected if name not in found]
        if missing or len(found) != len(case.expected):
            return failed(f"the outputs are {sorted(found)} where {sorted(case.expected)} were expected")
        with np.errstate(all="ignore"):
            Runner.assert_similar_outputs(
                list(case.expected.values()), [found[name] for name in case.expected], rtol=case.rtol, atol=case.atol)
    except AssertionError as error:
        return failed(f"wrong answer: {error}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return failed(f"unreadable outputs: {error!r}")
    return Judgement(Verdict.PASSED)


def judge(
    case: Case, program: pathlib.Path, engine: str, timeout: float, reasons: Reasons, *, passes: bool, claimed: bool,
) -> Judgement:
    """Runs a test and accepts anything but the test's own answer only for a reason that is listed."""
    found = run(case, program, engine, timeout, reasons.alternative(case), passes=passes)
    if found.verdict is Verdict.REFUSED and claimed:
        reason = reasons.refusal(found.reason)
        return Judgement(Verdict.REFUSED, reason) if reason else failed(f"refused for no listed reason: {found.reason}")
    if found.verdict is Verdict.PASSED and case.name in reasons.answers:
        return failed("it gives the test's own answer, although another one is listed")
    return found


def run(
    case: Case, program: pathlib.Path, engine: str, timeout: float, alternative: tuple[Case, str] | None, *, passes: bool,
) -> Judgement:
    """Runs a test. Inputs that no .npy file can hold are left out: the model has to be refused before they matter."""
    with tempfile.TemporaryDirectory(prefix="assay-conformance-") as scratch:
        folder = pathlib.Path(scratch)
        model = folder / "model.onnx"
        onnx.save(case.model, model)
        outcome = assay.infer(
            program, model, case.storable_inputs, folder, engine=engine, timeout=timeout,
            extra=[] if passes else ["--no-passes"],
        )
        if outcome.code in assay.REFUSALS:
            return Judgement(Verdict.REFUSED, sentence(outcome).replace(f"{folder}/", ""))
        if case.unstorable and outcome.code in (0, 64):
            # Nothing was computed wrongly, and nothing was shown to be right either.
            return Judgement(Verdict.REFUSED, f"assay infer reads and writes .npy files, and {case.unstorable}")
        if outcome.code != 0:
            return failed(f"{outcome.ending}: {outcome.sentence}".replace(f"{folder}/", ""))
        judgement = compare(case, folder)
        if judgement.verdict is Verdict.FAILED and alternative:
            other, reason = alternative
            if compare(other, folder).verdict is Verdict.PASSED:
                return Judgement(Verdict.DIFFERS, reason)
        return judgement
