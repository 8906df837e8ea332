"""The command line of scripts/onnx-conformance."""
from __future__ import annotations

import argparse
import concurrent.futures
import json
import pathlib
import sys
import time
from collections.abc import Sequence

import onnx

from onnxtools import assay, cases, commandline, support
from onnxtools.environment import ROOT, Unavailable
from onnxtools.judge import Judgement, Verdict, judge
from onnxtools.reasons import Reasons

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = ROOT / "docs" / "onnx-support.md"


def words(path: pathlib.Path) -> frozenset[str]:
    """The words of a text file without its comment lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def claimed_operators(program: pathlib.Path) -> frozenset[str]:
    """The operators that the program says it supports."""
    outcome = assay.run([program, "inspect", "--operators", "--json"], timeout=60)
    if outcome.code != 0:
        raise Unavailable(f"{program} cannot list its operators; {outcome.ending}: {outcome.sentence}")
    return frozenset(json.loads(outcome.stdout))


def choose(options: argparse.Namespace) -> list[cases.Case]:
    """The tests that the options ask for."""
    chosen = cases.load(options.filter)
    if options.sample:
        sample = words(HERE / "conformance-sample.txt")
        unknown = sample - {case.name for case in chosen}
        if unknown and not options.filter:
            raise ValueError(f"the sample names tests that onnx {onnx.__version__} does not have: {sorted(unknown)}")
        chosen = [case for case in chosen if case.name in sample]
    if not chosen:
        raise ValueError("no test matches")
    return chosen


def run_engine(
    chosen: Sequence[cases.Case], program: pathlib.Path, engine: str, claimed: frozenset[str], reasons: Reasons,
    options: argparse.Namespace,
) -> list[tuple[cases.Case, Judgement]]:
    """Runs the tests on one engine, several at a time; results come in the order of the tests."""
    def run(case: cases.Case) -> Judgement:
        return judge(
            case, program, engine, options.timeout, reasons, passes=not options.no_passes,
            claimed=case.operator in claimed)

    judged = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        answers = pool.map(run, chosen)
        for index, (case, judgement) in enumerate(zip(chosen, answers), start=1):
            judged.append((case, judgement))
            shown = judgement.verdict is Verdict.FAILED or (
                options.verbose and judgement.verdict is not Verdict.PASSED)
            if shown:
                print(f"{engine}: {case.name}: {judgement.verdict.value}: {judgement.reason}", flush=True)
            if sys.stderr.isatty() and index % 20 == 0:
                print(f"\r{engine}: {index} of {len(chosen)}", end="\r", file=sys.stderr)
    return judged


def main(arguments: Sequence[str]) -> int:
    options = commandline.conformance(arguments)
    try:
        program = assay.find(options.assay, needs=["infer", "inspect"])
        options.engine = options.engine or assay.engines(program)
        claimed = claimed_operators(program)
        chosen = choose(options)
    except Unavailable as error:
        print(f"onnx-conformance: {error}", file=sys.stderr)
        return 69
    except ValueError as error:
        print(f"onnx-conformance: {error}.", file=sys.stderr)
        return 64
    start = time.monotonic()
    results = {engine: run_engine(chosen, program, engine, claimed, Reasons.load(), options) for engine in options.engine}
    print("\n".join(support.totals(results, claimed)))
    print(f"onnx {onnx.__version__}, {len(chosen)} tests on each engine, {time.monotonic() - start:.0f} s")
    if options.update:
        DOCUMENT.write_text(support.document(results, claimed, onnx.__version__), encoding="utf-8")
        print(f"Wrote {DOCUMENT.relative_to(ROOT)}")
    some_failed = any(judgement.verdict is Verdict.FAILED for judged in results.values() for _, judgement in judged)
    return 1 if some_failed else 0
