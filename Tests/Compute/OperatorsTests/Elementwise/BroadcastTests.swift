import ModelGraph
import Operators
import Tensors
import Testing

@Suite("Broadcasting")
struct BroadcastTests {
  /// Pairs and triples of extents that exercise every kind of loop: contiguous, scalar, row, column, alternating.
  static let shapes: [[Shape]] = [
    [[], []], [[5], []], [[], [5]], [[200], [200]], [[1], [200]], [[3, 67], [67]], [[67], [3, 67]],
    [[3, 67], [3, 1]], [[3, 1], [3, 67]], [[3, 1], [1, 67]], [[2, 3, 4, 5], [3, 1, 1]], [[2, 1, 4, 1], [1, 3, 1, 5]],
    [[2, 3, 4], [2, 1, 4]], [[1, 1, 1], [1]], [[4, 1, 3, 1, 2], [1, 5, 1, 2, 1]], [[0], [1]], [[2, 0, 3], [3]],
    [[2, 0], [1, 1]], [[0, 3], []], [[5, 1, 1, 7], [5, 6, 1, 7]], [[2, 2, 2, 2, 2, 2, 2], [2, 1, 2, 1, 2, 1, 2]],
  ]

  /// Element by element from the definition: the index of an operand is that of the result where its extent is not 1.
  static func naive(_ operands: [Tensor], _ shape: Shape, _ formula: ([Float]) -> Float) -> [Float] {
    (0..<shape.count).map { place in
      var rest = place
      var index = [Int](repeating: 0, count: shape.rank)
      for dim in (0..<shape.rank).reversed() { (rest, index[dim]) = rest.quotientAndRemainder(dividingBy: shape[dim]) }
      return formula(
        operands.map { operand in
          let own = index.suffix(operand.shape.rank)
          var offset = 0
          for (extent, position) in zip(operand.shape.dims, own) {
            offset = offset * extent + (extent == 1 ? 0 : position)
          }
          return operand.elements(as: Float.self)[offset]
        })
    }
  }

  static func numbers(_ shape: Shape, from first: Float) throws -> Tensor {
    try .f32(shape, (0..<shape.count).map { first + Float($0 % 257) * 0.5 })
  }

  @Test("pairs agree with a loop over indices", arguments: shapes)
  func pairs(_ shapes: [Shape]) throws {
    let operands = [try Self.numbers(shapes[0], from: -7), try Self.numbers(shapes[1], from: 3)]
    let shape = try #require(shapes[0].broadcast(with: shapes[1]))
    let formulas: [(String, @Sendable ([Float]) -> Float)] = [
      ("Add", { $0[0] + $0[1] }), ("Sub", { $0[0] - $0[1] }), ("Mul", { $0[0] * $0[1] }), ("Div", { $0[0] / $0[1] }),
      ("Max", { max($0[0], $0[1]) }), ("Min", { min($0[0], $0[1]) }),
    ]
    for (name, formula) in formulas {
      expect(OperatorUse(name, operands), gives: [try .f32(shape, Self.naive(operands, shape, formula))])
    }
    let less = Self.naive(operands, shape) { $0[0] < $0[1] ? 1 : 0 }
    expect(OperatorUse("Less", operands), gives: [try .bool(shape, less.map { $0 == 1 })])
  }

  @Test("Where takes three", arguments: shapes, [[], [1], [5, 1, 1, 1]] as [Shape])
  func triples(_ shapes: [Shape], _ extra: Shape) throws {
    guard let pair = shapes[0].broadcast(with: shapes[1]), let shape = pair.broadcast(with: extra) else { return }
    let x = try Self.numbers(shapes[0], from: -7)
    let y = try Self.numbers(shapes[1], from: 3)
    let choice = try Tensor.f32(extra, (0..<extra.count).map { Float($0 % 2) })
    // Each operand takes each place.
    for (condition, a, b) in [(choice, x, y), (x, choice, y), (y, x, choice)] {
      let bools = condition.elements(as: Float.self).map { $0 > 0 }
      let wanted = Self.naive([condition, a, b], shape) { $0[0] > 0 ? $0[1] : $0[2] }
      expect(OperatorUse("Where", [try .bool(condition.shape, bools), a, b]), gives: [try .f32(shape, wanted)])
    }
  }

  @Test("a broadcast of all element sizes", arguments: ElementType.allCases)
  func sizes(_ type: ElementType) throws {
    let condition = try Tensor.bool([3, 1], [true, false, true])
    let inputs = [condition, try .of(type, [2], [1, 0]), try .of(type, [3, 1], [0, 1, 1])]
    expect(OperatorUse("Where", inputs), gives: [try .of(type, [3, 2], [1, 0, 1, 1, 1, 0])])
  }
}
