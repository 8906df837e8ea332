extension NumericsContract {
  /// One thing that a contract fixes.
  public struct Fact: Hashable, Codable, Sendable {
    /// What it is about, for example `rounding of sums`.
    public let name: String
    /// What holds.
    public let value: String

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Everything that the contract fixes, in the order of a computation: what `assay numerics show` prints and the
  /// contract's page repeats.
  public var facts: [Fact] {
    [
      Fact("precision", precision.rawValue), Fact("first operand", left.summary), Fact("second operand", right.summary),
      Fact("activations", activations), Fact("accumulation", accumulation.rawValue),
      Fact("order of sums", accumulation.order), Fact("convolution depth", accumulation.convolutionDepth),
      Fact("sums are held in", accumulation.sumFormat),
      Fact("rounding of sums", accumulation.rounding), Fact("subnormals in sums", accumulation.subnormals),
      Fact("saturation", accumulation.saturation), Fact("requantisation", requantisation),
      Fact("NaN", accumulation.nanRule), Fact("instruction", instructionSummary), Fact("source", source),
    ]
  }

  private var instructionSummary: String {
    guard let instruction else { return "none; it is defined by software" }
    return "\(instruction.name) (\(instruction.feature))"
  }

  /// What becomes of a sum before it is stored.
  private var requantisation: String {
    let isScaled = [left.scaling, right.scaling].contains { $0 == .perTensor || $0 == .perChannel }
    let scales = isScaled ? "the sum in FP32 times both scales, " : ""
    let end = "bias, residual and activation in FP32"
    switch storage {
    case .everywhere: return "\(scales)\(end), then rounded as the operands are"
    case .operands where left == .fp32: return "\(scales)\(end)"
    case .operands: return "\(scales)\(end); rounded where a product reads the result"
    }
  }

  /// Which activations are stored in the operands' format.
  private var activations: String {
    switch storage {
    case .everywhere: "all but the model's outputs are stored in the operands' format"
    case .operands where left == .fp32: "FP32"
    case .operands where accumulation.isInteger:
      "what products and pools read is stored in the operands' format, residuals that products add included; the rest FP32"
    case .operands: "FP32; products read them rounded, and add residuals as they are"
    }
  }
}

extension OperandFormat {
  /// For example `e4m3, nearest-even, subnormals kept, saturating, one scale per tensor`.
  public var summary: String {
    guard self != .fp32 else { return "fp32 as it is" }
    var parts = [conversion.element.name, conversion.rounding.name]
    switch conversion.element {
    case .float:
      parts.append("subnormals \(conversion.subnormals.rawValue)")
      parts.append(conversion.overflow == .saturate ? "saturating" : "too large becomes infinite")
    case .signed(_, let limit): parts.append("saturating at -\(limit) and \(limit)")
    case .unsigned, .fixedPoint: parts.append("saturating")
    }
    parts.append(scaling.name)
    return parts.joined(separator: ", ")
  }
}

extension Accumulation {
  /// In which order products are added.
  public var order: String {
    switch self {
    case .fp32Chain: "index order, one fused multiply-add after the other"
    case .fp32Library: "as the BLAS library chooses"
    case .fp64Chain: "index order, exact products"
    case .fp32OddEvenPairs: "of each pair the odd element, then the even one, each a fused multiply-add into the sum"
    case .fp32OddEvenTiles:
      "of each 32 elements the even ones and the odd ones by fused multiply-adds from +0; even + odd; sum + that"
    case .fp16Chain: "index order, one fused multiply-add after the other"
    case .fp32Blocks: "of each 32 elements fused multiply-adds in index order from +0; sum + that"
    case .s16SaturatingPairs: "two products, then two of these sums, then the sum"
    case .s32Wrapping, .s32Saturating: "four products, then the sum"
    }
  }

  /// In which order a convolution's products lie along the depth, and where groups of them begin anew.
  public var convolutionDepth: String {
    let order = "kernel row, kernel column, input channel"
    switch self {
    case .fp32Chain, .fp16Chain: return order
    case .fp32Library: return "as the engine hands it to the library"
    case .fp64Chain: return "input channel, kernel row, kernel column"
    case .fp32Blocks: return "\(order); the 32s begin anew at each kernel position"
    case .fp32OddEvenPairs: return "\(order); where pairs begin anew: docs/contracts/README.md"
    case .fp32OddEvenTiles: return "\(order); where the 32s begin anew: docs/contracts/README.md"
    case .s16SaturatingPairs, .s32Wrapping, .s32Saturating:
      return "\(order); where the fours begin anew: docs/contracts/README.md"
    }
  }

  /// What holds a sum.
  public var sumFormat: String {
    switch self {
    case .fp32Chain, .fp32Library, .fp32OddEvenPairs, .fp32OddEvenTiles, .fp32Blocks: "fp32"
    case .fp64Chain: "fp64, then fp32"
    case .fp16Chain: "fp16"
    case .s16SaturatingPairs: "s16 for two products, then s32"
    case .s32Wrapping, .s32Saturating: "s32"
    }
  }

  /// How sums are rounded.
  public var rounding: String {
    switch self {
    case .fp32Chain, .fp16Chain: "nearest even, once for each product"
    case .fp32Library: "nearest even, as often as the library chooses"
    case .fp64Chain: "nearest even, in FP64 for each product and to FP32 at the end"
    case .fp32OddEvenPairs: "nearest even, once for each product, whatever MXCSR says"
    case .fp32OddEvenTiles: "nearest even, once for each product and each addition, whatever MXCSR says"
    case .fp32Blocks: "nearest even, once for each product and each block"
    case .s16SaturatingPairs, .s32Wrapping, .s32Saturating: "none; integers are exact"
    }
  }

  /// What becomes of subnormal numbers on the way.
  public var subnormals: String {
    if isInteger { return "there are none" }
    guard flushesSubnormals else { return "kept" }
    return "operands and sums count as zeros of their sign; a result is one where it is tiny after rounding"
  }

  /// What becomes of sums that are too large.
  public var saturation: String {
    switch self {
    case .s16SaturatingPairs: "sums of two products at -32768 and 32767; s32 wraps"
    case .s32Wrapping: "none; s32 wraps"
    case .s32Saturating: "s32, after four products"
    default: "none; too large becomes infinite"
    }
  }

  /// Which NaN a result is.
  public var nanRule: String {
    switch self {
    case .s16SaturatingPairs, .s32Wrapping, .s32Saturating: "there is none"
    case .fp32Library: "a NaN operand gives a NaN, of any payload"
    default:
      "of each multiply-add the first NaN among first operand, second operand and sum, quieted; infinity times zero and "
        + "infinity minus infinity give the negative one without payload"
    }
  }
}
