import ModelGraph
import Tensors

/// NonMaxSuppression: per batch and class, boxes by descending score that overlap no better one too much.
struct NonMaxSuppressionDefinition: OperatorDefinition {
  let names = ["NonMaxSuppression"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    try plan(call).types
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    try plan(call).prepare(outputs)
  }

  /// The extents are those of the result itself: all work is done here.
  func plan(_ call: OperatorCall) throws(OperatorError) -> OperatorPlan {
    let selected = try selected(call)
    return OperatorPlan(types: [TensorType(.int64, [selected.count / 3, 3])]) { outputs in
      let destination = outputs[0]
      return Computation(isDivisible: false, heldBytes: selected.count * 8) { _ in
        selected.withUnsafeBytes {
          if let from = $0.baseAddress { destination.copyMemory(from: from, byteCount: $0.count) }
        }
      }
    }
  }

  /// A box by its corners.
  private struct Box {
    let (top, left, bottom, right): (Float, Float, Float, Float)

    /// From four numbers: two opposite corners (y, x), or the centre (x, y) with width and height.
    init(_ numbers: UnsafePointer<Float>, isCentred: Bool) {
      let (a, b, c, d) = (numbers[0], numbers[1], numbers[2], numbers[3])
      if isCentred {
        (left, right, top, bottom) = (a - c / 2, a + c / 2, b - d / 2, b + d / 2)
      } else {
        (top, bottom, left, right) = (min(a, c), max(a, c), min(b, d), max(b, d))
      }
    }

    /// The area common to both as a fraction of the area that they cover together.
    func overlap(with other: Box) -> Float {
      let height = min(bottom, other.bottom) - max(top, other.top)
      let width = min(right, other.right) - max(left, other.left)
      guard height > 0, width > 0 else { return 0 }
      let common = height * width
      let together = area + other.area - common
      return area > 0 && other.area > 0 && together > 0 ? common / together : 0
    }

    private var area: Float { (bottom - top) * (right - left) }
  }

  /// Triples (batch, class, box), one after the other.
  private func selected(_ call: OperatorCall) throws(OperatorError) -> [Int] {
    let (boxes, scores) = (try call.required(0), try call.required(1))
    let (boxShape, scoreShape) = (boxes.type.shape, scores.type.shape)
    guard boxes.type.elementType == .float32, scores.type.elementType == .float32 else {
      throw .invalid("boxes and scores must be float32")
    }
    guard boxShape.rank == 3, boxShape[2] == 4, scoreShape.rank == 3, boxShape[0] == scoreShape[0],
      boxShape[1] == scoreShape[2]
    else { throw .invalid("boxes of \(boxShape) and scores of \(scoreShape) do not fit") }
    guard boxes.hasValue, let boxNumbers = boxes.address?.assumingMemoryBound(to: Float.self) else {
      throw .needsValue(of: 0)
    }
    guard scores.hasValue, let scoreNumbers = scores.address?.assumingMemoryBound(to: Float.self) else {
      throw .needsValue(of: 1)
    }
    let limit = try call.integer(2) ?? 0
    let overlapLimit = try number(call, 3) ?? 0
    let scoreLimit = try number(call, 4) ?? -.infinity
    guard overlapLimit >= 0, overlapLimit <= 1 else { throw .invalid("an overlap threshold of \(overlapLimit)") }
    let isCentred = try call.isOn("center_point_box")
    var result: [Int] = []
    guard limit > 0 else { return result }
    let count = boxShape[1]
    for batch in 0..<boxShape[0] {
      let own = (0..<count).map { Box(boxNumbers + (batch * count + $0) * 4, isCentred: isCentred) }
      for kind in 0..<scoreShape[1] {
        let line = scoreNumbers + (batch * scoreShape[1] + kind) * count
        let candidates = (0..<count).filter { line[$0] > scoreLimit }
          .sorted { line[$0] > line[$1] || (line[$0] == line[$1] && $0 < $1) }
        var kept: [Int] = []
        for candidate in candidates where kept.count < limit {
          if kept.allSatisfy({ own[$0].overlap(with: own[candidate]) <= overlapLimit }) { kept.append(candidate) }
        }
        for box in kept { result += [batch, kind, box] }
      }
    }
    return result
  }

  /// The only value of a float operand, or nil where it was left out.
  private func number(_ call: OperatorCall, _ position: Int) throws(OperatorError) -> Float? {
    guard let operand = call.input(position) else { return nil }
    guard operand.type.shape.count == 1 else { throw .invalid("input \(position) must hold one number") }
    return try call.floats(position)?.first
  }
}
