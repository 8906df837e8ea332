/// One difference between a record and its seal.
public enum SealFault: Hashable, Sendable, CustomStringConvertible {
  /// The seal itself cannot be checked, and why, as a clause.
  case unreadable(String)
  /// The seal's list of digests was edited.
  case list
  /// The value of a key of the record was edited.
  case part(String)
  /// A key was added.
  case addedPart(String)
  /// A key was taken out.
  case removedPart(String)
  /// Something of a cell beside its rounds was edited.
  case cell(String)
  /// A cell was added.
  case addedCell(String)
  /// A cell was taken out.
  case removedCell(String)
  /// Cells were put into another order, or one is there twice.
  case order
  /// A round of a cell was edited; counted from 0 as in the record's list.
  case round(cell: String, place: Int)
  /// A cell has another number of rounds than were sealed.
  case rounds(cell: String, count: Int, sealed: Int)

  /// The difference as a clause.
  public var description: String {
    switch self {
    case .unreadable(let reason): reason
    case .list: "the seal's own list"
    case .part(let key): "`\(key)`"
    case .addedPart(let key): "`\(key)`, which was added"
    case .removedPart(let key): "`\(key)`, which is gone"
    case .cell(let id): "what cell \(id) is and was planned for"
    case .addedCell(let id): "cell \(id), which was added"
    case .removedCell(let id): "cell \(id), which is gone"
    case .order: "the order of cells"
    case .round(let cell, let place): "round \(place) of cell \(cell)"
    case .rounds(let cell, let count, let sealed):
      "cell \(cell), which has \(count) \(count == 1 ? "round" : "rounds") where \(sealed) were written"
    }
  }
}
