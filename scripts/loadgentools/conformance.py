"""The command line of scripts/loadgen-conformance."""
from __future__ import annotations

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time
from collections.abc import Sequence

from loadgentools import cases, wheel
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
        "`assay mlperf schedule`.",
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


def main(arguments: Sequence[str]) -> int:
    given = options(arguments)
    chosen = [setting for setting in cases.all_settings() if not given.filter or re.search(given.filter, setting.name)]
    if not chosen:
        print("loadgen-conformance: no setting matches.", file=sys.stderr)
        return 64
    try:
        assay = program.find(given.assay, needs=["mlperf schedule"])
        packages = {version: wheel.install(version) for version in sorted({setting.version for setting in chosen})}
        return report(chosen, packages, assay, given)
    except Unavailable as error:
        print(f"loadgen-conformance: {error}", file=sys.stderr)
        return 69


def report(
    chosen: Sequence[Setting], packages: dict[str, pathlib.Path], assay: pathlib.Path, given: argparse.Namespace
) -> int:
    """Compares everything and prints a line for each setting."""
    start = time.monotonic()
    total = Comparison()

    def run(setting: Setting) -> Comparison:
        try:
            seen = wheel.observe(setting, packages[setting.version], given.timeout)
        except subprocess.TimeoutExpired:
            return Comparison(1, [f"LoadGen did not end within {given.timeout:g} s"])
        return compare(setting, seen, assay, given.timeout)

    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for setting, result in zip(chosen, pool.map(run, chosen)):
            print(f"{setting.name}: {result.values} values, {len(result.differences) or 'no'} differences", flush=True)
            for difference in result.differences:
                print(f"  {difference}", flush=True)
            total.values += result.values
            total.differences += result.differences
    print(
        f"{len(chosen)} settings, {total.values} values compared, {len(total.differences)} differences "
        f"(mlcommons-loadgen {', '.join(packages)}; {time.monotonic() - start:.0f} s)")
    return 1 if total.differences else 0
