/// The type of a tensor's elements in memory.
public enum ElementType: String, Codable, Hashable, Sendable {
  case float32, int32

  /// Bytes per element in memory.
  public var byteCount: Int { 4 }
}
