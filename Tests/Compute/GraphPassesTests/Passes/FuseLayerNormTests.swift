@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct FuseLayerNormTests {
  private static let last: [String: GeneralOperator.Attribute] = ["axes": .ints([-1])]

  /// Which of the exporters' ways to write it.
  struct Spelling: CustomStringConvertible {
    var square = "Pow"
    var quotient = "Div"
    var description: String { "\(square), \(quotient)" }
  }

  static let spellings = ["Pow", "Mul"].flatMap { square in
    ["Div", "Reciprocal", "inverse power", "power", "one over"].map { Spelling(square: square, quotient: $0) }
  }

  private func spell(_ spelling: Spelling, _ test: inout TestDraft, _ x: TensorID) throws -> TensorID {
    let mean = try test.node("ReduceMean", x, attributes: Self.last)
    let centred = try test.node("Sub", x, mean)
    let square =
      try spelling.square == "Pow"
      ? test.node("Pow", centred, test.scalar(2)) : test.node("Mul", centred, centred)
    let variance = try test.node("ReduceMean", square, attributes: Self.last)
    let sum = try test.node("Add", variance, test.scalar(1e-3))
    switch spelling.quotient {
    case "Div": return try test.node("Div", centred, try test.node("Sqrt", sum))
    case "Reciprocal":
      return try test.node("Mul", try test.node("Reciprocal", try test.node("Sqrt", sum)), centred)
    case "inverse power": return try test.node("Mul", centred, try test.node("Pow", sum, test.scalar(-0.5)))
    case "power": return try test.node("Div", centred, try test.node("Pow", sum, test.scalar(0.5)))
    default:
      return try test.node("Mul", centred, try test.node("Div", test.scalar(1), try test.node("Sqrt", sum)))
    }
  }

  @Test(arguments: spellings) func findsEverySpelling(_ spelling: Spelling) throws {
    var test = TestDraft()
    let x = test.input(2, 3, 8)
    let normal = try spell(spelling, &test, x)
    let scaled = try test.node("Mul", test.weights(8), normal)
    let result = try test.node("Add", scaled, test.weights(1, 1, 8))
    let (again, count) = (try test.node("Neg", x), test.draft.nodes.count)
    let draft = try expectRewrite(
      test, outputs: [result, again], by: [FuseLayerNorm()], to: ["layerNorm", "Neg"], tolerance: 1e-5)
    #expect(draft.nodes[0].op == .layerNorm(LayerNorm(epsilon: 1e-3)))
    #expect(draft.nodes[0].origins.count == count - 1)
    #expect(draft.nodes[0].parameters.map { draft[$0].role } == [.gamma, .beta])
  }

  @Test(arguments: spellings) func takesNoFactors(_ spelling: Spelling) throws {
    var test = TestDraft()
    let normal = try spell(spelling, &test, test.input(2, 8))
    try expectRewrite(test, outputs: [normal], by: [FuseLayerNorm()], to: ["layerNorm"], tolerance: 1e-5)
  }

  @Test(arguments: [true, false]) func convertsTheOperatorWithResidual(_ hasBias: Bool) throws {
    var test = TestDraft()
    let (one, other) = (test.input(2, 3, 8), test.input(2, 3, 8))
    let sum = try test.node("Add", one, other)
    let result = try test.node(
      "LayerNormalization", sum, test.weights(8), hasBias ? test.weights(8) : nil,
      attributes: ["epsilon": .float(1e-12)])
    let draft = try expectRewrite(
      test, outputs: [result], by: [FuseLayerNorm()], to: ["layerNorm"], tolerance: 1e-5)
    #expect(draft.nodes[0].inputs == [one, other])
    #expect(draft.nodes[0].origins == ["Add0", "LayerNormalization1"])
  }

  @Test func leavesASumThatAnotherReads() throws {
    var test = TestDraft()
    let sum = try test.node("Add", test.input(2, 8), test.input(2, 8))
    let result = try test.node("LayerNormalization", sum, test.weights(8))
    try expectRewrite(
      test, outputs: [result, sum], by: [FuseLayerNorm()], to: ["Add", "layerNorm"], tolerance: 1e-5)
  }

  @Test func leavesABroadcastSum() throws {
    var test = TestDraft()
    let sum = try test.node("Add", test.input(2, 3, 8), test.input(3, 8))
    let result = try test.node("LayerNormalization", sum, test.weights(8))
    try expectRewrite(test, outputs: [result], by: [FuseLayerNorm()], to: ["Add", "layerNorm"], tolerance: 1e-5)
  }

  @Test func leavesOtherAxes() throws {
    var test = TestDraft()
    let x = test.input(2, 8, 8)
    let several = try test.node(
      "LayerNormalization", x, test.weights(8, 8), attributes: ["axis": .int(1)])
    let mean = try test.node("ReduceMean", x, attributes: ["axes": .ints([1])])
    let centred = try test.node("Sub", x, mean)
    let variance = try test.node(
      "ReduceMean", try test.node("Mul", centred, centred), attributes: ["axes": .ints([1])])
    let deviation = try test.node("Sqrt", try test.node("Add", variance, test.scalar(1e-3)))
    let result = try test.node("Div", centred, deviation)
    try expectUnchanged(test, outputs: [several, result], by: [FuseLayerNorm()])
  }

  @Test func leavesWhatAnotherReads() throws {
    for spelling in Self.spellings {
      var test = TestDraft()
      let x = test.input(2, 8)
      let result = try spell(spelling, &test, x)
      for id in test.draft.nodes.dropLast().map(\.output) {
        try expectUnchanged(test, outputs: [result, id], by: [FuseLayerNorm()])
      }
    }
  }

  @Test func leavesComputedFactors() throws {
    var test = TestDraft()
    let result = try test.node("LayerNormalization", test.input(2, 8), test.input(8))
    try expectUnchanged(test, outputs: [result], by: [FuseLayerNorm()])
  }
}
