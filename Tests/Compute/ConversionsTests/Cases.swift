import CKernels
import Conversions
import Foundation
import KernelDigests
import NumericFormats
import Testing

/// One of the implementations that must agree: the oracle, or the vectors of a level that this CPU has.
struct Implementation: CustomTestStringConvertible {
  let level: Int32

  static let all: [Implementation] = {
    let best = ckernels_isa_for_features(ckernels_cpu_features())
    return (-1...Int32(best.rawValue)).map(Implementation.init(level:))
  }()

  static let oracle = Implementation(level: -1)

  /// The vectors' levels.
  static let levels = Array(all.dropFirst())

  var isa: ckernels_isa? { level < 0 ? nil : ckernels_isa(rawValue: UInt32(level)) }
  var testDescription: String { ["oracle", "generic", "avx2", "avx512"][Int(level + 1)] }
}

/// Every element format.
let elementFormats: [ElementFormat] =
  FloatFormat.all.map(ElementFormat.float)
  + [.s8, .u8, .signed(bits: 8, limit: 64), .signed(bits: 4, limit: 7), .unsigned(bits: 4), .fixedPoint(bits: 8)]

/// Every rounding.
let roundings: [Rounding] = [.nearestEven, .towardZero, .nearestAway, .stochastic(seed: 7)]

/// The element format of that name.
func elementFormat(named name: String) -> ElementFormat? { elementFormats.first { $0.name == name } }

extension Conversion {
  /// A scale and a zero point that suit the element in tests: 1 and 0 for floats and fixed-point numbers.
  var sampleFigures: (scale: Float, zeroPoint: Int32) {
    switch element {
    case .float, .fixedPoint: (1, 0)
    case .signed: (0.37, 0)
    case .unsigned(let bits): (0.37, bits == 8 ? 77 : 5)
    }
  }

  var sampleKernel: ckernels_conversion { kernel(scale: sampleFigures.scale, zeroPoint: sampleFigures.zeroPoint) }

  /// What `values` become before the scale, by the oracle.
  func quantised(_ values: [Float], scale: Float = 1, zeroPoint: Int32 = 0) -> [Float] {
    var kernel = kernel(scale: scale, zeroPoint: zeroPoint)
    return values.enumerated().map { index, value in
      ckernels_decode_one(&kernel, ckernels_encode_one(&kernel, value, UInt64(index)))
    }
  }
}

/// Digests that `scripts/generate-conversion-digests` wrote.
struct GoldenDigests: Decodable {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let format: String
    let overflow: String?
    let digest: String
    var testDescription: String { format + (overflow.map { " " + $0 } ?? "") }

    var conversion: Conversion {
      get throws {
        let element = try #require(elementFormat(named: format))
        return Conversion(element, overflow: overflow == "infinity" ? .infinity : .saturate)
      }
    }
  }

  let encode: [Case]
  let decode: [Case]
  let blocks: [Case]
  let scales: [Case]

  static func read() throws -> GoldenDigests {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = tests.appending(path: "Fixtures/golden/conversions.json")
    return try JSONDecoder().decode(GoldenDigests.self, from: Data(contentsOf: file))
  }
}

/// A digest as the golden file writes it.
func hexadecimal(_ digest: UInt64) -> String {
  let digits = String(digest, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
