/// The median.
public enum Median {
  /// The middle of the ordered values, or the mean of the two in the middle; nil for no values and where one is not a number.
  public static func of(_ values: [Double]) -> Double? {
    guard !values.isEmpty, !values.contains(where: \.isNaN) else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? sorted[middle - 1] + (sorted[middle] - sorted[middle - 1]) / 2 : sorted[middle]
  }
}
