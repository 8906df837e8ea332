import ModelGraph
import Tensors

extension Window {
  /// The window of a `Conv`, `MaxPool` or `AveragePool` over planes of rank 1 or 2, `auto_pad` resolved.
  ///
  /// - Parameters:
  ///   - source: the shape of the operand, (n, c, w) or (n, c, h, w).
  ///   - result: the declared shape of the result. Where `ceil_mode` makes it larger than whole windows would,
  ///     positions are added behind the last ones, which is the same where padding never wins.
  /// - Returns: nil where attributes do not make a window with that result.
  init?(_ op: GeneralOperator, kernel: [Int], source: Shape, result: Shape) {
    let rank = source.rank - 2
    guard rank == 1 || rank == 2, kernel.count == rank, result.rank == source.rank else { return nil }
    let strides = op.ints("strides") ?? [Int](repeating: 1, count: rank)
    let dilations = op.ints("dilations") ?? [Int](repeating: 1, count: rank)
    let limit = 1 << 30
    guard strides.count == rank, dilations.count == rank,
      (strides + dilations + kernel).allSatisfy({ $0 > 0 && $0 < limit }),
      source.dims.allSatisfy({ $0 < limit }), result.dims.allSatisfy({ $0 > 0 && $0 < limit })
    else { return nil }
    var before = [Int](repeating: 0, count: rank)
    var behind = before
    let automatic = op.string("auto_pad") ?? "NOTSET"
    for axis in 0..<rank {
      let (reach, overflow) = dilations[axis].multipliedReportingOverflow(by: kernel[axis] - 1)
      guard !overflow, reach < limit else { return nil }
      // What the declared result needs in all, for `auto_pad` and for `ceil_mode`.
      let needed = (result[axis + 2] - 1) * strides[axis] + reach + 1 - source[axis + 2]
      switch automatic {
      case "SAME_UPPER": (before[axis], behind[axis]) = (max(needed, 0) / 2, max(needed, 0) - max(needed, 0) / 2)
      case "SAME_LOWER": (before[axis], behind[axis]) = (max(needed, 0) - max(needed, 0) / 2, max(needed, 0) / 2)
      case "VALID": break
      default:
        let pads = op.ints("pads") ?? [Int](repeating: 0, count: 2 * rank)
        guard pads.count == 2 * rank, pads.allSatisfy({ $0 >= 0 && $0 < limit }) else { return nil }
        (before[axis], behind[axis]) = (pads[axis], pads[axis + rank])
      }
      if op.int("ceil_mode") == 1 { behind[axis] = max(behind[axis], needed - before[axis]) }
    }
    func extent(_ values: [Int], _ missing: Int) -> Extent {
      rank == 2 ? Extent(values[0], values[1]) : Extent(missing, values[0])
    }
    let (first, last) = (extent(before, 0), extent(behind, 0))
    self.init(
      stride: extent(strides, 1),
      padding: Padding(top: first.height, left: first.width, bottom: last.height, right: last.width),
      dilation: extent(dilations, 1))
  }
}
