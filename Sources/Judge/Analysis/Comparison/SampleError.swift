/// A column of numbers that cannot be compared.
public struct SampleError: Error, Hashable, CustomStringConvertible {
  /// The line, counted from 1; nil where it is about the column as a whole.
  public let line: Int?
  /// What is wrong and what would be right, as a clause.
  public let reason: String

  /// Makes an error.
  public init(line: Int?, reason: String) {
    self.line = line
    self.reason = reason
  }

  /// The clause with its line.
  public var description: String { (line.map { "line \($0): " } ?? "") + reason }
}
