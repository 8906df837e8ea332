import Crypto

/// A manifest of digests, one for each part of a record: whoever edits the record's text breaks it, and it says which part.
///
/// It is no signature: it holds no secret, and whoever edits a record can seal it anew. It finds edits by accident or in haste,
/// files that were cut and joined, and figures that a tool rounded; what has to be proof against intent needs a copy elsewhere
/// of ``digest``, or a signature of the file.
///
/// Digests are of values, not of spelling: a part's digest is the SHA-256 (FIPS 180-4) of its canonical JSON, in the manner of
/// RFC 8785. Keys are sorted by their UTF-8, there is no white space, texts have the fewest escapes, and a number is its digits
/// where it is whole and 64 bits hold it and else the shortest fraction that reads as the same double.
public struct Seal: Codable, Hashable, Sendable {
  /// How digests are made; the only way so far is ``sha256``.
  public var algorithm: String
  /// The digest of every key of the record but `cells` and the seal's own.
  public var parts: [String: String]
  /// The digests of the record's cells, in its order.
  public var cells: [SealedCell]
  /// The digest of the seal without this very key.
  public var digest: String

  /// The name of SHA-256.
  public static let sha256 = "sha256"
  /// The record's key for its seal.
  static let key = "seal"
  private static let cellsKey = "cells"

  /// Digests of one cell.
  public struct SealedCell: Codable, Hashable, Sendable {
    /// The cell's id.
    public var id: String
    /// The digest of everything but its rounds.
    public var plan: String
    /// The digest of each round.
    public var rounds: [String]
  }

  /// Makes the seal of a record's text; one that is there already is not looked at.
  init(of text: JSONText) throws {
    var scratch: [UInt8] = []
    func digest(_ node: Int, without key: String? = nil) -> String {
      scratch.removeAll(keepingCapacity: true)
      text.appendCanonical(node, without: key, to: &scratch)
      return Self.hexadecimal(scratch)
    }
    algorithm = Self.sha256
    (parts, cells, self.digest) = ([:], [], "")
    for member in text.members(0) {
      guard let name = text.string(member.key), name != Self.key else { continue }
      guard name == Self.cellsKey else {
        parts[name] = digest(member.value)
        continue
      }
      cells = text.elements(member.value).map { cell in
        let rounds = text.value(of: "rounds", in: cell).map(text.elements) ?? []
        return SealedCell(
          id: text.value(of: "id", in: cell).flatMap(text.string) ?? "", plan: digest(cell, without: "rounds"),
          rounds: rounds.map { digest($0) })
      }
    }
    self.digest = try ownDigest()
  }

  /// What ``digest`` has to be.
  func ownDigest() throws -> String {
    Self.hexadecimal(try JSONTextEncoder.encode(Contents(algorithm: algorithm, cells: cells, parts: parts)))
  }

  /// A record's text with this seal in its place among the sorted keys.
  func embedded(in text: JSONText) throws -> [UInt8] {
    let member = try Array("\"\(Self.key)\":".utf8) + JSONTextEncoder.encode(self)
    let others = text.members(0)
    let next = others.first { Self.key.utf8.lexicographicallyPrecedes((text.string($0.key) ?? "").utf8) }
    let comma = [UInt8(ascii: ",")]
    guard let next else {
      let end = Int(text.nodes[0].end) - 1
      return text.bytes[..<end] + (others.isEmpty ? [] : comma) + member + text.bytes[end...]
    }
    // Before the quote of the key.
    let place = Int(text.nodes[next.key].start) - 1
    return text.bytes[..<place] + member + comma + text.bytes[place...]
  }

  /// The seal without its own digest.
  private struct Contents: Encodable {
    let algorithm: String
    let cells: [SealedCell]
    let parts: [String: String]
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    String(
      decoding: SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
