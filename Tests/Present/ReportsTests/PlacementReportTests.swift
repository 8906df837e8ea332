import Placements
import Testing

@testable import Reports

@Suite struct PlacementReportTests {
  private static let layout = PlacementLayout(
    instances: [
      .init(pus: [0, 8, 2, 10], nodes: [0]), .init(pus: [16, 24, 18, 26], nodes: [1]), .init(pus: [40], nodes: []),
    ], words: "scatter", departures: [.partialCacheGroup])

  @Test func threeInstances() throws {
    try expectSnapshot(PlacementReport(Self.layout, cacheGroups: [[0, 1], [2, 3], [5]]).text, "placement")
  }

  @Test("A rule that is kept is not spoken of")
  func noDepartures() {
    let text = PlacementReport(
      PlacementLayout(instances: [.init(pus: [3], nodes: [0])], words: "3", departures: []), cacheGroups: [[]]
    ).text
    #expect(text.hasSuffix("  likwid-pin -c 3\n"))
    #expect(text.contains("placement  1 instance, 1 thread\n"))
  }

  @Test("Each departure has a sentence of its own")
  func departures() {
    let all = PlacementLayout.Departure.allCases
    let text = PlacementReport(
      PlacementLayout(instances: [.init(pus: [3, 3], nodes: [0])], words: "x", departures: all), cacheGroups: [[0]],
      style: ReportStyle(width: 160)
    ).text
    let lines = text.split(separator: "\n").suffix(all.count)
    #expect(lines.map { String($0.split(separator: " ")[0]) } == all.map(\.rawValue))
    #expect(Set(lines.map { $0.drop { $0 != "." && !$0.isUppercase } }).count == all.count)
  }

  @Test("Lines to paste stay whole however narrow the screen is")
  func commandsAreNotWrapped() {
    let pus = Array(stride(from: 0, to: 120, by: 2))
    let layout = PlacementLayout(instances: [.init(pus: pus, nodes: [0])], words: "compact", departures: [])
    let text = PlacementReport(layout, cacheGroups: [[0]], style: ReportStyle(width: 40)).text
    #expect(text.split(separator: "\n").contains { $0 == "  \(layout.commands[0].taskset)" })
  }
}
