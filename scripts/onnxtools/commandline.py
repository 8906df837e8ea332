"""The options of the ONNX scripts, read before any package is installed: asking for help needs no network."""
from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

EXIT_CODES = """exit codes: 0 ok, 1 {failure}, 64 usage, 69 something needed is not available here
The Python packages, pinned in scripts/onnxtools/requirements.txt, are installed into Assay's cache folder at the first run."""


class Parser(argparse.ArgumentParser):
    """A parser that ends with Assay's exit code for wrong usage."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        print(f"{self.prog}: {message}", file=sys.stderr)
        sys.exit(64)


def make(name: str, summary: str, examples: Sequence[str], failure: str) -> Parser:
    """A parser with what all the scripts have in common."""
    lines = "\n".join(f"  {example}" for example in examples)
    parser = Parser(
        prog=f"scripts/{name}", description=summary, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"examples:\n{lines}\n\n{EXIT_CODES.format(failure=failure)}", allow_abbrev=False,
    )
    parser.add_argument("--assay", metavar="PATH", help="the program; $ASSAY or the newest build here unless given")
    return parser


def pattern(text: str) -> str:
    """A regular expression, as it is."""
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from error
    return text


def positive(text: str) -> int:
    """A whole number above zero."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above zero")
    return int(text)


def seconds(text: str) -> float:
    """A time above zero."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above zero")
    return value


def words(text: str) -> list[str]:
    """A list separated by commas."""
    found = [word for word in text.split(",") if word]
    if not found:
        raise argparse.ArgumentTypeError("the list is empty")
    return found


def conformance(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of scripts/onnx-conformance."""
    parser = make(
        "onnx-conformance", "Runs the ONNX project's own backend node tests through `assay infer`.",
        ["scripts/onnx-conformance --filter '^test_conv' --engine reference --verbose",
         "scripts/onnx-conformance --update        writes docs/onnx-support.md"],
        "some test failed, or a claimed operator's did not pass for a reason that is not listed",
    )
    parser.add_argument("--engine", type=words, metavar="LIST", help="engines of assay list, as in native,reference (all)")
    parser.add_argument("--filter", type=pattern, metavar="REGEX", help="only tests whose name matches")
    parser.add_argument("--no-passes", action="store_true", help="run graphs as they were imported, without fusing nodes")
    parser.add_argument("--sample", action="store_true", help="only a fixed sample of all families, for a quick look")
    parser.add_argument("--update", action="store_true", help="write docs/onnx-support.md; needs all tests, all engines")
    parser.add_argument(
        "--jobs", type=positive, default=len(os.sched_getaffinity(0)), metavar="N", help="tests at a time (one a core)")
    parser.add_argument("--timeout", type=seconds, default=60, metavar="S", help="seconds for one test (60)")
    parser.add_argument("--verbose", action="store_true", help="print refused tests too, not just failed ones")
    options = parser.parse_args(arguments)
    narrowed = options.filter or options.sample or options.no_passes or options.engine
    if options.update and narrowed:
        parser.error("--update describes all tests on all engines; leave --filter, --sample, --no-passes and --engine out")
    return options


def oracle(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of scripts/onnx-oracle."""
    parser = make(
        "onnx-oracle",
        "Compares the outputs of `assay infer` with ONNX Runtime's and OpenVINO's for every built-in workload, exported, "
        "and for trained models out of Python wheels. Tolerances: docs/onnx-oracle.md.",
        ["scripts/onnx-oracle", "scripts/onnx-oracle --filter 'ppocr|resnet' --precision fp32 --engine reference"],
        "some output is further off than the tolerance, or a model was refused",
    )
    parser.add_argument("--filter", type=pattern, metavar="REGEX", help="only models whose name matches")
    parser.add_argument(
        "--precision", type=words, default=["fp32", "bf16", "int8"], metavar="LIST", help="fp32,bf16,int8 (all)")
    parser.add_argument("--engine", metavar="NAME", help="one of assay list (Assay's default)")
    parser.add_argument("--threads", type=positive, default=1, metavar="N", help="Assay's threads (1)")
    parser.add_argument("--timeout", type=seconds, default=900, metavar="S", help="seconds for one inference (900)")
    parser.add_argument("--large", action="store_true", help="the largest workloads too")
    parser.add_argument("--no-real", action="store_true", help="without the models out of wheels")
    parser.add_argument("--no-workloads", action="store_true", help="without the built-in workloads")
    parser.add_argument("--update", action="store_true", help="write the table into docs/onnx-oracle.md")
    options = parser.parse_args(arguments)
    unknown = set(options.precision) - {"fp32", "bf16", "int8"}
    if unknown:
        parser.error(f"there is no precision {', '.join(sorted(unknown))}; there are fp32, bf16 and int8")
    if options.update and options.filter:
        parser.error("--update describes all models; leave --filter out")
    return options


def thread_counts(text: str) -> list[int]:
    """Numbers of threads; 0 stands for `all`."""
    return [0 if word == "all" else positive(word) for word in words(text)]


def batches(text: str) -> list[int]:
    """Batch sizes."""
    return [positive(word) for word in words(text)]


def peers(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of scripts/peers."""
    parser = make(
        "peers",
        "Runs the same exported graphs in Assay, ONNX Runtime and OpenVINO, rounds interleaved in random order, each in a "
        "fresh process on the same cores, and writes one record and one table. Where outputs disagree it compares no times.",
        ["scripts/peers", "scripts/peers --models resnet50,ppocr-rec --precision fp32 --threads 1 --rounds 6"],
        "some contestant failed, or its outputs disagree",
    )
    parser.add_argument(
        "--models", type=words, default=["resnet50", "minilm-l6", "ppocr-det", "ppocr-rec", "ddddocr"], metavar="LIST",
        help="workloads of assay list and models of scripts/onnx-oracle (resnet50,minilm-l6,ppocr-det,ppocr-rec,ddddocr)")
    parser.add_argument(
        "--batch", type=batches, default=[1], metavar="LIST", help="samples that workloads run together (1), as in 1,8")
    parser.add_argument("--precision", type=words, default=["fp32", "bf16", "int8"], metavar="LIST", help="fp32,bf16,int8")
    parser.add_argument("--engine", metavar="NAME", help="one of assay list (Assay's default)")
    parser.add_argument("--threads", type=thread_counts, default=[1, 0], metavar="LIST", help="threads (1,all)")
    parser.add_argument("--rounds", type=positive, default=6, metavar="N", help="rounds; 6 give an interval of 95%% (6)")
    parser.add_argument("--seconds", type=seconds, default=3, metavar="S", help="least measured seconds of a round (3)")
    parser.add_argument("--warm-up", type=seconds, default=1, metavar="S", help="seconds of warm-up of a round (1)")
    parser.add_argument("--queries", type=positive, default=10, metavar="N", help="least inferences of a round (10)")
    parser.add_argument("--seed", type=positive, default=1, metavar="N", help="seed of the order (1)")
    parser.add_argument("--timeout", type=seconds, default=600, metavar="S", help="seconds for one process (600)")
    parser.add_argument(
        "--output", metavar="FILE", help="the record (Results/local/peers-TIME.json); the table goes beside it as .md")
    options = parser.parse_args(arguments)
    unknown = set(options.precision) - {"fp32", "bf16", "int8"}
    if unknown:
        parser.error(f"there is no precision {', '.join(sorted(unknown))}; there are fp32, bf16 and int8")
    return options
