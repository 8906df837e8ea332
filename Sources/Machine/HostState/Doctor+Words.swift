extension Doctor {
  /// A number with at most one digit after the point, without a locale.
  static func decimal(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }

  /// Bytes as GiB.
  static func gibibytes(_ bytes: UInt64) -> String { decimal(Double(bytes) / Double(1 << 30)) + " GiB" }

  /// `1 core`, `2 cores`.
  static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// The whole part of a number of CPUs, however large a file claims it to be.
  static func wholePart(_ cpus: Double) -> Int { Int(exactly: cpus.rounded(.down)) ?? Int.max }
}
