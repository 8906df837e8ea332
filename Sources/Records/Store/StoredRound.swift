/// The value of one round behind a figure.
public struct StoredRound: Codable, Hashable, Sendable {
  /// The round's index; from 0.
  public let round: Int
  /// Which of the cell's processes measured it; nil where each round had its own.
  public let process: Int?
  /// The value in the metric's unit.
  public let value: Double

  /// Makes a value.
  public init(round: Int, process: Int? = nil, value: Double) {
    self.round = round
    self.process = process
    self.value = value
  }
}

extension [StoredRound] {
  /// Bytes of a round: its index and its process as 32 bits, -1 for none, and its value as 64, all little-endian.
  private static var size: Int { 16 }

  /// The rounds as bytes; nil where a number of a round has no room.
  var bytes: [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * Self.size)
    for entry in self {
      guard let round = Int32(exactly: entry.round), let process = Int32(exactly: entry.process ?? -1) else {
        return nil
      }
      bytes.append(little: UInt32(bitPattern: round))
      bytes.append(little: UInt32(bitPattern: process))
      bytes.append(little: entry.value.bitPattern)
    }
    return bytes
  }

  /// Reads ``bytes``; nil for what they cannot be.
  init?(bytes: [UInt8]) {
    guard bytes.count.isMultiple(of: Self.size) else { return nil }
    self = []
    for start in stride(from: 0, to: bytes.count, by: Self.size) {
      let round = Int32(bitPattern: UInt32(truncatingIfNeeded: bytes.little(at: start, count: 4)))
      let process = Int32(bitPattern: UInt32(truncatingIfNeeded: bytes.little(at: start + 4, count: 4)))
      let value = Double(bitPattern: bytes.little(at: start + 8, count: 8))
      guard round >= 0, process >= -1, value.isFinite else { return nil }
      append(StoredRound(round: Int(round), process: process < 0 ? nil : Int(process), value: value))
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(little number: some FixedWidthInteger) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  fileprivate func little(at start: Int, count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(self[start + $1]) << UInt64($1 * 8) }
  }
}
