import Crypto

extension RecordFile {
  /// Reads and checks the record as ``read()`` does, together with the SHA-256 of the very bytes that it was read from, in
  /// hexadecimal.
  ///
  /// - Throws: ``RecordError``, as ``read()``.
  public func readDigested() throws(RecordError) -> (record: Record, digest: String) {
    let bytes = try readBytes()
    let reading = try RecordReading(json: bytes, path: path)
    if let reason = reading.seal.edits ?? reading.contradiction {
      throw RecordError(kind: .damaged, path: path, reason: reason)
    }
    let digits = Array("0123456789abcdef".utf8)
    let text = SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return (reading.record, String(decoding: text, as: UTF8.self))
  }
}
