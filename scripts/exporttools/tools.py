"""Readers that are programs of their own: Apache Otava and Google Benchmark's compare.py."""
import csv
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from .figures import equal, near
from .readers import json_file, read

# Debian's package of Google Benchmark's tools; the wheels of the library do not hold them.
TOOLS = "libbenchmark-tools"


def otava(paths, record):
    """Apache Otava: its importer, and its search for a change that is planted in rows like ours."""
    from otava.data_selector import DataSelector
    from otava.importer import CsvImporter
    from otava.series import AnalysisOptions
    from otava.test_config import CsvMetric, CsvTestConfig

    def load(file, columns):
        selector = DataSelector()
        selector.since_time = datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)
        metrics = [CsvMetric(name, 1, 1.0, name) for name in columns]
        return CsvImporter().fetch_data(CsvTestConfig("assay", str(file), metrics=metrics, attributes=["commit"]), selector)

    head, *rows = list(csv.reader(read(paths[0]).splitlines()))
    equal(head[:2], ["time", "commit"], "first columns")
    equal(len(rows), 1, "number of rows")
    assert all(len(row) == len(head) for row in rows) and len(set(head)) == len(head), "columns are alike or do not fit"
    series = load(paths[0], head[2:])
    start = datetime.datetime.fromisoformat(record.content["createdAt"].replace("Z", "+00:00"))
    equal((series.time, series.attributes["commit"]), ([int(start.timestamp())], [rows[0][1]]), "time and commit")
    speeds = [name for name in head if name.endswith("/throughput_samples_per_s")]
    found = [series.data[name][0] for name in speeds]
    expected = [cell.speed for cell in record.timed]
    for value, speed in zip([value for value in found if value == value], expected, strict=True):
        near(value, speed, "throughput")
    assert not any("/emulator/" in name or "/fidelity/" in name for name in speeds), "closeness has a speed"
    # What a month of runs would append: twice as fast from the twentieth on.
    name = speeds[next(index for index, value in enumerate(found) if value == value)]
    place = head.index(name)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "month.csv")
        with open(file, "w", newline="", encoding="utf-8") as stream:
            stream.write(read(paths[0]))
            writer = csv.writer(stream, lineterminator="\n")
            for day in range(1, 40):
                row = list(rows[0])
                row[0] = (start + datetime.timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ")
                row[place] = str(float(row[place]) * (2 if day >= 20 else 1) * (1 + day * 7 % 5 / 1000))
                writer.writerow(row)
        points = load(file, [name]).analyze(AnalysisOptions()).change_points.get(name, [])
        equal([int(point.index) for point in points], [20], "change points")


def compare_script():
    """The path of compare.py: installed, or unpacked into the cache out of Debian's package."""
    installed = pathlib.Path("/usr/share/benchmark/compare.py")
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "assay" / TOOLS
    unpacked = cache / "usr/share/benchmark/compare.py"
    for path in (installed, unpacked):
        if path.is_file():
            return path
    with tempfile.TemporaryDirectory() as folder:
        # apt-get leaves downloads to a user of its own, who must be able to write there.
        os.chmod(folder, 0o777)
        # An old list of packages names versions that are gone; whoever may not renew it has to do with it.
        for command in (["apt-get", "download", TOOLS], ["apt-get", "update"], ["apt-get", "download", TOOLS]):
            try:
                subprocess.run(command, cwd=folder, check=command[1] == "download", capture_output=True, timeout=120)
            except (OSError, subprocess.SubprocessError):
                continue
            if packages := list(pathlib.Path(folder).glob("*.deb")):
                subprocess.run(["dpkg-deb", "-x", packages[0], cache], check=True)
                return unpacked
    print(f"check-exports: {TOOLS} is not available; it needs apt-get and a Debian mirror.", file=sys.stderr)
    sys.exit(69)


def google_benchmark(paths, record):
    """Google Benchmark's compare.py, with its U test; and the shape that the library documents."""
    content = json_file(paths[0])
    equal(set(content), {"context", "benchmarks"}, "members")
    context = content["context"]
    equal((context["num_cpus"], type(context["caches"])), (len(record.content["machine"]["allowedPUs"]), list), "context")
    for cache in context["caches"]:
        equal(set(cache), {"type", "level", "size", "num_sharing"}, "members of a cache")
    rows = content["benchmarks"]
    equal({row["run_type"] for row in rows} - {"iteration"}, set(), "other rows than of iterations")
    speeds = [speed for cell in record.timed for speed in cell.speeds]
    for row, speed in zip(rows, speeds, strict=True):
        near(row["items_per_second"], speed, "items a second")
        assert row["real_time"] > 0 and row["time_unit"] == "ns" and row["iterations"] > 0, f"row {row}"
    script = compare_script()
    with tempfile.TemporaryDirectory() as folder:
        slower = pathlib.Path(folder, "slower.json")
        for row in rows:
            row["real_time"] *= 1.5
            row["cpu_time"] *= 1.5
        slower.write_text(json.dumps(content), encoding="utf-8")
        base = pathlib.Path(folder, "base.json")
        base.write_bytes(paths[0].read_bytes())
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        result = subprocess.run(
            [sys.executable, script, "--no-color", "benchmarks", base, slower], capture_output=True, text=True,
            env=environment, timeout=120)
    equal(result.returncode, 0, f"exit code of compare.py ({result.stderr[-300:]})")
    # The last two of the columns are the new times, the first two how much they are more.
    changes = re.findall(r"\s([+-]\d+\.\d{4})\s+([+-]\d+\.\d{4})\s+\d+\s+\d+\s+\d+\s+\d+\s*$", result.stdout, re.MULTILINE)
    # One more is the geometric mean of all.
    equal(len(changes), len(rows) + 1, "number of rows that compare.py compares")
    equal(set(changes), {("+0.5000", "+0.5000")}, "change that compare.py finds")
