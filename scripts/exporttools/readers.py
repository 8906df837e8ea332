"""One reader for each format: a program that people use where there is one, else the format's published grammar.

A reader gets the paths of a format's files and the record that they are of, and raises where something is wrong.
"""
import io
import json
import re
import statistics
import urllib.parse

from .figures import equal, near, printable


def read(path):
    """The text as it is, with its own ends of lines."""
    return path.read_bytes().decode("utf-8")


def json_file(path):
    def pairs(items):
        names = [name for name, _ in items]
        equal(len(set(names)), len(names), "number of different names of one object")
        return dict(items)

    def constant(name):
        raise AssertionError(f"{name} is not JSON")

    return json.loads(path.read_bytes().decode("utf-8"), object_pairs_hook=pairs, parse_constant=constant)


def csv(paths, record):
    """pandas."""
    import pandas

    table = pandas.read_csv(io.BytesIO(paths[0].read_bytes()), keep_default_na=True)
    equal(len(table), len(record.cells), "number of rows")
    for (_, row), cell in zip(table.iterrows(), record.cells):
        equal(row["cell"].lstrip("'"), printable(cell.id), "cell")
        if cell.is_timed:
            near(row["throughput_samples_per_s"], cell.speed, "throughput")
            equal(bool(row["ran_elsewhere"]), cell.is_elsewhere, "ran_elsewhere")
        else:
            assert pandas.isna(row["throughput_samples_per_s"]) and pandas.isna(row["p50_ms"]), "a cell without speed has one"
        if cell.is_timed and cell.is_single_stream:
            near(row["p50_ms"], cell.median * 1e3, "p50")
    numbers = [name for name in table if re.search(r"_(ms|bytes|dB|J_per_sample|samples_per_s|W)$", name)]
    assert len(numbers) > 15 and all(table[name].dtype.kind in "fi" for name in numbers), "a column of numbers holds text"


def tables(text):
    """The tables of a Markdown file as rows of cells' texts, read by markdown-it."""
    from markdown_it import MarkdownIt

    found, cell = [], None
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in ("th_open", "td_open"):
            cell = True
        elif token.type == "inline" and cell:
            parts = [child for child in token.children if child.type != "html_inline" or child.content != "<!-- -->"]
            kinds = {child.type for child in parts} - {"text", "text_special"}
            assert not kinds, f"a cell has {kinds}"
            found[-1][-1].append("".join(child.content for child in parts))
            cell = None
    return found


def markdown(paths, record):
    """markdown-it-py, with GitHub's tables."""
    text = read(paths[0])
    rows = []
    for table in tables(text):
        names = table[0]
        # The parser cuts rows that are too long, so that pipes are counted in the text too.
        rows += [dict(zip(names, row)) for row in table[1:]]
    for line in text.splitlines():
        if line.startswith("| "):
            pipes = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
            assert pipes in (12, 13), f"a row has {pipes} pipes: {line}"
    equal(len(rows), len(record.cells), "number of rows")
    cells = [cell for cell in record.cells if "fidelity" not in cell.id.split("/")]
    cells += [cell for cell in record.cells if "fidelity" in cell.id.split("/")]
    for row, cell in zip(rows, cells):
        equal(row["workload"], printable(cell.cell["workload"]), "workload")
        if cell.is_timed:
            speed = float(row["samples/s"].split(" ")[0])
            assert abs(speed / cell.speed - 1) < 6e-4, f"throughput {speed} is not {cell.speed}"
        elif cell.is_emulated:
            equal(row["execution"], "emulated", "execution")
            assert "samples/s" not in row and "p50 ms" not in row, "an emulated cell has a time"
    equal("**Failed**" in text, any(cell.failed for cell in record.cells), "whether failures are told")


def github_summary(paths, record):
    """markdown-it-py; GitHub takes at most 1 MiB."""
    assert len(paths[0].read_bytes()) < 1 << 20
    markdown(paths, record)
    text = read(paths[0])
    equal(text.count("<details>"), text.count("</details>"), "number of closed details")


GO_NAME = re.compile(r"Benchmark[A-Z]\w*((?:/[a-z]+=[A-Za-z0-9_.+%-]*)+)-(\d+)")


