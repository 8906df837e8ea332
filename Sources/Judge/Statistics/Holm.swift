/// Holm's correction: many comparisons, and still at most the chosen share of families with a false alarm (Holm 1979).
public enum Holm {
  /// Adjusted p-values in the order of `values`: hold each against the level for the whole family, for example 0.05.
  ///
  /// The i-th least of n is multiplied by n - i + 1, is at least its predecessor and at most 1. Needs no independence.
  public static func adjusted(_ values: [Double]) -> [Double] {
    var result = values
    var greatest = 0.0
    for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
      greatest = max(greatest, min(1, values[index] * Double(values.count - rank)))
      result[index] = greatest
    }
    return result
  }
}
