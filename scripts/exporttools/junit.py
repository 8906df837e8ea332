"""JUnit reports: the rules that Jenkins' xunit plugin publishes as `junit-10.xsd`, in our own words, and junitparser.

The rules: which elements stand in which, which attributes they must and may have, and the form of times.
"""
import re
import xml.etree.ElementTree

from .figures import equal, printable

TIME = r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?"
MESSAGE = {"children": set(), "must": set(), "may": {"type", "message"}}
RULES = {
    "testsuites": {"children": {"testsuite"}, "must": set(), "may": {"name", "time", "tests", "failures", "errors"}},
    "testsuite": {
        "children": {"testsuite", "properties", "testcase", "system-out", "system-err"},
        "must": {"name", "tests", "failures", "errors"},
        "may": {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
    },
    "testcase": {
        "children": {"skipped", "error", "failure", "system-out", "system-err"}, "must": {"name"},
        "may": {"time", "classname", "group"},
    },
    "properties": {"children": {"property"}, "must": set(), "may": set()},
    "property": {"children": set(), "must": {"name", "value"}, "may": set()},
    "failure": MESSAGE, "error": MESSAGE, "skipped": MESSAGE,
    "system-out": {"children": set(), "must": set(), "may": set()},
    "system-err": {"children": set(), "must": set(), "may": set()},
}


def check(element):
    """Holds an element and all below it against the rules."""
    rule = RULES[element.tag]
    attributes = set(element.attrib)
    assert rule["must"] <= attributes, f"<{element.tag}> lacks {rule['must'] - attributes}"
    assert attributes <= rule["must"] | rule["may"], f"<{element.tag}> has {attributes - rule['must'] - rule['may']}"
    if "time" in attributes:
        assert re.fullmatch(TIME, element.get("time")), f"no time: {element.get('time')}"
    if "timestamp" in attributes:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", element.get("timestamp")), "no timestamp"
    tags = [child.tag for child in element]
    assert set(tags) <= rule["children"], f"<{element.tag}> holds {set(tags) - rule['children']}"
    if element.tag == "testcase":
        assert sum(tag in ("skipped", "error", "failure") for tag in tags) <= 1, "a case has two outcomes"
    for child in element:
        check(child)


def junit(paths, record):
    """junitparser, and the rules above."""
    from junitparser import Error, Failure, JUnitXml, Skipped

    root = xml.etree.ElementTree.fromstring(paths[0].read_bytes())
    equal(root.tag, "testsuites", "root")
    check(root)
    report = JUnitXml.fromstring(paths[0].read_bytes())
    suites = list(report)
    equal(len(suites), 1, "number of suites")
    cases = list(suites[0])
    equal([case.name for case in cases], [printable(cell.id) for cell in record.cells], "names of cases")
    for case, cell in zip(cases, record.cells):
        kinds = [type(result) for result in case.result]
        expected = [Failure] if cell.failed else [] if cell.finished else [Skipped]
        equal(kinds, expected, f"outcome of {cell.id}")
        if cell.failed:
            equal(case.result[0].message, printable(cell.result["failure"]["reason"]), "message")
        if not cell.is_timed:
            equal(case.time, None, f"time of {cell.id}")
        else:
            seconds = sum(item["duration"] for item in cell.performance) / 1e9
            assert abs(case.time - seconds) < 1e-3, f"time {case.time} is not {seconds}"
    results = [result for case in cases for result in case.result]
    counts = [sum(isinstance(result, kind) for result in results) for kind in (Failure, Error, Skipped)]
    equal([suites[0].tests, suites[0].failures, suites[0].errors, suites[0].skipped], [len(cases), *counts], "counts")
    equal([int(root.get(name)) for name in ("tests", "failures", "errors")], [len(cases), *counts[:2]], "counts of the root")
    properties = {item.name: item.value for item in suites[0].properties()}
    equal(properties["machine.cpu"], record.content["machine"]["cpuModel"], "CPU")
