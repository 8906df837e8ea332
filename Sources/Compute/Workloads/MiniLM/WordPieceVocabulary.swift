import Foundation

/// The pieces of a WordPiece vocabulary and their ids: one piece a line, the line number from 0 is the id.
public struct WordPieceVocabulary: Sendable {
  /// The number of lines.
  public let count: Int
  /// The ids of the pieces that the tokenizer adds itself.
  public let padding, unknown, classify, separator: Int32

  /// Keys are UTF-8: `String` compares by canonical equivalence, and the vocabulary does not.
  private let ids: [[UInt8]: Int32]

  /// Reads `vocab.txt`; files beyond 16 MB are refused.
  ///
  /// - Throws: ``WorkloadError`` where the file cannot be read or is not a vocabulary.
  public init(path: String) throws(WorkloadError) {
    let handle = FileHandle(forReadingAtPath: path)
    defer { try? handle?.close() }
    guard let data = try? handle?.read(upToCount: 16_000_001) else {
      throw WorkloadError(.modelMissing, "The vocabulary \(path) cannot be read.")
    }
    guard data.count <= 16_000_000 else {
      throw WorkloadError(.modelDamaged, "The vocabulary \(path) has more than 16 MB; that is no vocabulary.")
    }
    try self.init(lines: data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false), path: path)
  }

  /// Makes a vocabulary from its lines.
  ///
  /// - Throws: ``WorkloadError`` where a special piece is missing.
  init(lines: [some BidirectionalCollection<UInt8>], path: String) throws(WorkloadError) {
    var ids: [[UInt8]: Int32] = [:]
    let kept = lines.last?.isEmpty == true ? lines.dropLast() : lines[...]
    ids.reserveCapacity(kept.count)
    for (line, id) in zip(kept, Int32(0)...) {
      ids[line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)] = id
    }
    func special(_ piece: String) throws(WorkloadError) -> Int32 {
      guard let id = ids[Array(piece.utf8)] else {
        throw WorkloadError(.modelDamaged, "The vocabulary \(path) has no line \(piece), which every BERT one has.")
      }
      return id
    }
    padding = try special("[PAD]")
    unknown = try special("[UNK]")
    classify = try special("[CLS]")
    separator = try special("[SEP]")
    count = kept.count
    self.ids = ids
  }

  /// The id of a piece, given as UTF-8; pieces inside a word start with `##`.
  func id(of piece: [UInt8]) -> Int32? { ids[piece] }
}
