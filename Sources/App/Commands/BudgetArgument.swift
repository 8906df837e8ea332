/// A budget of time on the command line.
enum BudgetArgument {
  /// Seconds of `90s`, `10m`, `1.5h` or a bare number of seconds.
  static func seconds(_ text: String) throws -> Double {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let factor = text.last.flatMap { units[$0] }
    let number = factor == nil ? text[...] : text.dropLast()
    // Digits alone: `Double` takes hexadecimal figures and names too.
    guard number.allSatisfy({ $0.isNumber || $0 == "." }), let value = Double(number), value.isFinite, value > 0,
      value * (factor ?? 1) <= 30 * 86400
    else {
      throw CommandFailure(
        "--budget: `\(text.prefix(40))` is no time up to 30 days; write for example 90s, 10m or 1h.", exitCode: 64)
    }
    return value * (factor ?? 1)
  }
}
