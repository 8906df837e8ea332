import Energy
import Records
import Testing

@testable import Analysis

@Suite struct MeterEventTests {
  /// A round whose meters say what happened.
  private static func round(_ index: Int, _ events: [(source: String, event: PowerEvent)]) -> Round {
    var round = Sample.round(index, Sample.performance())
    round.performance?.meters = events.map {
      MeteredWindow(source: $0.source, scope: .processor, energy: .unavailable(reason: "Lost."), events: [$0.event])
    }
    return round
  }

  @Test func eachIsToldOnceWithItsRounds() {
    let gap = PowerEvent(.gap, time: 5, "Not read for 3 s.")
    let later = PowerEvent(.gap, time: 9, "Not read for 3 s.")
    let reset = PowerEvent(.reset, time: 7, "Began anew.")
    let events = MeterEvent.all(in: [
      Self.round(0, [("rapl", gap), ("rapl", later)]), Self.round(1, []),
      Self.round(2, [("rapl", gap), ("wall", gap)]),
      Self.round(3, [("rapl", reset)]),
    ])
    #expect(events.map(\.source) == ["rapl", "wall", "rapl"])
    #expect(events.map(\.kind) == [.gap, .gap, .reset])
    #expect(events.map(\.rounds) == [[0, 2], [2], [3]])
  }

  @Test func aCellTellsThoseOfItsRounds() {
    let event = PowerEvent(.suspend, time: 1, "The machine slept for 9 s.")
    let summary = CellSummary(of: Sample.result(rounds: [Self.round(0, [("rapl", event)])]))
    #expect(summary.meterEvents.map(\.text) == ["The machine slept for 9 s."])
    #expect(CellSummary(of: Sample.result(rounds: [Sample.round(0, Sample.performance())])).meterEvents.isEmpty)
  }
}
