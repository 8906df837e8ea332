/// The number format family in which a model's operands are held.
public enum Precision: String, Codable, Hashable, Sendable {
  /// IEEE 754 binary32 operands and accumulation.
  case fp32
  /// The range of FP32 with 10 fraction bits; FP32 accumulation.
  case tf32
  /// Brain floating point: 8 exponent bits, 7 fraction bits; FP32 accumulation.
  case bf16
  /// IEEE 754 binary16.
  case fp16
  /// 8-bit floating point (OCP OFP8); FP32 accumulation.
  case fp8
  /// Blocks of small elements that share a power of two (OCP MX); FP32 accumulation.
  case mx
  /// 8-bit integers with scales and zero points; 32-bit integer accumulation.
  case int8
  /// 4-bit integer weights in groups that share a scale.
  case int4

  /// Those that engines run on instructions of their own somewhere, and so can be measured.
  public static let measurable: [Precision] = [.fp32, .bf16, .int8]
}

/// Whether a precision runs on the instructions that implement it or is imitated bit by bit with others.
///
/// Emulated time is never speed: reports, rankings and gates do not mix the two.
public enum Execution: String, Codable, Hashable, Sendable {
  case native, emulated
}
