import ModelGraph
import Operators
import Tensors
import Testing

/// Einsum, against a naive evaluation of the equation.
struct EinsumTests {
  /// Equations with the operands' extents, and the explicit equation that they mean.
  static let cases: [(String, [Shape], String?)] = [
    ("ij->ji", [[2, 3]], nil), ("ij->i", [[2, 3]], nil), ("ij", [[2, 3]], "ij->ij"), ("ba", [[2, 3]], "ba->ab"),
    ("ii->i", [[3, 3]], nil), ("ii", [[3, 3]], "ii->"), ("i,i->", [[4], [4]], nil), ("i,j->ij", [[2], [3]], nil),
    ("ij,jk->ik", [[2, 3], [3, 4]], nil), ("ij,jk", [[2, 3], [3, 4]], "ij,jk->ik"),
    ("ij,kj->ik", [[2, 3], [4, 3]], nil),
    ("ji,jk->ik", [[3, 2], [3, 4]], nil), ("ij,jk->ki", [[2, 3], [3, 4]], nil),
    ("bij, bjk -> bik", [[5, 2, 3], [5, 3, 4]], nil),
    ("bqhd,bkhd->bhqk", [[2, 3, 4, 5], [2, 6, 4, 5]], nil), ("bhqk,bkhd->bqhd", [[2, 4, 3, 6], [2, 6, 4, 5]], nil),
    ("abc,cd->abd", [[2, 3, 4], [4, 5]], nil), ("abc,bcd->ad", [[2, 3, 4], [3, 4, 5]], nil),
    ("abc,cbd->ad", [[2, 3, 4], [4, 3, 5]], nil),
    ("ab,cd->", [[2, 3], [4, 5]], nil), ("ab,ab,ab->a", [[2, 3], [2, 3], [2, 3]], nil),
    ("aab,b->a", [[2, 2, 3], [3]], nil),
    ("aB,Bc->ac", [[2, 3], [3, 2]], nil), ("ij,ij->ij", [[2, 3], [2, 3]], nil), ("i,->i", [[3], []], nil),
    ("ab,b->a", [[1, 3], [3]], nil),
    ("ij,jk->ik", [[2, 0], [0, 3]], nil), ("ij,jk->ik", [[0, 2], [2, 3]], nil),
    ("ij,jk->ik", [[40, 17], [17, 33]], nil),
    ("...ij,...jk->...ik", [[2, 3, 4], [2, 4, 5]], "zij,zjk->zik"), ("...i->...", [[2, 3]], "zi->z"),
    ("...", [[2, 3]], "yz->yz"),
    ("...ij,jk->...ik", [[2, 3, 4], [4, 5]], "zij,jk->zik"), ("b...,b->...", [[2, 3], [2]], "bz,b->z"),
  ]

  @Test(arguments: cases) func sums(equation: String, shapes: [Shape], explicit: String?) throws {
    let values = shapes.enumerated().map { position, shape in
      (0..<shape.count).map { Double(($0 * 7 + position * 3) % 11) - 4 }
    }
    let (shape, wanted) = naive(explicit ?? equation, shapes, values)
    for type in [ElementType.float32, .float64, .int32, .int64] {
      let inputs = try zip(shapes, values).map { try Tensor.of(type, $0, $1) }
      expect(OperatorUse("Einsum", ["equation": .string(equation)], inputs), gives: [try .of(type, shape, wanted)])
    }
  }

  /// Extents of 1 broadcast: the first operand's batch, then a label.
  @Test func broadcasts() throws {
    let (a, b) = (try Tensor.f32([1, 2], [1, 2]), try Tensor.f32([3, 2], [1, 2, 3, 4, 5, 6]))
    expect(
      OperatorUse("Einsum", ["equation": .string("...i,...i->...")], [a, b]), gives: [try .f32([3], [5, 11, 17])])
    expect(OperatorUse("Einsum", ["equation": .string("ai,ai->a")], [a, b]), gives: [try .f32([3], [5, 11, 17])])
  }

