import Testing

@testable import Reports

@Suite struct TextTableTests {
  var table: TextTable {
    var table = TextTable([
      .init("name", isShortenable: true), .init("time", unit: "ms", .right), .init("p90", .right, dropOrder: 1),
      .init("speed-up", .right, dropOrder: 2),
    ])
    table.add(row: ["a fairly long name of a node in a network", "1.5", "10", "1.00×"])
    table.add(row: ["b", "123.25", "9", "12.50×"])
    return table
  }

  @Test(
    "Gaps shrink, columns go, texts are cut, in this order",
    arguments: [
      (80, "time ms  p90"), (62, "time ms p90 speed-up"), (56, "time ms p90"), (50, "time ms"), (40, "time ms"),
    ])
  func fits(width: Int, expected: String) {
    let lines = table.rendered(ReportStyle(width: width))
    #expect(lines[0].contains(expected))
    #expect(lines.allSatisfy { $0.displayWidth <= width })
    #expect(lines[1].contains("…") == (width == 40))
    #expect(lines[0].contains("speed-up") == (width > 56))
    #expect(lines.contains { $0.contains("Hidden for want of width") } == (width <= 56))
  }

  @Test func whatFitsAfterAllComesBack() {
    var table = TextTable([.init("node"), .init("wide", dropOrder: 1), .init("narrow", dropOrder: 2)])
    table.add(row: [String(repeating: "n", count: 20), String(repeating: "w", count: 30), "1"])
    let lines = table.rendered(ReportStyle(width: 40))
    #expect(lines[0] == "node                 narrow")
    #expect(lines.last == "Hidden for want of width: wide.")
  }

  @Test func tablesMayBeWiderThanText() {
    let style = ReportStyle(width: 40, tableWidth: 80)
    #expect(table.rendered(style) == table.rendered(ReportStyle(width: 80)))
    #expect(style.paragraph("a word and another, and more than forty columns", lead: "").count == 2)
  }

  @Test func numbersAreAlignedToTheRight() {
    #expect(table.rendered(ReportStyle(width: 80))[1].contains("    1.5   10     1.00×"))
  }

  @Test func rowsNeverMiscount() {
    var table = TextTable([.init("a"), .init("b")])
    table.add(row: ["1"])
    table.add(row: ["1", "2", "3"])
    #expect(table.lines == [.row(["1", ""]), .row(["1", "2"])])
  }

  @Test func wideCharactersTakeTwoColumns() {
    var table = TextTable([.init("name"), .init("n", .right)])
    table.add(row: ["日本", "1"])
    table.add(row: ["e\u{301}ab", "2"])
    #expect(table.rendered(ReportStyle()) == ["name  n", "日本  1", "e\u{301}ab   2"])
  }
}
