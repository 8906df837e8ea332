/// A text that nobody may see: wherever it is printed, it shows itself as `(hidden)`.
///
/// It is not wiped from memory, and it is no `Codable`, so that no record can hold it.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text, for whoever has to send it.
  public let revealed: String

  /// Hides a text.
  public init(_ text: String) { revealed = text }

  /// `(hidden)`.
  public var description: String { "(hidden)" }

  /// `(hidden)`.
  public var debugDescription: String { description }

  /// Nothing: `dump` looks past descriptions.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