  @Test(arguments: [
    ("ij,jk->ik", "has 2 terms for 1 inputs"), ("", "does not fit"), ("i->i", "does not fit"),
    ("ijk->i", "does not fit"),
    ("ij->k", "a result that no input has"), ("ij->ii", "repeats a label"), ("i1->i", "letters and an ellipsis"),
    ("......->", "letters and an ellipsis"), ("i..j->i", "letters and an ellipsis"), ("ij->i->j", "terms"),
    ("ii->i", "the extents 2 and 3"),
    ("ij->ë", "letters and an ellipsis"),
  ])
  func refuses(equation: String, words: String) throws {
    expectRefusal(
      OperatorUse("Einsum", ["equation": .string(equation)], [try .f32([2, 3], [1, 2, 3, 4, 5, 6])]), words)
  }

  @Test func refusesLoopNestsBeyondAllBounds() throws {
    let letters = "abcdefghijklmnopqrstuvwxyz"
    let terms = letters.prefix(13).map { String($0) }
    let inputs = try terms.map { _ in try Tensor.f32([64], [Float](repeating: 1, count: 64)) }
    expectRefusal(
      OperatorUse("Einsum", ["equation": .string(terms.joined(separator: ",") + "->")], inputs), "not a valid")
    expectRefusal(OperatorUse("Einsum", [inputs[0]]), "equation is missing")
    expectRefusal(
      OperatorUse("Einsum", ["equation": .string("i,i->")], [inputs[0], try .i64([1], [1])]), "is not float32")
  }

  /// A few thousand elements that would take hours.
  @Test(arguments: ["a,b,c,d->", "a,b,c,d->a"]) func refusesProductsWithoutEnd(equation: String) throws {
    let input = try Tensor.f32([2000], [Float](repeating: 1, count: 2000))
    expectRefusal(
      OperatorUse("Einsum", ["equation": .string(equation)], [input, input, input, input]),
      "products of so few elements")
  }

  /// Matrices of 2^12 x 2^12 have more products than 2^32, and are no fewer elements than a product needs.
  @Test func acceptsLargeMatrices() throws {
    let type = TensorType(.float32, [1 << 12, 1 << 12])
    let operand = Operand(type: type, address: nil, hasValue: false)
    let op = GeneralOperator("Einsum", opset: 12, attributes: ["equation": .string("ij,jk->ik")], slots: [0, 1])
    let call = OperatorCall(
      node: "product", op: op, operands: [operand, operand], outputCount: 1, resources: Resources())
    #expect(try OperatorLibrary.definition(of: "Einsum").outputTypes(call) == [type])
  }

  /// An explicit equation of single letters, summed letter by letter.
  private func naive(_ equation: String, _ shapes: [Shape], _ values: [[Double]]) -> (Shape, [Double]) {
    let sides = equation.filter { $0 != " " }.split(separator: ">", omittingEmptySubsequences: false)
    let terms = sides[0].dropLast().split(separator: ",", omittingEmptySubsequences: false).map { Array($0) }
    let output = Array(sides[1])
    var extents: [Character: Int] = [:]
    for (term, shape) in zip(terms, shapes) {
      for (letter, extent) in zip(term, shape.dims) { extents[letter] = extent }
    }
    let letters = output + extents.keys.filter { !output.contains($0) }.sorted()
    let shape = Shape(output.map { extents[$0] ?? 0 })
    var result = [Double](repeating: 0, count: shape.count)
    var index = [Character: Int](uniqueKeysWithValues: letters.map { ($0, 0) })
    func offset(_ term: [Character], _ shape: Shape) -> Int {
      zip(term, shape.dims).reduce(0) { $0 * $1.1 + (index[$1.0] ?? 0) }
    }
    func nest(_ depth: Int) {
      guard depth < letters.count else {
        result[offset(output, shape)] += zip(zip(terms, shapes), values).reduce(1) { $0 * $1.1[offset($1.0.0, $1.0.1)] }
        return
      }
      for position in 0..<(extents[letters[depth]] ?? 0) {
        index[letters[depth]] = position
        nest(depth + 1)
      }
    }
    nest(0)
    return (shape, result)
  }
}
