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

  @Test("Meters have names of their own, given or numbered")
  func names() throws {
    func names(_ words: String...) throws -> [String] { try MeterWords.meters(words).map(\.name) }
    #expect(try names() == [])
    #expect(try names("exec:a", "csv:b", "exec:c", "csv:d", "exec:e") == ["exec", "csv", "exec-2", "csv-2", "exec-3"])
    #expect(try names("exec:A=1 b", "wall=exec:a=b", "Rack_2.b=csv:c:d=e") == ["exec", "wall", "Rack_2.b"])
    // A number that is taken is not given again, wherever it stands.
    #expect(try names("exec:a", "exec:b", "exec-2=csv:c") == ["exec", "exec-3", "exec-2"])
    let long = String(repeating: "n", count: 40)
    #expect(try names("\(long)=exec:a") == [long])
    #expect(throws: MeterFault("Two meters have the name wall: give them two.")) {
      try names("wall=exec:a", "wall=csv:b")
    }
    // The name is in reasons, too.
    #expect(try MeterWords.meter("wall=exec:echo x").availability().text.contains("of the meter wall printed"))
  }

  @Test("No meter of the user's has the name of one that Assay knows")
  func builtIn() throws {
    let system = try FakeSystem(["/sys/class/hwmon/hwmon0/name": "ina226", "/sys/class/hwmon/hwmon0/power1_input": "1"])
    let settings = MeterSettings(
      root: system.root, words: ["exec:a", "csv:b"], ipmiHost: try IPMIHost("h"),
      redfish: RedfishSettings(url: "https://h"), ptdaemon: try PTDaemonSettings("h"))
    let all = try EnergyMeters.all(settings).map(\.name) + EnergyMeters.all().map(\.name)
    #expect(all.contains("hwmon-ina226") && all.contains("redfish") && all.contains("ptdaemon") && all.contains("csv"))
    for name in all {
      #expect(throws: MeterFault.self, "\(name)") { try MeterWords.meter("\(name)=exec:a") }
    }
  }

  @Test(
    "What makes no meter is told in a sentence",
    arguments: [
      ("", "\"\" is no kind"), ("exec", "no command"), ("exec:", "no command"), ("exec: \n", "no command"),
      ("csv:", "no file"),
      ("csv", "no file"), ("Exec:true", "\"Exec\" is no kind"), ("true", "\"true\" is no kind"),
      ("\u{1b}[31m:x", "\"[31m\" is no kind"), ("csv:a\0b", "no file"), (":x", "\"\" is no kind"),
      ("=exec:a", "\"\" is no name"), ("a b=exec:a", "\"a b\" is no name"), ("ü=csv:a", "\"\" is no name"),
      ("a=b=exec:a", "\"b=exec\" is no kind"), ("a/b=csv:x", "\"a/b\" is no name"),
      ("\(String(repeating: "n", count: 41))=exec:a", "up to 40 letters"), ("wall=exec:", "no command"),
      ("redfish=exec:a", "name of another meter"), ("hwmon-x=exec:a", "name of another meter"),
    ])
  func faults(word: String, says: String) {
    let fault = #expect(throws: MeterFault.self) { try MeterWords.meter(word) }
    #expect(fault?.reason.contains(says) == true, "\(fault?.reason ?? "")")
    #expect(fault?.reason.hasSuffix(".") == true && (fault?.reason.utf8.count ?? 400) < 400)
  }
}
