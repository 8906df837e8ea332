/// The rules by which the importer and ``FoldConstants`` compute nodes whose operands are all constant: limits to memory
/// and time, so that a small hostile file costs little of both.
public struct FoldingBudget {
  /// What becomes of a node.
  public enum Decision: Hashable, Sendable {
    /// It stays a node.
    case never
    /// It is computed at once.
    case now
    /// It is computed when somebody needs its result, which takes so many bytes of work each time, all operands
    /// included.
    case late(work: Int)
  }

  /// Operators whose work is far more than their operands' bytes; folded only where those are few.
  private static let heavy: Set<String> = [
    "Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "MatMul", "MatMulInteger", "QLinearMatMul", "Gemm", "Einsum",
    "LSTM", "GRU", "RNN", "MaxPool", "AveragePool", "LpPool", "RoiAlign", "NonMaxSuppression", "Resize",
  ]
  private static let heavyLimit = 1 << 16

  /// Results up to this size are computed at once; larger ones when somebody needs them, so that intermediate values of
  /// large weights are not held.
  public static let eagerLimit = 64 << 10
  /// No budget is smaller: masks and position tables that exporters make from a shape take a few megabytes.
  private static let floor = 64 << 20
  /// Integer weights become floats of four times their size, and are reordered after that.
  private static let growth = 8
  /// A deferred constant may compute at most this many times its own size.
  private static let deferralFactor = 8

  /// Bytes that one result, and all results that are kept, may have.
  public let limit: Int
  private var grown = 0
  private var kept = 0
  private var work = 0

  /// A budget for a model of so many bytes, weights in other files included.
  public init(modelBytes: Int) {
    let (product, overflow) = modelBytes.multipliedReportingOverflow(by: Self.growth)
    limit = overflow ? 1 << 50 : max(Self.floor, min(product, 1 << 50))
  }

  /// Decides about a node and counts what computing it takes.
  ///
  /// - Parameters:
  ///   - operator: its operator's name.
  ///   - read: the bytes of its operands, one entry for each reading: all of them are walked over.
  ///   - loading: for each different operand that is not in memory, the bytes of work that getting it takes.
  ///   - results: the bytes of its results.
  public mutating func decide(operator name: String, read: [Int], loading: [Int], results: [Int]) -> Decision {
    let (readBytes, made) = (Self.sum(read), Self.sum(results))
    let isHeavy = Self.heavy.contains(name)
    guard !isHeavy || Self.sum([readBytes, made]) <= Self.heavyLimit else { return .never }
    // Work that grows faster than the bytes: a product of two matrices of b bytes takes about b^1.5 operations.
    let more = Self.sum([readBytes, Self.sum(loading), made, isHeavy ? Self.heavyLimit : 0])
    let growth = max(0, made - readBytes)
    guard made <= limit, growth <= limit - grown, more <= limit * 4 - work else { return .never }
    grown += growth
    work += more
    let smallest = results.min() ?? 0
    let isCheap = smallest > Self.eagerLimit && more / Self.deferralFactor <= smallest
    return isCheap ? .late(work: more) : .now
  }

  /// Whether `bytes` may be kept in memory or in the graph; counts them.
  public mutating func keeps(_ bytes: Int) -> Bool {
    guard bytes <= limit - kept else { return false }
    kept += bytes
    return true
  }

  private static func sum(_ values: [Int]) -> Int {
    values.reduce(0) { sum, value in
      let (result, overflow) = sum.addingReportingOverflow(value)
      return overflow ? .max : result
    }
  }
}
