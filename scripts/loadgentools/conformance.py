"""The command line of scripts/loadgen-conformance."""
from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from loadgentools import cases, logs, wheel
from loadgentools.compare import Comparison, compare
from loadgentools.settings import NEWEST, OLDEST, Setting
from onnxtools import program
from onnxtools.commandline import Parser, pattern, positive, seconds
from onnxtools.environment import Unavailable


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the user asks for."""
    parser = Parser(
        prog="scripts/loadgen-conformance", formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
        description="Drives MLCommons's LoadGen with a null system, in all four scenarios and many settings, and compares "
        "loaded sets,\nevery query's samples, arrivals to the nanosecond, logged responses and effective settings with "
        "`assay mlperf schedule`,\nand the keys of its detail log with those of `assay mlperf run`.",
        epilog="examples:\n  scripts/loadgen-conformance\n"
        "  scripts/loadgen-conformance --filter 'Server.*permutations' --assay .build/debug/assay\n\n"
        "exit codes: 0 ok, 1 something differs, 64 usage, 69 something needed is not available here\n"
        f"The packages mlcommons-loadgen {NEWEST} and {OLDEST} are installed into Assay's cache folder at the first run.")
    parser.add_argument("--assay", metavar="PATH", help="the program; $ASSAY or the newest build here unless given")
    parser.add_argument("--filter", type=pattern, metavar="REGEX", help="only settings whose line matches")
    parser.add_argument(
        "--jobs", type=positive, default=len(os.sched_getaffinity(0)), metavar="N", help="settings at a time (one a core)")
    parser.add_argument("--timeout", type=seconds, default=120, metavar="S", help="seconds for one test (120)")
    return parser.parse_args(arguments)


@dataclasses.dataclass(frozen=True)
class Task:
    """One comparison."""

    setting: Setting
    compare: Callable[[Setting, wheel.Observation, pathlib.Path, float], Comparison]
    # Behind the setting's name.
    subject: str


def main(arguments: Sequence[str]) -> int:
    given = options(arguments)

    def matching(settings: Sequence[Setting]) -> list[Setting]:
        return [setting for setting in settings if not given.filter or re.search(given.filter, setting.name)]

    tasks = [Task(setting, compare, "") for setting in matching(cases.all_settings())]
    tasks += [Task(setting, logs.compare, ", logs") for setting in matching(logs.runs())]
    if not tasks:
        print("loadgen-conformance: no setting matches.", file=sys.stderr)
        return 64
    try:
        assay = program.find(given.assay, needs=["mlperf schedule", "mlperf run"])
        packages = {version: wheel.install(version) for version in sorted({task.setting.version for task in tasks})}
        return report(tasks, packages, assay, given)
    except Unavailable as error:
        print(f"loadgen-conformance: {error}", file=sys.stderr)
        return 69


def report(
    tasks: Sequence[Task], packages: dict[str, pathlib.Path], assay: pathlib.Path, given: argparse.Namespace
) -> int:
    """Compares everything and prints a line for each setting."""
    start = time.monotonic()
    total = Comparison()

    def run(task: Task) -> Comparison:
        try:
            seen = wheel.observe(task.setting, packages[task.setting.version], given.timeout)
        except subprocess.TimeoutExpired:
            return Comparison(1, [f"LoadGen did not end within {given.timeout:g} s"])
        return task.compare(task.setting, seen, assay, given.timeout)

    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for task, result in zip(tasks, pool.map(run, tasks)):
            outcome = f"{result.values} values, {len(result.differences) or 'no'} differences"
            print(f"{task.setting.name}{task.subject}: {outcome}", flush=True)
            for difference in result.differences:
                print(f"  {difference}", flush=True)
            total.values += result.values
            total.differences += result.differences
    print(
        f"{len(tasks)} settings, {total.values} values compared, {len(total.differences)} differences "
        f"(mlcommons-loadgen {', '.join(packages)}; {time.monotonic() - start:.0f} s)")
    return 1 if total.differences else 0
