"""Files broken on purpose: a reader that takes one of them is no check.

Each is a format, the part of it that is broken (0 for the first file), what is broken, and how; a sample that holds nothing to
break is passed over, but some sample must be broken.
"""
import json
import re


def text(pattern, replacement, count=1):
    """Replaces what a pattern finds."""
    return lambda content: re.sub(pattern, replacement, content, count=count, flags=re.MULTILINE | re.DOTALL)


def document(change):
    """Changes a JSON document; what the change returns takes its place, unless that is None."""
    def broken(content):
        value = json.loads(content)
        try:
            result = change(value)
        except (IndexError, KeyError, StopIteration):
            return content
        return json.dumps(value if result is None else result)
    return broken


def first(items):
    return next(iter(items))


BREAKAGES = [
    ("csv", 0, "a quote is lost", text(r'"', "")),
    ("csv", 0, "a row is lost", text(r"\r\n[^\r]*\r\n$", "\r\n")),
    ("csv", 0, "a speed has a unit", text(r"(?<=SingleStream,3,3,,,false,)([0-9.]+)", r"\1 1/s")),
    ("csv", 0, "a speed is another", text(r"(?<=SingleStream,3,3,,,false,)", "1")),
    ("markdown", 0, "a pipe is not escaped", text(r"\\\|", "|")),
    ("markdown", 0, "a name is bold", text(r"\\\*bold\\\*", "**bold**")),
    ("markdown", 0, "a row is lost", text(r"^\| (?!workload|-)[^\n]*\n", "")),
    ("markdown", 0, "an emulated cell is native", text(r"\| emulated \|", "| native |")),
    ("github-summary", 0, "details are not closed", text("</details>", "")),
    ("github-summary", 0, "failures are not told", text(r"\*\*Failed\*\*", "Fine")),
    ("go-bench", 0, "a field is lost", text(r"(?<=\d) samples/s", "")),
    ("go-bench", 0, "a name has a space", text("%20", " ")),
    ("go-bench", 0, "a unit is upside down", text("samples/s better=higher", "samples/s better=lower")),
    ("go-bench", 0, "a round is lost", text(r"^Benchmark[^\n]*\n", "")),
    ("go-bench", 0, "a comment is none", text(r"^# (?=\S+/)", "")),
    ("bmf", 0, "a value is text", document(lambda value: value[first(value)]["latency"].update(value="1"))),
    ("bmf", 0, "seconds instead of nanoseconds", document(lambda value: value[first(value)]["latency"].update(value=0.04))),
    ("bmf", 0, "a bound has another name", document(lambda value: value[first(value)]["latency"].update(lower=1))),
    ("bmf", 0, "an emulated cell has a speed", document(
        lambda value: value[next(name for name in value if "fidelity" in name)].update(throughput={"value": 1}))),
    ("bmf", 0, "a name is there twice", text(r'^  "[^\n]*": \{\n', lambda match: match[0] + "  },\n" + match[0])),
    ("github-action-benchmark", 0, "an object instead of an array", document(lambda value: {"entries": value})),
    ("github-action-benchmark", 0, "a value is text", document(lambda value: value[0].update(value="1"))),
    ("github-action-benchmark", 1, "an entry has no unit", document(lambda value: value[0].pop("unit"))),
    ("github-action-benchmark", 1, "a direction is wrong", document(lambda value: value[0].update(name="x latency"))),
    ("junit", 0, "an angle bracket is not escaped", text("&lt;b", "<b")),
    ("junit", 0, "a count is wrong", text(r'(?<=<testsuite name="assay quick" tests=")\d+', "99")),
    ("junit", 0, "a failure is an error", text(r"<failure(.*?)</failure>", r"<error\1</error>")),
    ("junit", 0, "a time has an exponent", text(r'(?<=SingleStream" classname="resnet50" time=")[0-9.]+', "1e3")),
    ("junit", 0, "an emulated cell took time", text(r'(fidelity" classname="resnet50")', r'\1 time="1.0"')),
    ("junit", 0, "the root has an attribute too many", text("<testsuites ", '<testsuites skipped="0" ')),
    ("google-benchmark", 0, "a row has no real_time", document(lambda value: value["benchmarks"][0].pop("real_time"))),
    ("google-benchmark", 0, "a row has no cpu_time", document(lambda value: value["benchmarks"][0].pop("cpu_time"))),
    ("google-benchmark", 0, "a row is an aggregate", document(
        lambda value: value["benchmarks"][0].update(run_type="aggregate"))),
    ("google-benchmark", 0, "caches are no array", document(lambda value: value["context"].update(caches={}))),
    ("prometheus", 0, "a quote is not escaped", text(r'\\"', '"')),
    ("prometheus", 0, "a sample has a timestamp", text(r"^(assay_cell_rounds[^\n]*)$", r"\1 1740830400000")),
    ("prometheus", 0, "a sample is there twice", text(r"^(assay_cell_rounds\{[^\n]*\n)", r"\1\1")),
    ("prometheus", 0, "a type is lost", text(r"^# TYPE assay_cell_rounds[^\n]*\n", "")),
    ("prometheus", 0, "a model has no name", text(r',model="[^"]*"', "")),
    ("prometheus", 0, "milliseconds", text(r"_p50_seconds", "_p50_milliseconds", count=0)),
    ("otava", 0, "a field is lost", text(r",[^,\n]*\n$", "\n")),
    ("otava", 0, "a field is empty", text(r",[^,\n]*\n$", ",\n")),
    ("otava", 0, "a time is none", text(r"^2025-03-01T12:00:00Z", "yesterday")),
    ("otava", 0, "columns are renamed", text(r"^time,commit", "when,commit")),
    ("github-annotations", 0, "a % is not escaped", text(r"%250A", "%0")),
    ("github-annotations", 0, "a line feed is not escaped", text(r"%0A", "\n")),
    ("github-annotations", 0, "a colon in a title is not escaped", text(r"%3A", ":")),
    ("github-annotations", 0, "a failure is a warning", text(r"^::error", "::warning")),
    ("hyperfine", 0, "milliseconds", document(lambda value: value["results"][0].update(mean=46))),
    ("hyperfine", 0, "a time of CPUs is 0", document(lambda value: value["results"][0].update(user=0))),
    ("hyperfine", 0, "a result is lost", document(lambda value: value["results"].pop())),
]
