/// A record as a file holds it, with what speaks against it.
public struct RecordReading: Sendable {
  /// The record.
  public let record: Record
  /// What its seal says.
  public let seal: SealState
  /// Why its figures contradict each other, as a clause; nil where they do not.
  public let contradiction: String?

  /// Reads a record, whatever its seal says and whether or not its figures agree.
  ///
  /// - Throws: ``RecordError`` where it is no record at all, or of a newer schema.
  public init(json: [UInt8], path: String = "record") throws(RecordError) {
    let text = try JSONText(record: json, path: path)
    record = try Record(text: text, path: path)
    seal = SealState(of: text)
    do {
      try record.validate(path: path)
      contradiction = nil
    } catch {
      contradiction = error.reason
    }
  }

  /// The record, where nothing speaks against it.
  ///
  /// - Throws: ``RecordError`` where it was edited after it was written, or its figures contradict each other.
  public func trusted(path: String = "record") throws(RecordError) -> Record {
    guard let reason = seal.edits ?? contradiction else { return record }
    throw RecordError(kind: .damaged, path: path, reason: reason)
  }
}
