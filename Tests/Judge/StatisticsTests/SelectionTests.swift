import Testing

@testable import Statistics

/// Values by rank, held against sorting.
@Suite struct SelectionTests {
  private static let lists: [[Int]] = [
    [5], [2, 1], [3, 3, 3, 3], Array(0..<1000), Array((0..<1000).reversed()),
    (0..<1000).map { $0 % 2 == 0 ? $0 : 1000 - $0 }, (0..<1000).map { $0 * 7919 % 1009 }, (0..<1000).map { $0 % 3 },
    (0..<1000).map { $0 < 500 ? $0 : 999 - $0 },
  ]

  @Test(arguments: lists) func everyRankIsThatOfTheSorted(list: [Int]) {
    let sorted = list.sorted()
    for rank in list.indices { #expect(Selection.values(at: [rank], of: list) == [sorted[rank]]) }
    #expect(Selection.values(at: Array(list.indices), of: list) == sorted)
    let some = [0, list.count / 2, list.count / 2, list.count * 9 / 10, list.count - 1]
    #expect(Selection.values(at: some, of: list) == some.map { sorted[$0] })
  }

  @Test func ranksThatCannotBeAreRefused() {
    #expect(Selection.values(at: [0], of: [Int]()) == nil)
    #expect(Selection.values(at: [3], of: [1, 2, 3]) == nil)
    #expect(Selection.values(at: [-1], of: [1, 2, 3]) == nil)
    #expect(Selection.values(at: [2, 1], of: [1, 2, 3]) == nil)
    #expect(Selection.values(at: [], of: [1, 2, 3]) == [])
  }

  /// Against an adversary that answers comparisons so that every pivot is the worst (McIlroy, "A killer adversary for
  /// quicksort", 1999) the work stays far below quadratic.
  @Test func badPivotsAreGivenUp() throws {
    let count = 4000
    let adversary = Adversary(count)
    let values = (0..<count).map { Adversary.Value(index: $0, adversary: adversary) }
    _ = try #require(Selection.values(at: [count / 2], of: values))
    #expect(adversary.comparisons < count * 100, "\(adversary.comparisons)")
  }
}

/// Values that are decided only when they are compared: those compared last become small, so that a pivot splits off little.
private final class Adversary {
  private var fixed: [Int?]
  private var next = 0
  private var candidate = 0
  private(set) var comparisons = 0

  init(_ count: Int) { fixed = Array(repeating: nil, count: count) }

  func isLess(_ left: Int, _ right: Int) -> Bool {
    comparisons += 1
    if fixed[left] == nil, fixed[right] == nil {
      fixed[left == candidate ? left : right] = next
      next += 1
    }
    if fixed[left] == nil { candidate = left } else if fixed[right] == nil { candidate = right }
    return (fixed[left] ?? .max) < (fixed[right] ?? .max)
  }

  struct Value: Comparable {
    let index: Int
    let adversary: Adversary

    static func == (left: Value, right: Value) -> Bool { left.index == right.index }
    static func < (left: Value, right: Value) -> Bool { left.adversary.isLess(left.index, right.index) }
  }
}
