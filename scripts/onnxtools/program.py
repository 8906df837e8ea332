"""The `assay` program: where it is, and one run of it with its outcome; uses nothing but the standard library."""
from __future__ import annotations

import dataclasses
import os
import pathlib
import signal
import subprocess
from collections.abc import Mapping, Sequence

from onnxtools.environment import ROOT, Unavailable


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How one run of the program ended. `code` is negative for a signal, None where time ran out."""

    code: int | None
    stdout: str
    stderr: str

    @property
    def sentence(self) -> str:
        """What the program gave as its reason on standard error, on one line; else the last thing that it said."""
        lines = [line.strip() for line in self.stderr.splitlines() if line.strip()]
        errors = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
        return (errors or lines or ["(it said nothing)"])[-1]

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        if self.code is None:
            return "no end within the time limit"
        if self.code < 0:
            return f"killed by {signal.Signals(-self.code).name}"
        return f"exit code {self.code}"


def run(
    command: Sequence[str | pathlib.Path], timeout: float, cores: Sequence[int] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Runs a command, pinned to cores if any are given, in a process group that is killed as a whole when time runs out."""
    words = [str(word) for word in command]
    pinned = ["taskset", "--cpu-list", ",".join(map(str, cores)), *words] if cores else words
    process = subprocess.Popen(
        pinned, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env=None if environment is None else {**os.environ, **environment},
    )
    try:
        stdout, stderr = process.communicate(timeout=timeout)
        code: int | None = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        code = None
    return Outcome(code, stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace"))


def locate(given: str | None) -> pathlib.Path:
    """What was given, else $ASSAY, else the newest build of this checkout."""
    chosen = given or os.environ.get("ASSAY")
    if chosen:
        path = pathlib.Path(chosen).resolve()
        if not os.access(path, os.X_OK) or path.is_dir():
            raise Unavailable(f"{chosen} is not a program that can be run.")
        return path
    built = [path for path in (ROOT / ".build" / kind / "assay" for kind in ("release", "debug")) if path.is_file()]
    if not built:
        raise Unavailable("no build of assay was found; run `swift build -c release`, or give one with --assay PATH.")
    return max(built, key=lambda path: path.stat().st_mtime)


def find(given: str | None, needs: Sequence[str]) -> pathlib.Path:
    """The program, which must have all these commands."""
    program = locate(given)
    for command in needs:
        # Asked about a command that it does not have, it explains itself as a whole.
        if f"assay {command} " not in run([program, *command.split(), "--help"], timeout=60).stdout:
            raise Unavailable(f"{program} has no command {command}; build a newer one.")
    return program
