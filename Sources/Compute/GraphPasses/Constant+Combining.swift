import ModelGraph
import Operators
import Tensors

/// Constants computed from others. Nothing is loaded or computed before the finished model asks for the values, so that
/// folded weights never exist beside the originals of the whole model.
extension Constant {
  /// A computation of a vector that is carried out late, in FP64.
  typealias Vector = @Sendable () throws -> [Double]

  /// A small constant from its bytes.
  static func bytes(_ type: TensorType, _ bytes: [UInt8]) -> Constant {
    .deferred(type) { try Tensor(type) { $0.copyBytes(from: bytes) } }
  }

  /// A vector of zeros.
  static func zeros(_ count: Int) -> Constant {
    let type = TensorType(.float32, [count])
    return .deferred(type) { try Tensor(type) { _ in } }
  }

  /// An FP32 vector whose values are computed late.
  static func vector(_ count: Int, _ values: @escaping Vector) -> Constant {
    let type = TensorType(.float32, [count])
    return .deferred(type) { try Tensor(.float32, [count], values().map { Float($0) }) }
  }

  /// The values of an FP32 constant, late.
  var doubles: Vector {
    { [self] in try tensor().copied(as: Float.self).map(Double.init) }
  }

  /// The same values under another shape of as many elements.
  func reshaped(_ shape: Shape) -> Constant {
    guard shape != type.shape else { return self }
    let target = TensorType(type.elementType, shape)
    return .deferred(target) { [self] in
      try tensor().part(0..<target.byteCount, as: target)
    }
  }

  /// An FP32 matrix (k, n) as (n, k).
  var transposed: Constant {
    let target = TensorType(type.elementType, [type.shape[1], type.shape[0]])
    return .deferred(target) { [self] in
      let op = GeneralOperator("Transpose", opset: 13, attributes: ["perm": .ints([1, 0])], slots: [0])
      return try OperatorLibrary.evaluate(node: "weights", op, inputs: [tensor()], outputCount: 1)[0]
    }
  }

  /// Some of the outermost slices of an FP32 constant.
  func rows(_ range: Range<Int>) -> Constant {
    let target = TensorType(type.elementType, Shape([range.count] + type.shape.dims.dropFirst()))
    let rowBytes = target.byteCount / max(range.count, 1)
    return .deferred(target) { [self] in
      try tensor().part((range.lowerBound * rowBytes)..<(range.upperBound * rowBytes), as: target)
    }
  }

  /// An FP32 constant seen as (groups, outer, channels, inner), multiplied by one factor for each channel of each
  /// group.
  ///
  /// Plain weights (co, ...) are (1, 1, co, rest), those of a transposed convolution (g, ci / g, co / g, rest), and the
  /// right operand (k, n) of a product is (1, k, n, 1).
  func scaled(groups: Int = 1, outer: Int = 1, channels: Int, by factors: Vector?) -> Constant {
    guard let factors else { return self }
    let type = type
    return .deferred(type) { [self] in
      let (source, factors) = (try tensor(), try factors().map { Float($0) })
      let inner = type.shape.count / max(groups * outer * channels, 1)
      let result = try Tensor(type) { memory in
        let destination = memory.bindMemory(to: Float.self)
        let values = source.elements(as: Float.self)
        var index = 0
        for group in 0..<groups {
          for _ in 0..<outer {
            for channel in 0..<channels {
              let factor = factors[group * channels + channel]
              for _ in 0..<inner {
                destination[index] = values[index] * factor
                index += 1
              }
            }
          }
        }
      }
      return withExtendedLifetime(source) { result }
    }
  }
}
