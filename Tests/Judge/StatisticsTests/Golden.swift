import Foundation

/// Rows of a golden table under `Tests/Judge/Fixtures`, whose README says how each was made.
func goldenRows(_ name: String) throws -> [[Substring]] {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  let text = try String(contentsOf: folder.appending(path: "Fixtures/\(name)"), encoding: .utf8)
  return text.split(separator: "\n").map { $0.split(separator: ",") }
}

/// The numbers of one field, separated by spaces.
func numbers(_ field: Substring) throws -> [Double] {
  struct NotANumber: Error { let text: Substring }
  return try field.split(separator: " ").map {
    guard let value = Double($0) else { throw NotANumber(text: $0) }
    return value
  }
}

/// Whether two numbers agree to `relative`, or to `relative` absolutely near 0.
func agree(_ a: Double?, _ b: Double, _ relative: Double = 1e-10) -> Bool {
  guard let a else { return false }
  return abs(a - b) <= relative * max(1, abs(b))
}
