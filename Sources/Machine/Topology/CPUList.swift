/// Lists of CPUs and nodes as Linux writes them: `0-3,8`.
public enum CPUList {
  /// The numbers of a list; nil where it is malformed or implausibly long.
  public static func numbers(in text: some StringProtocol) -> [Int]? {
    var numbers: [Int] = []
    for part in text.split(separator: ",") {
      let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, bounds.count <= 2, 0 <= first,
        first <= last, last < 1 << 16
      else { return nil }
      numbers += first...last
      if numbers.count > 1 << 16 { return nil }
    }
    return numbers
  }

  /// The shortest list of some numbers; empty for none.
  public static func text(_ numbers: some Sequence<Int>) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in Set(numbers).sorted() {
      if let last = ranges.last, last.upperBound == number - 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