def go_bench(paths, record):
    """the grammar of golang/proposal, design/14313-benchmark-format.md."""
    betters, results = {}, []
    for line in read(paths[0]).split("\n"):
        if line.startswith("Benchmark"):
            fields = line.split()
            assert len(fields) >= 4 and len(fields) % 2 == 0, f"{len(fields)} fields: {line}"
            name = GO_NAME.fullmatch(fields[0])
            assert name, f"no name of the format: {fields[0]}"
            assert fields[1].isdecimal() and int(fields[1]) > 0, f"no iterations: {line}"
            keys = {key: urllib.parse.unquote(value) for key, value in re.findall(r"/([a-z]+)=([^/]*)", name[1])}
            values = {unit: float(value) for value, unit in zip(fields[2::2], fields[3::2])}
            results.append((keys, int(fields[1]), values))
        elif line.startswith("Unit "):
            _, unit, setting = line.split(" ")
            assert setting in ("better=lower", "better=higher"), line
            betters[unit] = setting
        elif line and not line.startswith("#"):
            assert re.fullmatch(r"[a-z][^\sA-Z:]*:( .*)?", line), f"no line of the format: {line}"
    assert all(unit in betters for _, _, values in results for unit in values), "a unit says not which way is better"
    equal((betters["samples/s"], betters["ns/op"]), ("better=higher", "better=lower"), "directions")
    medians, speeds = [], []
    for cell in record.timed:
        speeds += cell.speeds
        if cell.is_single_stream:
            medians += cell.medians
    equal([round(values["ns/op"]) for _, _, values in results if "ns/op" in values], medians, "latencies of rounds")
    for found, expected in zip([values["samples/s"] for _, _, values in results if "samples/s" in values], speeds, strict=True):
        near(found, expected, "throughput of a round")
    workloads = {cell.cell["workload"] for cell in record.cells if cell.rounds}
    equal({keys["workload"] for keys, _, _ in results}, workloads, "workloads")
    for keys, _, values in results:
        assert keys["scenario"] != "fidelity" or not {"ns/op", "samples/s"} & set(values), "closeness has a time"


def bmf(paths, record):
    """Bencher's published JSON schema of the format, and its limits of names."""
    content = json_file(paths[0])
    assert isinstance(content, dict)
    for name, measures in content.items():
        assert 0 < len(name) <= 1024 and isinstance(measures, dict) and measures, f"benchmark {name}"
        for measure, metric in measures.items():
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", measure) and len(measure) <= 64, f"measure {measure}"
            assert set(metric) <= {"value", "lower_value", "upper_value"} and "value" in metric, f"metric {metric}"
            assert all(type(value) in (int, float) for value in metric.values()), f"metric {metric}"
            lower, upper = metric.get("lower_value", metric["value"]), metric.get("upper_value", metric["value"])
            assert lower <= metric["value"] <= upper, f"{measure} of {name} is outside of its bounds"
    for cell in record.timed:
        near(content[cell.id]["throughput"]["value"], cell.speed, "throughput")
    for cell in record.single_stream:
        near(content[cell.id]["latency"]["value"], cell.median * 1e9, "latency")
        equal("latency-p99" in content[cell.id], cell.queries >= 299, "a tail of 299 queries")
    for cell in record.cells:
        if not cell.has_speed:
            assert not {"latency", "throughput", "energy"} & set(content.get(cell.id, {})), f"{cell.id} has a speed"


def github_action_benchmark(paths, record):
    """what github-action-benchmark documents of customSmallerIsBetter and customBiggerIsBetter."""
    found = {}
    for path, bigger in zip(paths, (False, True)):
        content = json_file(path)
        assert isinstance(content, list), "no array"
        for entry in content:
            assert {"name", "unit", "value"} <= set(entry) <= {"name", "unit", "value", "range", "extra"}, f"{set(entry)}"
            assert type(entry["value"]) in (int, float) and entry["unit"], f"entry {entry}"
            assert all(type(entry[key]) is str for key in entry if key != "value"), f"entry {entry}"
            kind = entry["name"].rsplit(" ", 1)[1]
            equal(kind in ("throughput", "accuracy"), bigger, f"direction of {kind}")
            assert entry["name"] not in found, f"two entries of the name {entry['name']}"
            found[entry["name"]] = entry["value"]
    for cell in record.timed:
        near(found[f"{cell.id} throughput"], cell.speed, "throughput")
    for cell in record.single_stream:
        near(found[f"{cell.id} latency"], cell.median, "latency")
    equal(sum(name.endswith(" throughput") for name in found), len(record.timed), "number of throughputs")


