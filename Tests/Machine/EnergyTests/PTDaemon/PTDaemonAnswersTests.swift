import Testing

@testable import Energy

@Suite("PTDaemonAnswers")
struct PTDaemonAnswersTests {
  @Test(
    "Versions of the known protocol",
    arguments: [
      ("1.9.1", true), ("1.9.2", true), ("1.10.0", true), ("1.11.0", true), ("1.9.0", false), ("1.9", false),
      ("1.8.5", false),
      ("2.0.0", false), ("2.10.0", false), ("0.10.0", false), ("", false), ("x", false), ("1", false),
      ("1.99999999999999999999.1", false),
    ])
  func versions(version: String, isKnown: Bool) {
    #expect(PTDaemonAnswers.isKnown(version: version) == isKnown)
  }

  @Test(
    "Times are those of the calendar",
    arguments: [
      ("01-01-1970 00:00:00.000", 0), ("02-29-2000 00:00:00", 951_782_400), ("03-01-2000 00:00:00.5", 951_868_800.5),
      ("12-31-2023 23:59:59.999", 1_704_067_199.999), ("01-10-2023 20:46:01.787", 1_673_383_561.787),
      ("02-28-2100 12:00:00.000", 4_107_499_200),
    ] as [(String, Double)])
  func times(text: String, seconds: Double) {
    let sample = PTDaemonAnswers.sample("Time,\(text),Watts,23.850000,Volts,247.92,Amps,0.198110,PF,0.4855")
    #expect(sample == .init(stamp: Int64((seconds * 1000).rounded()) * 1_000_000, watts: 23.85))
  }

  @Test(
    "What is no sample",
    arguments: [
      "", "Time", "Time,01-01-2023 00:00:00.000,Watts", "Time,01-01-2023 00:00:00.000,Watts,", "Time,,Watts,5",
      "Time,01-01-2023,Watts,5", "Time,01-01-2023 25:00:00,Watts,5", "Time,01-01-2023 00:00,Watts,5", "Watts,5,Time,x",
      "Time,01-01-2023 00:00:00.0000000001,Watts,5", "Time,+1-01-2023 00:00:00,Watts,5",
      "Time,00-01-2023 00:00:00,Watts,5",
      "Time,01-01-2023 00:00:00.000,Volts,5", "Time,01-01-2023 00:00:00.,Watts,5", "Time,01-01-2023 00:61:00,Watts,5",
    ])
  func noSample(line: String) { #expect(PTDaemonAnswers.sample(line) == nil) }

  @Test(
    "The largest uncertainty is a share, where it is known",
    arguments: [
      ("Uncertainty,0.006264,0.006105,0.009201,692,0,692,0", 0.009201), ("Uncertainty,-1,-1,-1,3,0,0,3", nil),
      ("Uncertainty,0,0,0,0,0,0,0", nil), ("Uncertainty,nan,nan,nan,1,0,1,0", nil),
      ("Uncertainty,0.5,0.1,7,1,0,1,0", nil),
      ("Uncertainty,0.5,0.1,0.2,1,0,1,0", nil), ("Uncertainty", nil), ("Watts,0.1,0.1,0.1", nil),
    ] as [(String, Double?)])
  func uncertainty(line: String, share: Double?) { #expect(PTDaemonAnswers.uncertainty(line) == share) }

  @Test("Ranges that were fixed can be put back")
  func ranges() throws {
    let ranges = try #require(PTDaemonAnswers.ranges("Ranges,0,2.5,1,300"))
    #expect(ranges.amperes == .init(isAutomatic: false, fixed: 2.5))
    #expect(ranges.volts == .init(isAutomatic: true, fixed: nil))
    #expect(PTDaemonAnswers.ranges("Ranges,-1,-1.0,-1,-1.0")?.amperes == .init(isAutomatic: nil, fixed: nil))
    #expect(PTDaemonAnswers.ranges("Ranges,a,b,c,d") == nil)
    #expect(PTDaemonAnswers.ranges("Error") == nil)
  }

  @Test(
    "The interval that the daemon took is read from its answer",
    arguments: [
      (PTDaemonStandIn.start, 1), ("Starting untimed measurement", nil), ("at 250ms", 0.25), ("at ms", nil),
      ("at 0ms", nil),
    ] as [(String, Double?)])
  func interval(line: String, seconds: Double?) { #expect(PTDaemonAnswers.interval(line) == seconds) }
}
