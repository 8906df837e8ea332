import CKernels
import Glibc
import Testing

/// The bounds that CKernels/elementwise/activations.h states, against libm in FP64 over all magnitudes.
@Suite("Accuracy of FP32 functions")
struct ActivationAccuracyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let function: ckernels_unary
    /// The greatest relative error where the result is normal, beside units of the subnormals, of which products with x
    /// have more.
    let relative: Double
    /// Added to the bound for an error of the argument, which the function magnifies.
    var magnified: @Sendable (Double) -> Double = { _ in 0 }
    let exact: @Sendable (Double) -> Double
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "exp", function: CKERNELS_EXP, relative: 2e-7) { exp($0) },
    Case(name: "log", function: CKERNELS_LOG, relative: 3e-7) { log($0) },
    Case(name: "tanh", function: CKERNELS_TANH, relative: 4e-7) { tanh($0) },
    Case(name: "erf", function: CKERNELS_ERF, relative: 3e-7) { erf($0) },
    Case(name: "sigmoid", function: CKERNELS_SIGMOID, relative: 5e-7) {
      $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0))
    },
    Case(name: "softplus", function: CKERNELS_SOFTPLUS, relative: 4e-7) { max($0, 0) + log1p(exp(-abs($0))) },
    Case(name: "mish", function: CKERNELS_MISH, relative: 1e-6) { $0 * tanh(max($0, 0) + log1p(exp(-abs($0)))) },
    Case(name: "elu", function: CKERNELS_ELU, relative: 3e-7) { $0 > 0 ? $0 : expm1($0) },
    Case(name: "celu", function: CKERNELS_CELU, relative: 3e-7) { $0 > 0 ? $0 : expm1($0) },
    Case(name: "swish", function: CKERNELS_SWISH, relative: 6e-7) {
      $0 < 0 ? $0 * exp($0) / (1 + exp($0)) : $0 / (1 + exp(-$0))
    },
    // The argument of the exponential is computed with three roundings, and grows with the cube.
    Case(
      name: "GELU by tanh", function: CKERNELS_GELU_TANH, relative: 6e-7,
      magnified: { x in x < 0 ? 3 * 0x1p-24 * 1.6 * abs(x + 0.044715 * x * x * x) : 0 }
    ) { x in
      let twice = 2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
      return x < 0 ? x * exp(twice) / (1 + exp(twice)) : x / (1 + exp(-twice))
    },
    Case(name: "softsign", function: CKERNELS_SOFTSIGN, relative: 2e-7) { $0 / (1 + abs($0)) },
    Case(name: "sqrt", function: CKERNELS_SQRT, relative: 6e-8) { $0.squareRoot() },
    Case(name: "reciprocal", function: CKERNELS_RECIPROCAL, relative: 6e-8) { 1 / $0 },
  ]

  /// Bit patterns a prime number apart, and evenly spaced values where the functions bend.
  static let values: [Float] =
    stride(from: UInt64(0), through: UInt64(UInt32.max), by: 400_009).map { Float(bitPattern: UInt32($0)) }
    + (0...20_000).map { Float($0) / 20_000 * 40 - 20 } + (0...8000).map { Float($0) / 8000 * 2 - 1 }
    + (0...8000).map { 0.5 + Float($0) / 8000 }

  static let levels = (0...ckernels_isa_for_features(ckernels_cpu_features()).rawValue).map { $0 }

  @Test("stay within the stated bound", arguments: cases, levels)
  func bounds(_ item: Case, _ level: UInt32) throws {
    let function = try #require(ckernels_unary_map(item.function, CKERNELS_F32, ckernels_isa(rawValue: level), 0))
    let plain = try #require(ckernels_unary_map(item.function, CKERNELS_F32, ckernels_isa(rawValue: level), 1))
    // The plain way rounds once.
    for (map, isPlain) in [(function, false), (plain, true)] {
      let got = Self.apply(map, Self.values)
      var worst = (error: 0.0, at: Float(0), got: Float(0))
      for (x, y) in zip(Self.values, got) {
        let exact = item.exact(Double(x))
        if !exact.isFinite || abs(exact) > Double(Float.greatestFiniteMagnitude) * (1 - 5e-7) || !x.isFinite {
          continue
        }
        let relative = isPlain ? 0x1p-24 : item.relative + item.magnified(Double(x))
        let bound = relative * abs(exact) + 0x1p-149 * (1 + min(abs(Double(x)), 128))
        let error = y.isFinite ? abs(Double(y) - exact) / bound : .infinity
        if error > worst.error { worst = (error, x, y) }
      }
      #expect(worst.error <= 1.0001, "\(item.name)(\(worst.at)) = \(worst.got): \(worst.error) times the bound")
    }
  }

  private static func apply(_ map: ckernels_map, _ values: [Float]) -> [Float] {
    var arguments = ckernels_map_arguments(alpha: 1, beta: 0, gamma: 1, exponent: CKERNELS_F32)
    return [Float](unsafeUninitializedCapacity: values.count) { result, count in
      values.withUnsafeBytes { source in
        var sources: (UnsafeRawPointer?, UnsafeRawPointer?, UnsafeRawPointer?) = (source.baseAddress, nil, nil)
        var steps = (1, 0, 0)
        withUnsafePointer(to: &sources.0) { sources in
          withUnsafePointer(to: &steps.0) { steps in
            _ = map(&arguments, sources, steps, result.baseAddress, values.count)
          }
        }
      }
      count = values.count
    }
  }
}
