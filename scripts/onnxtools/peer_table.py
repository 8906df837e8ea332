"""A record of scripts/peers as a table, for a terminal and in Markdown."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NAMES = {"assay": "Assay", "onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}
HEADINGS = [
    "model", "precision", "threads", *NAMES.values(), "Assay / ONNX Runtime", "Assay / OpenVINO", "first output: Assay",
    "ONNX Runtime ", "OpenVINO ",
]


def latency(entry: Mapping[str, Any] | None) -> str:
    """Median latency, or the word for why there is none."""
    if entry is None:
        return "-"
    return f"{entry['medianLatency'] / 1e6:.2f} ms" if "medianLatency" in entry else str(entry["status"])


def first_output(entry: Mapping[str, Any] | None) -> str:
    """Median time from opening the file to the first output."""
    return f"{entry['medianFirstInference']:.2f} s" if entry and "medianFirstInference" in entry else "-"


def ratio(found: Mapping[str, Any] | None) -> str:
    """A ratio with its interval; below 1 Assay is faster."""
    if found is None:
        return "-"
    one = found["latency"]
    return f"{one['median']:.2f} ({one['low']:.2f} to {one['high']:.2f})"


def lines(record: Mapping[str, Any]) -> list[list[str]]:
    """One line for each model, precision and number of threads."""
    found = {(entry["model"], entry["precision"], entry["threads"], entry["runtime"]): entry for entry in record["entries"]}
    ratios = {(one["model"], one["precision"], one["threads"], one["peer"]): one for one in record["ratios"]}
    result = []
    for key in dict.fromkeys(key[:3] for key in found):
        model, precision, threads = key
        own = [found.get((*key, runtime)) for runtime in NAMES]
        result.append([
            model, precision, str(threads), *(latency(entry) for entry in own), ratio(ratios.get((*key, "onnxruntime"))),
            ratio(ratios.get((*key, "openvino"))), *(first_output(entry) for entry in own),
        ])
    return result


def notes(record: Mapping[str, Any]) -> list[str]:
    """What the numbers are, and why some are missing."""
    settings, tools = record["settings"], record["tools"]
    coverage = min((one["latency"]["coverage"] for one in record["ratios"]), default=None)
    result = [
        f"{record['machine']['cpuModel']}, {record['machine']['cores']} cores. Assay {tools['assay']} ({settings['engine']}), "
        f"ONNX Runtime {tools['onnxruntime']}, OpenVINO {tools['openvino']}, NNCF {tools['nncf']}.",
        f"Median latency of one inference at a time, over {settings['rounds']} interleaved rounds of at least "
        f"{settings['seconds']:g} s, each in a fresh process.",
    ]
    if coverage is not None:
        result.append(
            f"Ratios below 1: Assay is faster. In brackets: an interval that holds the true median of the rounds' ratios with "
            f"a probability of at least {coverage:.0%}.")
    reasons: dict[str, list[str]] = {}
    for entry in record["entries"]:
        if "reason" in entry:
            what = f"{NAMES[entry['runtime']]} {entry['status']}: {entry['reason']}"
            reasons.setdefault(what, []).append(f"{entry['model']} {entry['precision']} t{entry['threads']}")
    return result + [f"{what} ({', '.join(where)})." for what, where in reasons.items()]


def text(record: Mapping[str, Any]) -> str:
    """The table for a terminal."""
    table: Sequence[Sequence[str]] = [HEADINGS, *lines(record)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADINGS))]
    rows = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in table]
    return "\n".join([*rows, "", *notes(record)])


def markdown(record: Mapping[str, Any]) -> str:
    """The table in Markdown."""
    table = [HEADINGS, ["---", "---", *["---:"] * (len(HEADINGS) - 2)], *lines(record)]
    rows = ["| " + " | ".join(cell.strip() for cell in line) + " |" for line in table]
    return "\n".join([*rows, "", *(f"- {note}" for note in notes(record))]) + "\n"
