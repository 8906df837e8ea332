import CKernels
import Records

/// What one thread found about one software and one instruction so far.
struct Tally {
  private var comparison = ckernels_comparison()
  /// The mismatch with the lowest number.
  private(set) var first: ConformanceMismatch?

  /// Compares codes of 32 bits; `describe` makes a mismatch of an index.
  mutating func compare(
    _ kind: ckernels_code_kind, software: [UInt32], instruction: [UInt32], describe: (Int) -> ConformanceMismatch
  ) {
    let index = ckernels_compare_words(kind, instruction, software, instruction.count, &comparison)
    if index >= 0 { note(describe(index)) }
  }

  /// Compares codes of 16 bits.
  mutating func compare(
    _ kind: ckernels_code_kind, software: [UInt16], instruction: [UInt16], describe: (Int) -> ConformanceMismatch
  ) {
    let index = ckernels_compare_half_words(kind, instruction, software, instruction.count, &comparison)
    if index >= 0 { note(describe(index)) }
  }

  /// Adds what another thread found.
  mutating func add(_ other: Tally) {
    comparison.compared += other.comparison.compared
    comparison.mismatches += other.comparison.mismatches
    withUnsafeMutableBytes(of: &comparison.distances) { sums in
      withUnsafeBytes(of: other.comparison.distances) { addends in
        let (sums, addends) = (sums.bindMemory(to: Int64.self), addends.bindMemory(to: Int64.self))
        for bucket in sums.indices { sums[bucket] += addends[bucket] }
      }
    }
    if let first = other.first { note(first) }
  }

  private mutating func note(_ mismatch: ConformanceMismatch) {
    if first.map({ mismatch.number < $0.number }) ?? true { first = mismatch }
  }

  /// As the record has it.
  func comparison(of software: String) -> ConformanceComparison {
    let distances = withUnsafeBytes(of: comparison.distances) { $0.bindMemory(to: Int64.self).map(Int.init) }
    return ConformanceComparison(
      software: software, compared: Int(comparison.compared), mismatches: Int(comparison.mismatches),
      distances: distances, firstMismatch: first)
  }
}

/// A code as the user reads it.
func hexadecimal(_ code: some FixedWidthInteger & UnsignedInteger, bytes: Int) -> String {
  let digits = String(code, radix: 16)
  return String(repeating: "0", count: max(0, 2 * bytes - digits.count)) + digits
}
