/// What a record's seal says of it.
public enum SealState: Hashable, Sendable {
  /// There is none: an older build wrote the record, or somebody took the seal out.
  case none
  /// All digests are right, so many of them.
  case whole(digest: String, count: Int)
  /// The record is not what was sealed.
  case broken([SealFault])

  /// Holds a record's text against its seal.
  init(of text: JSONText) {
    guard let node = text.value(of: Seal.key, in: 0) else {
      self = .none
      return
    }
    guard let claimed = try? JSONTextDecoder(text: text, node: node, path: nil).decode(Seal.self) else {
      self = .broken([.unreadable("its seal has another form than a seal has")])
      return
    }
    guard claimed.algorithm == Seal.sha256 else {
      let name = String(claimed.algorithm.prefix(40))
      self = .broken([.unreadable("its seal is made by `\(name)`, which this build does not know")])
      return
    }
    guard let actual = try? Seal(of: text), let own = try? claimed.ownDigest() else {
      self = .broken([.unreadable("its seal cannot be made again")])
      return
    }
    var faults = Self.parts(actual.parts, sealed: claimed.parts) + Self.cells(actual.cells, sealed: claimed.cells)
    if own != claimed.digest { faults.append(.list) }
    let count = actual.parts.count + actual.cells.reduce(1) { $0 + 1 + $1.rounds.count }
    self = faults.isEmpty ? .whole(digest: claimed.digest, count: count) : .broken(faults)
  }

  private static func parts(_ actual: [String: String], sealed: [String: String]) -> [SealFault] {
    Set(actual.keys).union(sealed.keys).sorted().compactMap { key in
      guard let now = actual[key] else { return .removedPart(key) }
      guard let then = sealed[key] else { return .addedPart(key) }
      return now == then ? nil : .part(key)
    }
  }

  private static func cells(_ actual: [Seal.SealedCell], sealed: [Seal.SealedCell]) -> [SealFault] {
    let then = Dictionary(sealed.map { ($0.id, $0) }) { first, _ in first }
    let now = Set(actual.map(\.id))
    var faults: [SealFault] = []
    for cell in actual {
      guard let other = then[cell.id] else {
        faults.append(.addedCell(cell.id))
        continue
      }
      if cell.plan != other.plan { faults.append(.cell(cell.id)) }
      faults += rounds(cell, sealed: other)
    }
    var gone: Set<String> = []
    for cell in sealed where !now.contains(cell.id) && gone.insert(cell.id).inserted {
      faults.append(.removedCell(cell.id))
    }
    if faults.isEmpty, actual.map(\.id) != sealed.map(\.id) { faults.append(.order) }
    return faults
  }

  private static func rounds(_ cell: Seal.SealedCell, sealed: Seal.SealedCell) -> [SealFault] {
    guard cell.rounds.count == sealed.rounds.count else {
      let known = Set(sealed.rounds)
      return [.rounds(cell: cell.id, count: cell.rounds.count, sealed: sealed.rounds.count)]
        + cell.rounds.indices.filter { !known.contains(cell.rounds[$0]) }.map { .round(cell: cell.id, place: $0) }
    }
    return cell.rounds.indices.filter { cell.rounds[$0] != sealed.rounds[$0] }.map { .round(cell: cell.id, place: $0) }
  }

  /// What was edited, as a clause that names at most three parts; nil where nothing is known to be.
  public var edits: String? {
    guard case .broken(let faults) = self else { return nil }
    if case .unreadable(let reason)? = faults.first { return reason }
    let named = faults.prefix(3).map(\.description).joined(separator: "; ")
    return "was edited after it was written: \(named)" + (faults.count > 3 ? "; and \(faults.count - 3) more" : "")
  }
}
