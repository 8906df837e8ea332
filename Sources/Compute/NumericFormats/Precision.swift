/// The number format family in which a model's operands are held.
public enum Precision: String, Codable, CaseIterable, Hashable, Sendable {
  /// IEEE 754 binary32 operands and accumulation.
  case fp32
  /// Brain floating point: 8 exponent bits, 7 fraction bits; FP32 accumulation.
  case bf16
  /// 8-bit integers with scales and zero points; 32-bit integer accumulation.
  case int8
}

/// Whether a precision runs on the instructions that implement it or is imitated bit by bit with others.
///
/// Emulated time is never speed: reports, rankings and gates do not mix the two.
public enum Execution: String, Codable, Hashable, Sendable {
  case native, emulated
}
