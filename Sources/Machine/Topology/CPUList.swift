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
  public static func text(_ numbers: some Sequence<Int>) -> String { ordered(Set(numbers).sorted()) }

  /// Numbers in the order given, runs of consecutive ones as ranges: `0-3,8,6`.
  public static func ordered(_ numbers: [Int]) -> String {
    var parts: [String] = []
    var start = 0
    while start < numbers.count {
      var end = start
      while end + 1 < numbers.count, numbers[end + 1] == numbers[end] + 1 { end += 1 }
      parts.append(end == start ? "\(numbers[start])" : "\(numbers[start])-\(numbers[end])")
      start = end + 1
    }
    return parts.joined(separator: ",")
  }
}
