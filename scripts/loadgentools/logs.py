"""Holds the logs of `assay mlperf run` against LoadGen's: whether its detail log has every key that LoadGen's has."""
from __future__ import annotations

import pathlib
import tempfile

from loadgentools import wheel
from loadgentools.compare import Comparison
from loadgentools.settings import Setting
from onnxtools import program

# What only LoadGen can say: how it was built, what its logger did, and remarks in words. It gives a reason only for a test
# that is not valid, and how fast the two null systems are decides that.
OWN = (
    "loadgen_build", "loadgen_git", "loadgen_file", "logger_", "generic_message", "get_sut_name", "warning_", "error_",
    "result_invalid_reason",
)
# Keys whose values must be alike, whatever the machine.
ALIKE = ("effective_", "loaded_qsl_set", "qsl_reported")
# LoadGen generates closed loops beforehand by a guess of their speed; Assay generates what is issued.
GENERATED = ("generated_query_count", "result_query_count")
# Offline goes on beyond the guess until its least duration is over.
ISSUED = ("effective_samples_per_query", "effective_min_sample_count")


def is_alike(key: str, setting: Setting) -> bool:
    """Whether both logs must say the same."""
    if key in ISSUED and setting.scenario == "Offline" and not setting.is_accuracy:
        return False
    return key.startswith(ALIKE) or (key in GENERATED and (setting.scenario == "Server" or setting.is_accuracy))


def runs() -> list[Setting]:
    """The tests whose logs are compared."""
    return [
        Setting(scenario, mode, queries=100, duration_ms=50, qps=2000.0 if scenario in ("Server", "Offline") else None)
        for scenario in ("SingleStream", "MultiStream", "Server", "Offline") for mode in ("performance", "accuracy")
    ]


def compare(setting: Setting, seen: wheel.Observation, assay: pathlib.Path, timeout: float) -> Comparison:
    """Runs the test and compares the keys of the detail logs."""
    result = Comparison()
    keys = sorted(key for key in seen.detail if not key.startswith(OWN))
    with tempfile.TemporaryDirectory() as folder:
        options = [option for option in setting.options(0) if not option.startswith(("--queries=", "--log-seed="))]
        outcome = program.run(
            [assay, "mlperf", "run", "--system", "null", "--profile", "loadgen", *options, "--output-dir", folder],
            timeout)
        path = pathlib.Path(folder) / "mlperf_log_detail.txt"
        # A null system's test may well be invalid: too short. Its logs are there all the same.
        if outcome.code not in (0, 1) or not path.is_file():
            result.check("assay mlperf run", f"{outcome.ending}: {outcome.sentence}", "logs")
            return result
        ours = wheel.detail(path)
    for key in keys:
        result.check(f"the key {key} of the detail log", "present" if key in ours else "absent", "present")
    for key in keys:
        if key in ours and is_alike(key, setting):
            result.check(key, ours[key], seen.detail[key])
    return result
