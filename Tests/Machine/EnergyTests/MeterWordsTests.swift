import Energy
import MachineTestSupport
import Testing

@Suite("MeterWords")
struct MeterWordsTests {
  @Test("A word makes its meter, with everything after the first colon")
  func meters() throws {
    let exec = try MeterWords.meter("exec:printf 'a:b\\n'; exit 3")
    #expect(exec is ExecMeter && exec.name == "exec")
    #expect(exec.availability().text.contains("printed \"a:b\""))
    let system = try FakeSystem(["/a:b.csv": "time,volts\n"])
    let csv = try MeterWords.meter("csv:\(system.root)/a:b.csv")
    #expect(csv is CSVMeter && csv.name == "csv")
    #expect(csv.availability().text.contains("a:b.csv is \"time,volts\""))
  }

  @Test(
    "What makes no meter is told in a sentence",
    arguments: [
      ("", "\"\" is no kind"), ("exec", "no command"), ("exec:", "no command"), ("exec: \n", "no command"),
      ("csv:", "no file"),
      ("csv", "no file"), ("Exec:true", "\"Exec\" is no kind"), ("true", "\"true\" is no kind"),
      ("\u{1b}[31m:x", "\"[31m\" is no kind"), ("csv:a\0b", "no file"), (":x", "\"\" is no kind"),
    ])
  func faults(word: String, says: String) {
    let fault = #expect(throws: MeterFault.self) { try MeterWords.meter(word) }
    #expect(fault?.reason.contains(says) == true, "\(fault?.reason ?? "")")
    #expect(fault?.reason.hasSuffix(".") == true && (fault?.reason.utf8.count ?? 400) < 400)
  }
}