def prometheus(paths, record):
    """the parser of Prometheus' Python client."""
    from prometheus_client.parser import text_string_to_metric_families

    text = read(paths[0])
    assert text.endswith("\n")
    seen, values = set(), {}
    names = [line.split(" ")[2] for line in text.split("\n") if line.startswith("# TYPE ")]
    equal(len(set(names)), len(names), "number of families")
    for family in text_string_to_metric_families(text):
        assert family.type == "gauge" and family.documentation, f"{family.name} has no type or no help"
        assert re.search(r"_(seconds|joules|bytes|ratio|samples_per_second|info|rounds|failed|disturbances)$", family.name), family.name
        for sample in family.samples:
            assert sample.timestamp is None, f"{sample.name} has a timestamp"
            key = (sample.name, *sorted(sample.labels.items()))
            assert key not in seen, f"{key} is there twice"
            seen.add(key)
            values[sample.name, sample.labels.get("cell")] = sample.value
            if "modelled" in sample.name:
                assert sample.labels.get("model"), f"{sample.name} names no model"
    for cell in record.cells:
        name = printable(cell.id)
        equal(values["assay_cell_failed", name], float(cell.failed), "failure")
        equal(("assay_throughput_samples_per_second", name) in values, cell.has_speed, f"speed of {name}")
    for cell in record.timed:
        near(values["assay_throughput_samples_per_second", printable(cell.id)], cell.speed, "throughput")
    for cell in record.single_stream:
        near(values["assay_latency_p50_seconds", printable(cell.id)], cell.median, "latency")


def github_annotations(paths, record):
    """GitHub's documented rules of workflow commands, undone again."""
    errors, warnings = [], []
    text = read(paths[0])
    assert text == "" or text.endswith("\n")
    for line in text.split("\n")[:-1]:
        command = re.fullmatch(r"::(error|warning) title=([^:,\r]*)::([^\r]*)", line)
        assert command, f"no command: {line}"
        title, message = (
            re.sub("%(25|0D|0A|3A|2C)", lambda code: chr(int(code[1], 16)), part) for part in command.groups()[1:])
        assert not re.search("%(?!25|0D|0A|3A|2C)", command[2] + command[3]), f"a bare %: {line}"
        (errors if command[1] == "error" else warnings).append((title, message))
    failed = [cell for cell in record.cells if cell.failed]
    equal([title for title, _ in errors], [f"Assay: {printable(cell.id)} failed" for cell in failed], "titles of errors")
    for (_, message), cell in zip(errors, failed):
        assert message.startswith(printable(cell.result["failure"]["reason"]) + "\n"), message
    messages = [message for _, message in warnings]
    for warning in record.content["warnings"]:
        assert any(printable(warning) == printable(message) for message in messages), f"the warning {warning!r} is not there"
    unfinished = [printable(cell.id) for cell in record.cells if not cell.finished]
    assert all(any(name in message for message in messages) for name in unfinished), "an unfinished cell is not there"


def hyperfine(paths, record):
    """the shape of hyperfine's JSON, its statistics computed again."""
    results = json_file(paths[0])["results"]
    equal([result["command"] for result in results], [cell.id for cell in record.single_stream], "commands")
    for result in results:
        times = result["times"]
        near(result["mean"], statistics.fmean(times), "mean")
        near(result["median"], statistics.median(times), "median")
        equal((result["min"], result["max"]), (min(times), max(times)), "extremes")
        if len(times) > 1:
            near(result["stddev"], statistics.stdev(times), "standard deviation")
        else:
            equal(result["stddev"], None, "standard deviation of one time")
        equal((result["user"], result["system"]), (None, None), "times of CPUs that nobody measured")
        equal(result["exit_codes"], [0] * len(times), "exit codes")
        assert all(type(value) is str for value in result["parameters"].values()), "a parameter is no text"
