"""The document docs/onnx-support.md: what the node tests showed, operator by operator."""
from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from onnxtools.cases import Case
from onnxtools.judge import Judgement, Verdict

Results = Mapping[str, Sequence[tuple[Case, Judgement]]]

HEAD = """# ONNX operators: what Assay computes, and what it refuses

Written by `scripts/onnx-conformance --update` from the ONNX project's own {count} backend node tests (package `onnx`
{version}); change nothing here by hand. Every test runs in a process of its own through `assay infer` and is judged by ONNX's
own rule: number, shapes and types of the outputs, values within a relative 1e-3 and an absolute 1e-7.

- **passed**: the right answer.
- **refused**: Assay said in one sentence that it does not do this (exit code 65 or 69), or no .npy file can carry the test's
  tensors. For claimed operators the reason has to be one of those listed in `scripts/onnxtools/conformance-reasons.toml`.
- **differs**: another answer than the test's, namely the one listed in that file with the reason for it.
- **failed**: anything else: a wrong answer, a refusal for no listed reason, a crash, a hang. `scripts/onnx-conformance` ends
  with exit code 1 where there is one.

A test whose name holds `_expanded` is the same test with the operator written out in simpler ones; it counts for the operator.
"""
SHOWN = (Verdict.PASSED, Verdict.REFUSED, Verdict.DIFFERS, Verdict.FAILED)


def escape(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "\\<").replace("*", "\\*")


def counts(judged: Sequence[tuple[Case, Judgement]]) -> tuple[int, ...]:
    """How many showed each verdict."""
    tally = Counter(judgement.verdict for _, judgement in judged)
    return tuple(tally[verdict] for verdict in SHOWN)


def columns(results: Results) -> str:
    """The heads of the columns with the counts of each engine."""
    return " | ".join(f"{engine}: " + " | ".join(verdict.value for verdict in SHOWN) for engine in results)


def reasons(judged: Mapping[str, Sequence[tuple[Case, Judgement]]]) -> str:
    """Why tests of an operator do not pass, each reason once, the most frequent one first."""
    found = Counter(judgement.reason for pairs in judged.values() for _, judgement in pairs if judgement.reason)
    return escape("; ".join(reason for reason, _ in found.most_common()))


def totals(results: Results, claimed: frozenset[str]) -> list[str]:
    """One row for each engine, over all tests and over those of claimed operators."""
    lines = [
        "| engine | tests | " + " | ".join(verdict.value for verdict in SHOWN) + " |",
        "| --- | ---: |" + " ---: |" * len(SHOWN),
    ]
    for engine, judged in results.items():
        own = [pair for pair in judged if pair[0].operator in claimed]
        for label, pairs in ((f"{engine}, claimed operators", own), (f"{engine}, all operators", judged)):
            lines.append(f"| {label} | {len(pairs)} | " + " | ".join(map(str, counts(pairs))) + " |")
    return lines


def by_operator(results: Results) -> dict[str, dict[str, list[tuple[Case, Judgement]]]]:
    """Operator, then engine, then its tests."""
    table: dict[str, dict[str, list[tuple[Case, Judgement]]]] = defaultdict(lambda: {engine: [] for engine in results})
    for engine, judged in results.items():
        for case, judgement in judged:
            table[case.operator][engine].append((case, judgement))
    return dict(sorted(table.items()))


def merged(results: Results) -> dict[str, dict[str, Judgement]]:
    """Test, then engine, for the tests that do not pass everywhere."""
    table: dict[str, dict[str, Judgement]] = defaultdict(dict)
    for engine, judged in results.items():
        for case, judgement in judged:
            if judgement.verdict is not Verdict.PASSED:
                table[case.name][engine] = judgement
    return dict(sorted(table.items()))


def operator_table(results: Results, claimed: frozenset[str]) -> list[str]:
    """One row for each claimed operator."""
    engines = list(results)
    lines = [
        "| operator | tests | " + columns(results) + " | why not all passed |",
        "| --- | ---: |" + " ---: |" * (len(SHOWN) * len(engines)) + " --- |",
    ]
    for operator, judged in by_operator(results).items():
        if operator in claimed:
            cells = [str(number) for engine in engines for number in counts(judged[engine])]
            lines.append(f"| {operator} | {len(judged[engines[0]])} | " + " | ".join(cells) + f" | {reasons(judged)} |")
    return lines


def exception_table(results: Results, operators: frozenset[str]) -> list[str]:
    """The tests of these operators that do not pass, each with the reason."""
    operator_of = {case.name: case.operator for judged in results.values() for case, _ in judged}
    lines = ["| test | operator | engine | outcome | why |", "| --- | --- | --- | --- | --- |"]
    for name, judgements in merged(results).items():
        if operator_of[name] not in operators:
            continue
        groups: dict[Judgement, list[str]] = defaultdict(list)
        for engine, judgement in judgements.items():
            groups[judgement].append(engine)
        for judgement, engines in groups.items():
            who = "all" if len(engines) == len(results) else ", ".join(engines)
            why = escape(judgement.reason)
            lines.append(f"| {name} | {operator_of[name]} | {who} | {judgement.verdict.value} | {why} |")
    return lines if len(lines) > 2 else ["None."]


def unclaimed_table(results: Results, claimed: frozenset[str]) -> list[str]:
    """One row for each operator that is not claimed, with the sentence that most of its tests end in."""
    engines = list(results)
    lines = [
        "| operator | tests | " + columns(results) + " | why |",
        "| --- | ---: |" + " ---: |" * (len(SHOWN) * len(engines)) + " --- |",
    ]
    for operator, judged in by_operator(results).items():
        if operator in claimed:
            continue
        cells = [str(number) for engine in engines for number in counts(judged[engine])]
        reasons = Counter(judgement.reason for pairs in judged.values() for _, judgement in pairs if judgement.reason)
        why = reasons.most_common(1)[0][0] if reasons else ""
        lines.append(
            f"| {escape(operator)} | {len(judged[engines[0]])} | " + " | ".join(cells) + f" | {escape(why)} |")
    return lines


def document(results: Results, claimed: frozenset[str], version: str) -> str:
    """The whole document."""
    count = len(next(iter(results.values())))
    failures = [name for name, found in merged(results).items() if any(
        judgement.verdict is Verdict.FAILED for judgement in found.values())]
    parts = [
        HEAD.format(count=count, version=version), "## Totals\n", "\n".join(totals(results, claimed)),
        "\n## Claimed operators\n", "\n".join(operator_table(results, claimed)),
        "\n## Tests of claimed operators that do not pass\n", "\n".join(exception_table(results, claimed)),
        "\n## Operators that are not claimed\n\n"
        "Their `_expanded` tests pass where the simpler operators are claimed ones.\n",
        "\n".join(unclaimed_table(results, claimed)),
    ]
    if any(name for name in failures):
        parts.append(f"\nTests that failed: {', '.join(failures)}.")
    return "\n".join(parts) + "\n"
