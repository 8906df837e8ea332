/// A way to write down a test: MLPerf's logs are one, and MLCommons is moving away from them.
public protocol RunLogWriter: Sendable {
  /// What options call it.
  static var name: String { get }
  /// The files that a test gives.
  func files(of log: RunLog) throws -> [LogFile]
}

/// One file of a log, given out in pieces so that a large one is never in memory as a whole.
public struct LogFile: Sendable {
  /// Its name, without a folder.
  public let name: String
  /// How many pieces there are.
  public let pieceCount: Int
  private let piece: @Sendable (Int) -> [UInt8]

  /// Makes a file of pieces.
  public init(name: String, pieceCount: Int, piece: @escaping @Sendable (Int) -> [UInt8]) {
    self.name = name
    self.pieceCount = pieceCount
    self.piece = piece
  }

  /// Makes a file of one text.
  public init(name: String, text: String) {
    self.init(name: name, pieceCount: 1) { _ in Array(text.utf8) }
  }

  /// A piece's bytes.
  public func bytes(ofPiece index: Int) -> [UInt8] { piece(index) }

  /// All bytes.
  public var bytes: [UInt8] { (0..<pieceCount).flatMap(piece) }
}
