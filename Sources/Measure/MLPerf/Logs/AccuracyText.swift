import LoadGen

/// `mlperf_log_accuracy.json`: one response a line, its bytes as upper-case hexadecimal digits.
enum AccuracyText {
  /// Responses of one piece.
  private static let block = 256

  static func file(name: String, responses: [LoggedResponse]) -> LogFile {
    let blocks = (responses.count + block - 1) / block
    return LogFile(name: name, pieceCount: blocks + 2) { piece in
      if piece == 0 { return Array("[\n".utf8) }
      if piece == blocks + 1 { return Array("]\n".utf8) }
      let range = (piece - 1) * block..<min(piece * block, responses.count)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(range.reduce(0) { $0 + 64 + 2 * responses[$1].data.count })
      for index in range {
        let response = responses[index]
        bytes += Array("{ \"seq_id\" : \(response.id), \"qsl_idx\" : \(response.index), \"data\" : \"".utf8)
        for byte in response.data { bytes += [digit(byte >> 4), digit(byte & 15)] }
        bytes += Array((index + 1 < responses.count ? "\" },\n" : "\" }\n").utf8)
      }
      return bytes
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }
}
