/// The response to one sample, for the accuracy log.
public struct LoggedResponse: Codable, Hashable, Sendable {
  /// Its place in the sequence of all samples issued (`seq_id`).
  public var id: ResponseID
  /// The library's sample (`qsl_idx`).
  public var index: Int32
  /// The raw bytes of the response.
  public var data: [UInt8]

  /// Makes a response.
  public init(id: ResponseID, index: Int32, data: [UInt8]) {
    self.id = id
    self.index = index
    self.data = data
  }
}
