import Foundation
import Testing

@testable import Energy

/// An answer that is of no use, and the words that must be said about it.
private struct BadAnswer: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let page: RedfishService.Page
  let says: String

  init(_ description: String, _ page: RedfishService.Page, says: String) {
    testDescription = description
    self.page = page
    self.says = says
  }

  static let all: [BadAnswer] = [
    .init("404", .init(status: 404), says: "/redfish/v1/Chassis/1/Power does not exist (404)."),
    .init("500", .init(status: 500), says: "failed (500): the controller is busy or broken"),
    .init("503", .init(status: 503), says: "failed (503)"),
    .init("418", .init(status: 418), says: "the HTTP status 418"),
    .init("an empty body", .init(body: ""), says: "what is no JSON object"),
    .init("garbage", .init(body: "\u{1b}[31m<html>"), says: "what is no JSON object"),
    .init("an array", .init(body: "[1, 2]"), says: "what is no JSON object"),
    .init(
      "half a document", .init(body: #"{"PowerControl": [{"PowerConsumedWatts": 3"#), says: "what is no JSON object"),
    .init("a deep document", .init(body: String(repeating: "[", count: 500_000)), says: "what is no JSON object"),
    .init("a deep object", .init(body: String(repeating: #"{"Id":"#, count: 100_000)), says: "what is no JSON object"),
    .init("another document", .init(body: #"{"Id": "Power"}"#), says: "tells no power at the moment"),
    .init("null", .init(body: RedfishPages.power("null")), says: "tells no power at the moment"),
    .init("a text", .init(body: RedfishPages.power("\"344\"")), says: "tells no power at the moment"),
    .init("no entries", .init(body: #"{"PowerControl": []}"#), says: "tells no power at the moment"),
    .init("a negative power", .init(body: RedfishPages.power("-5")), says: "a power of -5.0 W, which makes no sense"),
    .init("1e300 W", .init(body: RedfishPages.power("1e300")), says: "a power of 1e+300 W, which makes no sense"),
    .init("1e999 W", .init(body: RedfishPages.power("1e999")), says: "tells no power"),
    .init("slow", .init(body: RedfishPages.power("344"), manner: "slow"), says: "did not answer within 1 s"),
    .init("stalled", .init(manner: "stall"), says: "did not answer within 1 s"),
    .init("cut short", .init(body: RedfishPages.power("344"), manner: "cut"), says: "in the middle of its answer"),
    .init("huge", .init(body: String(repeating: " ", count: 2_000_000)), says: "more than 1 MiB"),
    .init("endless", .init(body: String(repeating: " ", count: 10_000), manner: "endless"), says: "more than 1 MiB"),
    .init("no HTTP", .init(body: "SSH-2.0-OpenSSH_9.2\r\n", manner: "raw"), says: "what is no HTTP"),
  ]
}

@Suite("RedfishFault", .enabled(if: RedfishService.canRun, Comment(rawValue: RedfishService.needs)))
struct RedfishFaultTests {
  private static func settings(_ port: Int, _ path: String = "") -> RedfishSettings {
    RedfishSettings(
      url: "http://127.0.0.1:\(port)\(path)", credentials: .environment(prefix: "ASSAY_TEST_NONE"), patience: 1)
  }

  private func check(_ reason: String, says words: String) {
    #expect(reason.contains(words), "\(reason)")
    #expect(reason.contains("http://127.0.0.1:"))
    #expect(reason.utf8.count < 400 && reason.hasSuffix("."), "\(reason)")
    #expect(reason.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value < 127 })
  }

  @Test(
    "An answer that is of no use leaves a gap with a reason, and the next one is as good as any",
    arguments: BadAnswer.all)
  private func late(bad: BadAnswer) throws {
    let good = RedfishPages.service(["1"], RedfishPages.chassis("1", power: RedfishPages.power("344")))
    let service = try RedfishService(good)
    let rig = MeterRig(RedfishMeter(Self.settings(service.port)))
    defer { rig.close() }
    rig.step(1)
    try service.serve(good.merging(["/redfish/v1/Chassis/1/Power": bad.page]) { $1 })
    rig.step(1)
    let fault = try #require(rig.events.first)
    #expect(fault.kind == .fault)
    check(fault.text, says: bad.says)
    let begin = rig.time
    try service.serve(good)
    for _ in 0..<6 { rig.step(1) }
    #expect(rig.events.count == 1, "\(rig.events)")
    let energy = try #require(rig.energy(from: begin + 1_000_000_000).measured)
    #expect(abs(energy.joules - 5 * 344) < 1e-6)
  }

  @Test("A server that fails from the beginning is no meter")
  func early() throws {
    let cases: [(RedfishPages.Pages, String, String)] = [
      ([:], "", "/redfish/v1/ does not exist (404)"),
      (["/redfish/v1/": .init(body: "{}")], "", "names no chassis"),
      (RedfishPages.service([]), "", "None of the 0 chassis of"),
      (RedfishPages.service(["1"], RedfishPages.chassis("1")), "", "None of the 1 chassis of"),
      (
        RedfishPages.service(["1"], RedfishPages.chassis("1", environment: RedfishPages.environment("null"))), "",
        "None of the 1 chassis of"
      ),
      (RedfishPages.usual("null"), "/redfish/v1/Chassis/1U/EnvironmentMetrics", "holds no power in watts: it is null"),
      (RedfishPages.usual(), "/redfish/v1/Chassis/2", "/redfish/v1/Chassis/2 does not exist (404)"),
      (
        RedfishPages.service(["1"], RedfishPages.chassis("1", environment: "{}")).merging(
          ["/redfish/v1/Chassis/1/EnvironmentMetrics": .init(status: 503)]) { $1 }, "", "failed (503)"
      ),
    ]
    for (pages, path, words) in cases {
      let service = try RedfishService(pages)
      check(RedfishMeter(Self.settings(service.port, path)).availability().text, says: words)
    }
  }

  @Test("Where nobody listens the reason says so")
  func nobody() throws {
    let daemon = try PTDaemonStandIn()
    daemon.end()
    check(
      RedfishMeter(Self.settings(Int(daemon.port))).availability().text,
      says: "cannot be connected to (Connection refused)")
  }

  @Test("HTTPS where there is none is told")
  func plainServer() throws {
    let service = try RedfishService(RedfishPages.usual())
    let settings = RedfishSettings(
      url: "https://127.0.0.1:\(service.port)", credentials: .environment(prefix: "ASSAY_TEST_NONE"), patience: 5)
    #expect(RedfishMeter(settings).availability().text.contains("does not speak TLS 1.2"))
  }
}
