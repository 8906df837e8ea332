import NumericFormats
import Records

/// One workload under several numerics contracts: what each costs in accuracy and saves in bytes, and how fast it runs
/// where this CPU computes it natively.
public struct ContractComparison: Codable, Hashable, Sendable {
  /// The workload's name.
  public let workload: String
  /// One entry for each contract with a result, ascending by bytes, then by error; the ones that failed come last.
  public let entries: [Entry]

  /// A contract's figures.
  public struct Entry: Codable, Hashable, Sendable {
    /// The contract's name; that of FP32's own contract for the reference.
    public let contract: String
    /// The precision that it specifies.
    public let precision: Precision
    /// The id of the cell that compared the outputs; nil for the reference, which is what the others are compared with.
    public let id: String?
    /// How ranges of activations were chosen, for example `min-max`, and the file that they came from; nil where the
    /// contract's formats need none.
    public let calibration: String?
    /// Closeness to FP32; nil where the cell failed and for the reference.
    public let fidelity: Fidelity?
    /// Why there is no result.
    public let failure: Record.Failure?
    /// The root of error power over signal power of the outputs; nil where the cell failed, 0 for the reference.
    public let relativeError: Double?
    /// Bytes of weights that one inference moves.
    public let weightBytes: UInt64?
    /// Bytes of activations that one inference moves.
    public let activationBytes: UInt64?
    /// The same over FP32's of the same engine.
    public let weightShare: Double?
    /// The same over FP32's of the same engine.
    public let activationShare: Double?
    /// Whether there is a speed, and why not.
    public let timing: Timing
    /// Speed on this machine; nil unless ``timing`` is `native`.
    public let speed: Speed?
    /// Whether no other entry has fewer bytes without more error, or less error without more bytes.
    public internal(set) var isSmallest = false
    /// Whether no other entry that runs natively is faster without more error, or has less error without being slower.
    public internal(set) var isFastest = false

    /// Bytes of weights and activations that one inference moves; nil where they are not known.
    public var bytes: Double? {
      guard let weightBytes, let activationBytes else { return nil }
      return Double(weightBytes) + Double(activationBytes)
    }

    /// ``bytes`` over FP32's; nil where one of the two is not known.
    public internal(set) var byteShare: Double?

    /// Whether it is FP32 itself.
    public var isReference: Bool { id == nil }
  }

  /// Whether an entry has a speed.
  public enum Timing: String, Codable, Hashable, Sendable {
    /// It was timed: this CPU has the contract natively.
    case native
    /// No engine computes it natively here.
    case emulated
    /// It would run natively, but nothing has been timed (yet).
    case untimed
    /// Its measurement failed.
    case failed
  }

  /// The speed of an entry: of its cell with the most threads, of those with the smallest batch, of those the first.
  public struct Speed: Codable, Hashable, Sendable {
    /// The cell's id.
    public let id: String
    /// Samples per second.
    public let throughput: CellSummary.Throughput
    /// Joules per sample.
    public let energy: EnergyPerSample?
  }

  /// The entry of the fewest bytes whose error is at most `limit`; of those with equal bytes the one of the least error.
  ///
  /// FP32 itself is none of them: its error is zero by definition.
  public func smallest(errorAtMost limit: Double) -> Entry? {
    candidates.filter { ($0.relativeError ?? .infinity) <= limit }.min {
      ($0.bytes ?? .infinity, $0.relativeError ?? .infinity, $0.contract)
        < ($1.bytes ?? .infinity, $1.relativeError ?? .infinity, $1.contract)
    }
  }

  /// The entry of the least error; of those with equal error the one of the fewest bytes.
  public var mostExact: Entry? {
    candidates.min {
      ($0.relativeError ?? .infinity, $0.bytes ?? .infinity, $0.contract)
        < ($1.relativeError ?? .infinity, $1.bytes ?? .infinity, $1.contract)
    }
  }

  /// FP32 itself.
  public var reference: Entry? { entries.first(where: \.isReference) }

  private var candidates: [Entry] { entries.filter { $0.relativeError != nil && !$0.isReference } }
}
