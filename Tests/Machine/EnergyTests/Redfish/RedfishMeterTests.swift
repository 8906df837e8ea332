import Foundation
import Testing

@testable import Energy

@Suite("RedfishMeter", .enabled(if: RedfishService.canRun, Comment(rawValue: RedfishService.needs)))
struct RedfishMeterTests {
  /// Settings for a server without secrets.
  private static func settings(_ service: RedfishService, _ path: String = "") -> RedfishSettings {
    RedfishSettings(
      url: "http://127.0.0.1:\(service.port)\(path)", credentials: .environment(prefix: "ASSAY_TEST_NONE"))
  }

  private static func reader(_ pages: RedfishPages.Pages, _ path: String = "") throws -> (RedfishReader, RedfishService)
  {
    let service = try RedfishService(pages)
    return (try RedfishReader(settings(service, path)), service)
  }

  @Test(
    "The power of a server is found from the root of its service, and what its sensor says of itself is reckoned with")
  func usual() throws {
    let (reader, service) = try Self.reader(RedfishPages.usual("374.5"))
    #expect(try reader.read() == [MeterSample(values: [.watts(374.5)])])
    #expect(reader.traits.channels == [.init("1U", .power, resolution: 1)])
    #expect(reader.traits.scope == .machine)
    #expect(reader.traits.updateInterval == 1)
    #expect(reader.traits.relativeError == 0.02)
    #expect(reader.traits.period == 1)
    // All over one connection, and each reading is one question.
    _ = try reader.read()
    #expect(service.seen.filter { $0 == "connection" }.count == 1)
    #expect(service.seen.suffix(2) == Array(repeating: "GET /redfish/v1/Chassis/1U/EnvironmentMetrics", count: 2))
    #expect(
      RedfishMeter(Self.settings(service)).availability()
        == .available(covers: "It covers the chassis 1U (EnvironmentMetrics of http://127.0.0.1:\(service.port))."))
  }

  @Test("Without a sensor that says how often it is read, the update interval is that of the settings")
  func unknownInterval() throws {
    let pages = RedfishPages.service(["1"], RedfishPages.chassis("1", power: RedfishPages.power("344")))
    let service = try RedfishService(pages)
    #expect(try RedfishReader(Self.settings(service)).traits.updateInterval == 2)
    var slow = Self.settings(service)
    slow.updateInterval = 10
    let traits = try RedfishReader(slow).traits
    #expect(traits.updateInterval == 10)
    #expect(traits.relativeError == 0)
  }

  /// A service, and what is read of it.
  private struct Find: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let pages: RedfishPages.Pages
    var path = ""
    let watts: Double
    let chassis: String
    var others: [String] = []

    private typealias P = RedfishPages

    static let all: [Find] = [
      .init(
        testDescription: "Power alone, as on older controllers",
        pages: P.service(["1"], P.chassis("1", power: P.power("344"))), watts: 344, chassis: "1"),
      .init(
        testDescription: "parts of the whole behind it in PowerControl",
        pages: P.service(["1"], P.chassis("1", power: P.power("200", "90", "40"))), watts: 200, chassis: "1"),
      .init(
        testDescription: "the first entry of PowerControl is null",
        pages: P.service(["1"], P.chassis("1", power: P.power("null", "90.5"))), watts: 90.5, chassis: "1"),
      .init(
        testDescription: "EnvironmentMetrics without a reading, Power with one",
        pages: P.service(["1"], P.chassis("1", environment: P.environment("null"), power: P.power("344"))), watts: 344,
        chassis: "1"),
      .init(
        testDescription: "0 W stands for a missing sensor",
        pages: P.service(["1"], P.chassis("1", environment: P.environment("0"), power: P.power("344"))), watts: 344,
        chassis: "1"),
      .init(
        testDescription: "a card within the server is not added",
        pages: P.service(
          ["Card", "Server"], P.chassis("Card", type: "Card", in: "Server", environment: P.environment("70")),
          P.chassis("Server", environment: P.environment("400"))), watts: 400, chassis: "Server", others: ["Card"]),
      .init(
        testDescription: "a card within a tray without a reading within the server",
        pages: P.service(
          ["Card", "Tray", "Server"],
          P.chassis("Card", type: "RackMount", in: "Tray", environment: P.environment("70")),
          P.chassis("Tray", in: "Server"), P.chassis("Server", environment: P.environment("400"))), watts: 400,
        chassis: "Server", others: ["Card"]),
      .init(
        testDescription: "parts that do not say where they are",
        pages: P.service(
          ["A", "B", "C"], P.chassis("A", type: "Module", environment: P.environment("70")),
          P.chassis("B", environment: P.environment("400")), P.chassis("C", environment: P.environment("300"))),
        watts: 400,
        chassis: "B", others: ["A", "C"]),
      .init(
        testDescription: "two chassis that contain each other",
        pages: P.service(
          ["A", "B"], P.chassis("A", in: "B", environment: P.environment("70")),
          P.chassis("B", in: "A", environment: P.environment("80"))), watts: 70, chassis: "A", others: ["B"]),
      .init(
        testDescription: "a chassis that contains itself",
        pages: P.service(["A"], P.chassis("A", in: "A", environment: P.environment("70"))), watts: 70, chassis: "A"),
      .init(
        testDescription: "a chassis that links to what is not there",
        pages: P.service(
          ["1"], P.chassis("1", environment: "{}", power: P.power("344")),
          ["/redfish/v1/Chassis/1/EnvironmentMetrics": .init(status: 404)]), watts: 344, chassis: "1"),
      .init(
        testDescription: "a chassis that the URL names",
        pages: P.service(
          ["A", "B"], P.chassis("A", environment: P.environment("70")), P.chassis("B", environment: P.environment("80"))
        ),
        path: "/redfish/v1/Chassis/B", watts: 80, chassis: "B"),
      .init(
        testDescription: "EnvironmentMetrics that the URL names", pages: P.usual(),
        path: "/redfish/v1/Chassis/1U/EnvironmentMetrics", watts: 374, chassis: "EnvironmentMetrics"),
      .init(
        testDescription: "Power that the URL names", pages: P.usual(), path: "/redfish/v1/Chassis/1U/Power", watts: 344,
        chassis: "Power"),
      .init(
        testDescription: "a sensor that the URL names", pages: P.usual(),
        path: "/redfish/v1/Chassis/1U/Sensors/TotalPower",
        watts: 374, chassis: "TotalPower"),
      .init(
        testDescription: "the root with its path", pages: P.usual(), path: "/redfish/v1/", watts: 374, chassis: "1U"),
      .init(
        testDescription: "a redirection to a slash",
        pages: P.usual().merging(
          [
            "/redfish/v1/Chassis": .init(status: 308, location: "/redfish/v1/Chassis/"),
            "/redfish/v1/Chassis/": P.usual()["/redfish/v1/Chassis"] ?? .init(),
          ]) { $1 }, watts: 374, chassis: "1U"),
      .init(
        testDescription: "links that lead elsewhere are none",
        pages: P.service(
          ["1"], P.chassis("1", power: P.power("344")),
          [
            "/redfish/v1/Chassis": .init(
              body: """
                {"Members": [{"@odata.id": "https://elsewhere/redfish/v1/Chassis/1"}, {"@odata.id": "//elsewhere/x"},
                 {"@odata.id": 7}, {}, {"@odata.id": "/redfish/v1/a b"}, {"@odata.id": "/redfish/v1/Chassis/1"}]}
                """)
          ]), watts: 344, chassis: "1"),
    ]
  }

  @Test("The right resource is chosen", arguments: Find.all)
  private func finds(find: Find) throws {
    let (reader, service) = try Self.reader(find.pages, find.path)
    #expect(try reader.read() == [MeterSample(values: [.watts(find.watts)])])
    #expect(reader.traits.channels.map(\.name) == [find.chassis])
    #expect(reader.search.others == find.others)
    let text = RedfishMeter(Self.settings(service, find.path)).availability().text
    for other in find.others { #expect(text.contains(other) && text.contains("is not added"), "\(text)") }
    #expect(text.utf8.count < 400 && text.hasSuffix("."))
  }

  @Test("A recorded power curve gives its joules")
  func curve() throws {
    let service = try RedfishService(RedfishPages.usual("60"))
    let rig = MeterRig(RedfishMeter(Self.settings(service)))
    defer { rig.close() }
    for second in 1...90 {
      // The controller reads its sensor each second and answers from what it read half a second ago.
      try rig.step(1) {
        let watts = RecordedCurve.step.watts(Double(second) - 0.5)
        try service.serve(RedfishPages.usual("\(Int(watts.rounded()))"))
      }
    }
    #expect(rig.events.isEmpty)
    // Asked once a second for what may be two seconds old, a step of 120 W is known to 200 J or so.
    try RecordedCurve.step.expect(below: 0.15) { rig.energy(from: $0 + 1_000_000_000, to: $1 + 1_000_000_000) }
  }
}
