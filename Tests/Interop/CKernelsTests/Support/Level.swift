import CKernels
import Testing

/// One instruction-set level that this CPU runs; every kernel test takes each of them.
struct Level: Sendable, CustomTestStringConvertible {
  let isa: ckernels_isa

  static let available: [Level] = {
    let highest = ckernels_isa_for_features(ckernels_cpu_features())
    return (0...highest.rawValue).map { Level(isa: ckernels_isa(rawValue: $0)) }
  }()

  var table: ckernels_operator_table { ckernels_operators(isa).pointee }

  /// Floats in a vector of the level.
  var lanes: Int { 4 << Int(isa.rawValue) }

  /// The most additions that one term of a sum of `count` goes through: `sums` vectors side by side, then joined.
  func additions(count: Int, sums: Int) -> Double { Double(count / (sums * lanes) + 3 + 2 + 4) }

  var testDescription: String { ["generic", "avx2", "avx512"][Int(isa.rawValue)] }
}

/// Row lengths around every level's vector and unrolled loop, and one longer than the epilogue's span.
let lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 49, 63, 64, 65, 127, 200, 1023, 1025, 2051]

/// Half the distance from 1 to the next float: the relative error of one rounding.
let unit = 0x1p-24
