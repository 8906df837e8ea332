import Tensors

/// Limits what computing constants at import may take, so that a small hostile file costs little memory and time.
struct FoldingBudget {
  /// Results up to this size are computed at once; larger ones when somebody needs them, so that intermediate values of
  /// large weights are not held.
  static let eagerLimit = 64 << 10
  /// No budget is smaller: masks and position tables that exporters make from a shape take a few megabytes.
  private static let floor = 64 << 20
  /// Integer weights become floats of four times their size, and are reordered after that.
  private static let growth = 8
  /// A deferred constant may compute at most this many times its own size.
  private static let deferralFactor = 8

  /// Bytes that one result, and all results that are kept, may have.
  let limit: Int
  private var grown = 0
  private var kept = 0
  private var work = 0

  /// A budget for a model of so many bytes, weights in other files included.
  init(modelBytes: Int) {
    let (product, overflow) = modelBytes.multipliedReportingOverflow(by: Self.growth)
    limit = overflow ? 1 << 50 : max(Self.floor, min(product, 1 << 50))
  }

  /// Whether a result of `bytes` may be computed from `read` bytes at the price of `more` bytes of work; counts by how much
  /// the result exceeds what it was made from, and the work.
  mutating func allows(result bytes: Int, from read: Int, work more: Int) -> Bool {
    let growth = max(0, bytes - read)
    guard bytes <= limit, growth <= limit - grown, more <= limit * 4 - work else { return false }
    grown += growth
    work += more
    return true
  }

  /// Whether `bytes` may be kept in memory or in the graph; counts them.
  mutating func keeps(_ bytes: Int) -> Bool {
    guard bytes <= limit - kept else { return false }
    kept += bytes
    return true
  }

  /// Whether a result should be computed only when somebody needs it.
  static func defers(result bytes: Int, work: Int) -> Bool {
    bytes > eagerLimit && work <= deferralFactor * bytes
  }
}
