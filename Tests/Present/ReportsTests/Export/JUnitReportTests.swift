import Foundation
import Records
import Testing

@testable import Reports

/// The writer that runs and verdicts share.
@Suite struct JUnitReportTests {
  /// What verdicts will look like.
  @Test func outcomes() {
    let text = JUnitReport(
      name: "assay gate",
      suites: [
        .init(
          name: "gate", startedAt: "2025-03-01T12:00:00Z", properties: [("limit", "3 %"), ("a&b", "<c>")],
          cases: [
            JUnitCase(name: "a", className: "w", seconds: 1.5),
            JUnitCase(
              name: "b", className: "w", seconds: 2,
              outcome: .failed(type: "regression", message: "p50 +5 % > 3 %", details: ["one", "<two>"])),
            JUnitCase(name: "c", className: "w", outcome: .skipped(message: "inconclusive")),
            JUnitCase(
              name: "d", className: "w", outcome: .error(type: "environment", message: "unfit"), output: ["o\n1", "o2"]),
          ]), .init(name: "other", startedAt: "yesterday", cases: []),
      ]
    ).text
    #expect(
      text == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="assay gate" tests="4" failures="1" errors="1" time="3.500">
          <testsuite name="gate" tests="4" failures="1" errors="1" skipped="1" time="3.500" timestamp="2025-03-01T12:00:00">
            <properties>
              <property name="limit" value="3 %"/>
              <property name="a&amp;b" value="&lt;c&gt;"/>
            </properties>
            <testcase name="a" classname="w" time="1.500"/>
            <testcase name="b" classname="w" time="2.000">
              <failure message="p50 +5 % &gt; 3 %" type="regression">one
        &lt;two&gt;</failure>
            </testcase>
            <testcase name="c" classname="w">
              <skipped message="inconclusive"/>
            </testcase>
            <testcase name="d" classname="w">
              <error message="unfit" type="environment"/>
              <system-out>o\u{FFFD}1
        o2</system-out>
            </testcase>
          </testsuite>
          <testsuite name="other" tests="0" failures="0" errors="0" skipped="0">
          </testsuite>
        </testsuites>

        """)
  }

  @Test func aRunIsASuite() throws {
    let text = try ExportSample.text(Sample.busy, "junit")
    #expect(text.contains("tests=\"8\" failures=\"1\" errors=\"0\" skipped=\"1\""))
    #expect(text.contains("<failure message=\"killed by signal 11 (SIGSEGV)\" type=\"failed\">loading weights"))
    #expect(text.contains("<skipped message=\"not finished: 0 of 3 rounds\"/>"))
    let emulated = text.split(separator: "\n").filter { $0.contains("<testcase") && $0.contains("fidelity") }
    #expect(emulated.count == 3 && emulated.allSatisfy { !$0.contains("time=") })
  }

  @Test(arguments: [-1, .nan, .infinity, 1e12]) func whatIsNoTimeIsLeftOut(seconds: Double) {
    let text = JUnitReport(
      name: "n", suites: [.init(name: "s", cases: [JUnitCase(name: "a", className: "b", seconds: seconds)])]
    ).text
    #expect(!text.contains("time="))
  }
}
