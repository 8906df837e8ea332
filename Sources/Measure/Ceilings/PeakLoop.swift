import CKernels
import Engines
import NumericFormats

/// A loop of multiply-accumulates in registers that this CPU runs.
public struct PeakLoop {
  /// The instruction-set level.
  public let isa: String
  /// What it issues.
  public let instructions: String
  /// The operands.
  public let precision: Precision
  private let loop: ckernels_peak_loop

  /// Operations of one iteration: two for each product.
  var operationsPerIteration: Double { 2 * Double(loop.elements) * Double(loop.accumulators) }

  /// The sum of products of one iteration, by the definition of the operands.
  var sumPerIteration: Int64 {
    let products = (0..<Int64(loop.elements)).map { (1 + $0 % 3) * (1 + $0 % 5) }
    return products.reduce(0, +) * Int64(loop.accumulators)
  }

  /// Runs `iterations` and returns the sum of all products.
  public func run(iterations: Int) -> Int64 {
    var left = Int64(iterations)
    var sum: Int64 = 0
    while left > 0 {
      let count = min(left, Int64(CKERNELS_PEAK_MAX_ITERATIONS))
      sum += loop.run(count)
      left -= count
    }
    return sum
  }

  /// Every loop that `features` run, oldest level first.
  public static func available(_ features: CPUFeatures = .detect()) -> [PeakLoop] {
    var count: Int32 = 0
    let loops = ckernels_peak_loops(&count)
    return UnsafeBufferPointer(start: loops, count: Int(count)).compactMap { loop in
      guard features.isSuperset(of: CPUFeatures(rawValue: loop.features)) else { return nil }
      return PeakLoop(
        isa: String(cString: loop.isa), instructions: String(cString: loop.instructions),
        precision: precision(loop.operands), loop: loop)
    }
  }

  private init(isa: String, instructions: String, precision: Precision, loop: ckernels_peak_loop) {
    self.isa = isa
    self.instructions = instructions
    self.precision = precision
    self.loop = loop
  }

  private static func precision(_ operands: ckernels_peak_operands) -> Precision {
    switch operands {
    case CKERNELS_PEAK_BF16: .bf16
    case CKERNELS_PEAK_INT8: .int8
    default: .fp32
    }
  }
}
