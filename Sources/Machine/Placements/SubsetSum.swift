/// Which of some numbers to add up to come as near as possible to a limit.
enum SubsetSum {
  /// Indices, ascending, of numbers whose sum is the largest that does not exceed `limit`; the first ones where equal
  /// numbers compete. Numbers are at least 0; takes O(count x limit) steps where they differ.
  static func largest(_ numbers: [Int], atMost limit: Int) -> [Int] {
    guard limit > 0, let first = numbers.first else { return [] }
    if numbers.allSatisfy({ $0 == first }) {
      return first == 0 ? [] : Array(numbers.indices.prefix(limit / first))
    }
    // The earliest ones are often enough.
    var (sum, prefix) = (0, [Int]())
    for (index, number) in numbers.enumerated() where number > 0 && sum + number <= limit {
      sum += number
      prefix.append(index)
    }
    if sum == limit { return prefix }
    // last[s] is the last number of the first subset found with sum s.
    var last = [Int](repeating: -1, count: limit + 1)
    for (index, number) in numbers.enumerated() where number > 0 && number <= limit {
      for sum in stride(from: limit - number, through: 0, by: -1)
      where last[sum + number] < 0 && (sum == 0 || (last[sum] >= 0 && last[sum] < index)) {
        last[sum + number] = index
      }
    }
    var rest = (1...limit).last { last[$0] >= 0 } ?? 0
    var chosen: [Int] = []
    while rest > 0 {
      chosen.append(last[rest])
      rest -= numbers[last[rest]]
    }
    return chosen.reversed()
  }
}
