import Analysis
import NumericFormats
import Records
import Testing

@testable import Reports

@Suite struct NoteListTests {
  func cell(_ threads: Int, steal: Double, settled: Bool = true) -> CellSummary {
    CellSummary(
      of: Sample.performance(
        Sample.cell("resnet50", .fp32, threads: threads, .performance(.offline)), milliseconds: 5, count: 5,
        steal: steal, settled: settled))
  }

  @Test func worstOfAllCellsIsNamedOnce() {
    let notes = NoteList([cell(1, steal: 0.02), cell(2, steal: 0.3), cell(4, steal: 0.05)])
    #expect(notes.notes.map(\.mark) == ["a"])
    #expect(notes.notes.first?.text.contains("up to 30.0 % of the CPU time") == true)
  }

  @Test func differingRoundsAreNamedByTheirMedians() {
    func cell(_ threads: Int, _ slowdown: Double) -> CellSummary {
      var result = Sample.performance(
        Sample.cell("resnet50", .fp32, threads: threads, .performance(.singleStream)), milliseconds: 5, count: 5)
      for index in result.rounds.indices {
        let latency = Int64(index == 1 ? 5e6 * slowdown : 5e6)
        result.rounds[index].performance?.latencies = [latency]
      }
      return CellSummary(of: result)
    }
    let cells = [cell(1, 1.2), cell(2, 1.5), cell(4, 1.05)]
    let notes = NoteList(cells)
    #expect(cells.map(notes.marks) == ["a", "a", ""])
    #expect(notes.notes.first?.text.hasPrefix("rounds differ: p50 from 5.000 to 7.500 ms. ") == true)
  }

  @Test func lettersFollowKindsAndMarkOnlyTheirCells() {
    let cells = [cell(1, steal: 0, settled: false), cell(2, steal: 0.3, settled: false), cell(4, steal: 0)]
    let notes = NoteList(cells)
    #expect(notes.notes.map(\.mark) == ["a", "b"])
    #expect(cells.map(notes.marks) == ["b", "a b", ""])
  }
}
