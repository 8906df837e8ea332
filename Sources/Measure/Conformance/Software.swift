import CKernels
import Engines

/// Software that makes steps of an accumulation: what is held against an instruction.
public struct StepSoftware: Sendable {
  /// One step for each of `count` accumulators, in place; a and b hold a group of operand elements for each.
  public typealias Steps =
    @Sendable (
      _ accumulators: UnsafeMutablePointer<UInt32>, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int
    ) -> Void

  /// What reports call it.
  public let name: String
  let steps: Steps

  /// Names software.
  public init(_ name: String, steps: @escaping Steps) {
    self.name = name
    self.steps = steps
  }

  /// What defines the contract: integer arithmetic, one element after the other.
  public static func oracle(_ accumulation: ckernels_accumulation) -> StepSoftware {
    StepSoftware("scalar oracle") { accumulators, a, b, count in
      ckernels_accumulation_steps(accumulation, accumulators, a, b, count)
    }
  }
}

/// Software that converts between FP32 and codes of 16 bits.
public struct ConversionSoftware: Sendable {
  /// `count` elements: FP32 to codes, or codes to FP32, as the instruction does.
  public typealias Convert = @Sendable (_ src: UnsafeRawPointer, _ dst: UnsafeMutableRawPointer, _ count: Int) -> Void

  /// What reports call it.
  public let name: String
  /// Whether it is too slow for every input, and takes some of them.
  let isSlow: Bool
  let convert: Convert

  /// Names software.
  public init(_ name: String, isSlow: Bool = false, convert: @escaping Convert) {
    self.name = name
    self.isSlow = isSlow
    self.convert = convert
  }

  /// What models use on each level that this CPU has, and the function for single elements that defines the conversion.
  static func all(_ conversion: ckernels_conversion, decodes: Bool, on features: CPUFeatures) -> [ConversionSoftware] {
    let best = ckernels_isa_for_features(features.rawValue)
    let levels = [
      (CKERNELS_ISA_GENERIC, "vectors, generic"), (CKERNELS_ISA_AVX2, "vectors, avx2"),
      (CKERNELS_ISA_AVX512, "vectors, avx512"),
    ].filter { $0.0.rawValue <= best.rawValue }
    let oracle = ConversionSoftware("scalar oracle", isSlow: true) { src, dst, count in
      withUnsafePointer(to: conversion) { conversion in
        for index in 0..<count {
          if decodes {
            let code = UInt32(src.load(fromByteOffset: 2 * index, as: UInt16.self))
            dst.storeBytes(of: ckernels_decode_one(conversion, code), toByteOffset: 4 * index, as: Float.self)
          } else {
            let value = src.load(fromByteOffset: 4 * index, as: Float.self)
            let code = UInt16(truncatingIfNeeded: ckernels_encode_one(conversion, value, 0))
            dst.storeBytes(of: code, toByteOffset: 2 * index, as: UInt16.self)
          }
        }
      }
    }
    return [oracle]
      + levels.map { isa, name in
        // Models use the generic level on CPUs that have no other; elsewhere it is slow, and takes some inputs too.
        ConversionSoftware(name, isSlow: isa == CKERNELS_ISA_GENERIC && isa != best) { src, dst, count in
          withUnsafePointer(to: conversion) { conversion in
            if decodes {
              ckernels_decode(isa, conversion, src, dst.assumingMemoryBound(to: Float.self), count)
            } else {
              ckernels_encode(isa, conversion, src.assumingMemoryBound(to: Float.self), dst, count, 0)
            }
          }
        }
      }
  }
}
