/// A line of block characters, one a value or a few neighbouring ones, from the least value (lowest) to the greatest.
enum Sparkline {
  private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// The line and below it a mark under the column of each of `marks`.
  ///
  /// - Parameters:
  ///   - values: finite, in order.
  ///   - marks: indices of values and the character under them; of several in one column the first stays.
  ///   - width: the most columns. Where there are more values, each column has the mean of its own.
  static func lines(
    _ values: [Double], marks: [(index: Int, mark: Character)], width: Int
  ) -> (line: String, marks: String) {
    let columns = min(max(width, 1), values.count)
    guard columns > 0, let least = values.min(), let greatest = values.max() else { return ("", "") }
    let line = (0..<columns).map { column -> Character in
      let range = (column * values.count / columns)..<((column + 1) * values.count / columns)
      let mean = values[range].reduce(0) { $0 + $1 / Double(range.count) }
      // A flat line lies in the middle.
      let share = greatest > least ? (mean - least) / (greatest - least) : 0.5
      return blocks[min(max(Int(share * Double(blocks.count)), 0), blocks.count - 1)]
    }
    var under = [Character](repeating: " ", count: columns)
    for (index, mark) in marks where values.indices.contains(index) {
      // The column whose range has the index.
      let column = ((index + 1) * columns - 1) / values.count
      if under[column] == " " { under[column] = mark }
    }
    return (String(line), String(String(under).reversed().drop { $0 == " " }.reversed()))
  }
}
