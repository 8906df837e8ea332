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

  @Test func lettersFollowKindsAndMarkOnlyTheirCells() {
    let cells = [cell(1, steal: 0, settled: false), cell(2, steal: 0.3, settled: false), cell(4, steal: 0)]
    let notes = NoteList(cells)
    #expect(notes.notes.map(\.mark) == ["a", "b"])
    #expect(cells.map(notes.marks) == ["b", "a b", ""])
  }
}
