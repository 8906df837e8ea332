/// Every latency of a test by itself, so that each figure can be recomputed: one a line, nanoseconds, in the order of issue; -1
/// where a sample was not answered.
public struct LatencyFile: Sendable {
  /// The file's name, beside MLPerf's logs.
  public static let name = "assay_latencies_ns.txt"
  /// Latencies of a piece: half a megabyte.
  private static let pieceLength = 1 << 16

  private let latencies: [Int64]

  /// Makes a file of latencies.
  public init(_ latencies: [Int64]) { self.latencies = latencies }

  /// The file, written piece by piece.
  public var file: LogFile {
    let latencies = latencies
    let count = (latencies.count + Self.pieceLength - 1) / Self.pieceLength
    return LogFile(name: Self.name, pieceCount: count) { piece in
      let begin = piece * Self.pieceLength
      var text: [UInt8] = []
      for latency in latencies[begin..<min(begin + Self.pieceLength, latencies.count)] {
        text += Array(String(latency).utf8)
        text.append(UInt8(ascii: "\n"))
      }
      return text
    }
  }
}
