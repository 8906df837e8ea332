/// Shares on the command line.
enum ShareArgument {
  /// A share such as `1%` or `0.01`; above 1 only with a percent sign, without which 2 is as likely 2 % as 200 %.
  static func parse(_ text: String, option: String) throws(CommandFailure) -> Double {
    let isPercent = text.hasSuffix("%")
    let number = (isPercent ? text.dropLast() : text[...]).filter { $0 != " " }
    guard let value = Double(String(number)), value.isFinite, value >= 0 else {
      throw CommandFailure("\(option) must be a share such as 1% or 0.01, not `\(text)`.", exitCode: 64)
    }
    guard isPercent || value <= 1 else {
      throw CommandFailure(
        "\(option) \(text) is a fraction above 1: write \(number)% if that is meant.", exitCode: 64)
    }
    return isPercent ? value / 100 : value
  }
}
