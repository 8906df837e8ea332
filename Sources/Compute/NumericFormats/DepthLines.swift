/// The lines of an operand along which products are summed; blocks that share a scale never go beyond a line's end.
public struct DepthLines: Hashable, Sendable {
  /// How many there are.
  public let count: Int
  /// Elements of each.
  public let depth: Int

  /// Makes lines.
  public init(count: Int, depth: Int) {
    self.count = count
    self.depth = depth
  }

  /// So many elements in lines of `depth`; no lines where those are empty.
  public init(elements: Int, depth: Int) { self.init(count: depth > 0 ? elements / depth : 0, depth: depth) }

  /// Elements of all lines.
  public var elements: Int { count * depth }
}

extension Scaling {
  /// Scales that blocks of so many lines share: each line's last block may be shorter than the others; 0 where no blocks
  /// share scales.
  public func blockCount(in lines: DepthLines) -> Int {
    switch self {
    case .none, .perTensor, .perChannel: 0
    case .block(let size), .group(let size): lines.depth > 0 ? lines.count * ((lines.depth - 1) / max(size, 1) + 1) : 0
    }
  }

  /// Bits of a scale that blocks share; those of whole tensors and channels count nothing.
  private var blockScaleBits: Int {
    switch self {
    case .none, .perTensor, .perChannel: 0
    // E8M0.
    case .block: 8
    // FP32.
    case .group: 32
    }
  }

  fileprivate func blockScaleBits(in lines: DepthLines) -> Double {
    Double(blockCount(in: lines)) * Double(blockScaleBits)
  }
}

extension OperandFormat {
  /// Whole bytes that an operand takes, its elements packed and the scales that blocks share included; scales of whole
  /// tensors and channels count nothing.
  public func byteCount(_ lines: DepthLines) -> Int {
    let elements = Double(lines.elements) * Double(conversion.element.bitCount)
    return Int(((elements + scaling.blockScaleBits(in: lines)) / 8).rounded(.up))
  }
}

extension EmulatedFormat {
  /// The lines of a tensor of so many elements; a single one where no blocks share scales.
  public func lines(of elements: Int) -> DepthLines {
    DepthLines(elements: elements, depth: axis?.depth ?? elements)
  }
}
