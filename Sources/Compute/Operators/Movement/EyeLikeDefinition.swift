import ModelGraph
import Tensors

/// EyeLike: ones on a diagonal of a matrix, zeros elsewhere; the input gives the extents only.
struct EyeLikeDefinition: OperatorDefinition {
  let names = ["EyeLike"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    guard input.shape.rank == 2 else { throw .invalid("the input must be a matrix") }
    return [TensorType(try call.elementType("dtype") ?? input.elementType, input.shape)]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let k = try call.int("k") ?? 0
    let (rows, columns, bytes) = (type.shape[0], type.shape[1], type.elementType.byteCount)
    let one = Self.one(type.elementType)
    let destination = outputs[0]
    return Computation(isDivisible: true) { share in
      for row in share.range(of: rows) {
        let line = destination + row * columns * bytes
        line.initializeMemory(as: UInt8.self, repeating: 0, count: columns * bytes)
        let (column, overflow) = row.addingReportingOverflow(k)
        guard !overflow, column >= 0, column < columns else { continue }
        withUnsafeBytes(of: one.littleEndian) {
          if let from = $0.baseAddress { (line + column * bytes).copyMemory(from: from, byteCount: bytes) }
        }
      }
    }
  }

  /// The bytes of the number 1, little-endian.
  private static func one(_ type: ElementType) -> UInt64 {
    switch type {
    case .float32: UInt64(Float(1).bitPattern)
    case .float64: Double(1).bitPattern
    case .float16: 0x3c00
    case .bfloat16: 0x3f80
    default: 1
    }
  }
}
