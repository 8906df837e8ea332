import MLPerf
import Testing

@Suite struct PowerFileTests {
  /// 2026-11-22T10:44:24.477Z.
  @Test func linesAreThoseOfPTDaemonWithTheTrueSource() {
    let lines = [
      PowerFile.Line(time: 1_795_344_264_477_000_000, watts: 123.25), .init(time: 1_795_344_265_477_000_000, watts: 99),
    ]
    let file = PowerFile(source: "powercap-rapl", lines: lines).file
    #expect(file.name == "spl.txt")
    #expect(
      String(decoding: file.bytes, as: UTF8.self) == """
        Time,11-22-2026 10:44:24.477,Watts,123.25,Volts,-1,Amps,-1,PF,-1,Mark,powercap-rapl
        Time,11-22-2026 10:44:25.477,Watts,99,Volts,-1,Amps,-1,PF,-1,Mark,powercap-rapl

        """)
  }

  @Test func aNameCannotBreakTheFields() {
    let file = PowerFile(source: "modelled linear idle=1 W, max=2 W\n", lines: [.init(time: 0, watts: 1)]).file
    let text = String(decoding: file.bytes, as: UTF8.self)
    #expect(text.split(separator: ",").count == 12)
    #expect(text.count { $0 == "\n" } == 1)
  }
}
