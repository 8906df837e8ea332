import Testing

@testable import Reports

@Suite struct SparklineTests {
  @Test(
    arguments: [
      ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"), ([5], "▅"), ([], ""), ([2, 2, 2], "▅▅▅"), ([-1, 1], "▁█"),
      ([1e300, -1e300], "█▁"),
    ] as [([Double], String)])
  func values(values: [Double], line: String) {
    #expect(Sparkline.lines(values, marks: [], width: 80) == (line, ""))
  }

  @Test func manyValuesShareColumns() {
    let (line, marks) = Sparkline.lines(
      [0, 0, 0, 0, 1, 1, 1, 1], marks: [(4, "×"), (5, "+"), (7, "+"), (99, "!")], width: 4)
    // The mark of the first of a column stays.
    #expect(line == "▁▁██" && marks == "  ×+")
  }

  @Test(arguments: 1...40)
  func everyMarkIsUnderItsValue(width: Int) {
    for index in 0..<37 {
      var values = Array(repeating: 0.0, count: 37)
      values[index] = 1
      let (line, marks) = Sparkline.lines(values, marks: [(index, "×")], width: width)
      #expect(line.count == min(width, 37))
      let column = marks.count - 1
      // The only column that is higher than the lowest; a single column is flat.
      #expect(width == 1 || Array(line)[column] == line.max())
    }
  }
}
