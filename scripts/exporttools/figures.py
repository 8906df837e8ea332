"""Figures of a record, computed from its raw samples without a line of Assay."""
import json
import math
import pathlib
import re


def median(values):
    """The median as MLPerf's LoadGen has it: the value at floor(N / 2), counted from 0, and no mean of two."""
    return sorted(values)[len(values) // 2]


class Cell:
    """One cell of a record."""

    def __init__(self, result):
        self.result = result
        self.id = result["id"]
        self.cell = result["cell"]
        self.rounds = result["rounds"]
        self.failed = result.get("failure") is not None
        self.finished = self.failed or len(self.rounds) >= result["plannedRounds"]
        self.performance = [round["performance"] for round in self.rounds if round.get("performance")]
        self.is_emulated = self.cell["execution"] == "emulated"
        self.is_timed = bool(self.performance) and not self.is_emulated
        self.is_single_stream = self.is_timed and self.id.split("/")[-1] == "SingleStream"
        pus = self.cell["placement"]["pus"]
        # Threads were seen where they were not placed: no figure of the cell.
        self.is_elsewhere = any(
            seen != [pu] for item in self.performance for seen, pu in zip(item["observedCPUs"], pus))
        self.has_speed = self.is_timed and not self.is_elsewhere

    @property
    def median(self):
        """The median latency of all queries in seconds."""
        return median([value for item in self.performance for value in item["latencies"]]) / 1e9

    @property
    def medians(self):
        """The median latency of each round in nanoseconds."""
        return [median(item["latencies"]) for item in self.performance]

    @property
    def queries(self):
        return sum(len(item["latencies"]) for item in self.performance)

    @property
    def speeds(self):
        """Samples a second of each round."""
        return [len(item["latencies"]) * item["samplesPerQuery"] / item["duration"] * 1e9 for item in self.performance]

    @property
    def speed(self):
        return sum(self.speeds) / len(self.speeds)


class Record:
    """A record: what exports are held against."""

    def __init__(self, path):
        self.content = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        self.cells = [Cell(result) for result in self.content["cells"]]

    @property
    def timed(self):
        return [cell for cell in self.cells if cell.has_speed]

    @property
    def single_stream(self):
        return [cell for cell in self.cells if cell.has_speed and cell.is_single_stream]


def printable(text):
    """What texts become where they may reach a terminal."""
    return re.sub("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]", "\ufffd", text)


def near(value, expected, what):
    """Fails where two figures differ by more than the last digits of a float."""
    assert math.isclose(float(value), expected, rel_tol=1e-9), f"{what} is {value} instead of {expected}"


def equal(value, expected, what):
    assert value == expected, f"{what} is {value!r:.300} instead of {expected!r:.300}"
