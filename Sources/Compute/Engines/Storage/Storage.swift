import NumericFormats
import Tensors

/// How the elements of an activation lie in memory.
///
/// As floats, whatever the number format, in the declared order: that is how inputs, outputs, constants and the operators of
/// every engine hold them. Or natively: in the format's own size (`fp32` float, `bf16` the upper half of a float, `u8` and
/// `s8` one byte q, zero point included), images perhaps with their channels last.
public struct Storage: Hashable, Codable, Sendable {
  /// The order of an activation's elements.
  public enum Layout: String, Hashable, Codable, CaseIterable, Sendable {
    /// Row-major, the last dimension innermost: NCHW for images.
    case plain
    /// The second dimension innermost, dense: NHWC for images.
    case channelsLast
  }

  /// Whether elements have their number format's size; they are floats otherwise.
  public let isNative: Bool
  /// The order of the elements.
  public let layout: Layout

  private init(isNative: Bool, layout: Layout) {
    self.isNative = isNative
    self.layout = layout
  }

  /// Floats in the declared order; elements of other types than FP32 as they are.
  public static let floats = Storage(isNative: false, layout: .plain)
  /// Elements of the format's size in the declared order.
  public static let native = Storage(isNative: true, layout: .plain)
  /// Elements of the format's size, channels innermost.
  public static let channelsLast = Storage(isNative: true, layout: .channelsLast)

  /// The name that tables and inserted nodes show: `floats`, `native`, `channels-last`.
  public var name: String { isNative ? (layout == .plain ? "native" : "channels-last") : "floats" }

  /// The storage for a tensor that is to be held this way: one name for what are the same bytes.
  ///
  /// Only FP32 tensors have a number format; tensors without channels are plain; and native FP32 in the declared order is
  /// what floats are, as are formats that are always held as floats.
  func applied(to info: (type: ElementType, rank: Int), format: NumberFormat) -> Storage {
    guard info.type == .float32 else { return .floats }
    let layout = info.rank > 2 ? layout : .plain
    return isNative && (!format.isHeldAsFloats || layout != .plain) ? Storage(isNative: true, layout: layout) : .floats
  }
}

/// How an implementation reads the operands of a node and writes its results.
public struct NodeStorages: Hashable, Sendable {
  /// By operand.
  public let inputs: [Storage]
  /// By result.
  public let outputs: [Storage]

  /// Makes a demand.
  public init(inputs: [Storage], outputs: [Storage]) {
    self.inputs = inputs
    self.outputs = outputs
  }

  /// The same for all operands and results.
  public init(_ storage: Storage, operands: Int, results: Int) {
    self.init(
      inputs: [Storage](repeating: storage, count: operands), outputs: [Storage](repeating: storage, count: results))
  }
}
