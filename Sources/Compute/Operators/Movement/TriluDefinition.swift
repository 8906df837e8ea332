import ModelGraph
import Tensors

/// Trilu: the upper or lower triangle of matrices, with zeros elsewhere.
struct TriluDefinition: OperatorDefinition {
  let names = ["Trilu"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    guard input.shape.rank >= 2 else { throw .invalid("the input must have at least 2 dimensions") }
    if let k = call.input(1), k.type.elementType != .int64 || k.type.shape.count != 1 {
      throw .invalid("input 1 must be one int64")
    }
    return [input]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let input = try outputTypes(call)[0]
    let keepsUpper = try call.int("upper") ?? 1 != 0
    let diagonal = call.input(1) == nil ? nil : try call.memory(1)
    let (rows, columns) = (input.shape[-2], input.shape[-1])
    let bytes = input.elementType.byteCount
    let (source, destination) = (try call.memory(0), outputs[0])
    let lines = columns == 0 ? 0 : input.shape.count / columns
    return Computation(isDivisible: true) { share in
      // Beyond the matrix every diagonal is alike.
      let k = min(max(diagonal.map { Int($0.load(as: Int64.self)) } ?? 0, -rows), columns)
      for line in share.range(of: lines) {
        let row = line % rows
        let split = min(max(keepsUpper ? row + k : row + k + 1, 0), columns)
        let kept = keepsUpper ? split..<columns : 0..<split
        let start = line * columns * bytes
        (destination + start).initializeMemory(as: UInt8.self, repeating: 0, count: columns * bytes)
        (destination + start + kept.lowerBound * bytes).copyMemory(
          from: source + start + kept.lowerBound * bytes, byteCount: kept.count * bytes)
      }
    }
  }
}
