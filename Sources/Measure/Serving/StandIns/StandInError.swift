/// A stand-in system whose words cannot be understood.
public struct StandInError: Error, Hashable, CustomStringConvertible {
  /// The words as given, at most 80 characters of them.
  public let words: String
  /// Where the problem begins: the character, from 1.
  public let position: Int
  /// What is wrong there and what would be right, as a clause.
  public let reason: String

  init(_ words: some StringProtocol, at offset: Int, _ reason: String) {
    self.words = String(words.prefix(80))
    position = offset + 1
    self.reason = reason
  }

  /// One sentence for the user.
  public var description: String {
    "The system `\(words)` cannot be understood at character \(position): \(reason)."
  }
}
