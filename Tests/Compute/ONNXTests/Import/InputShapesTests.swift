import ONNX
import Tensors
import Testing

@Suite struct InputShapesTests {
  typealias Dimension = ONNXValueInfo.Dimension

  /// A model that passes its inputs on, so that its outputs have the extents of its inputs.
  static func model(_ dims: [[Dimension]?]) -> ModelMaker {
    dims.enumerated().reduce(ModelMaker()) { maker, entry in
      maker.input("x\(entry.offset)", .float32, entry.element).node("Relu", ["x\(entry.offset)"], ["y\(entry.offset)"])
        .output("y\(entry.offset)")
    }
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let dims: [[Dimension]?]
    var shapes: [String] = []
    var batch: Int?
    let expected: [Shape]
    var testDescription: String { name }
  }

  @Test(arguments: [
    Case(name: "all fixed", dims: [[.fixed(2), .fixed(3)]], expected: [[2, 3]]),
    Case(name: "a scalar", dims: [[]], expected: [[]]),
    Case(
      name: "an open first extent is 1", dims: [[.symbol("n"), .fixed(3)], [.unknown, .fixed(2)]],
      expected: [[1, 3], [1, 2]]),
    Case(name: "the batch sets it", dims: [[.symbol("n"), .fixed(3)]], batch: 4, expected: [[4, 3]]),
    Case(
      name: "the batch multiplies it", dims: [[.symbol("n"), .fixed(3)]], shapes: ["x0=2x3"], batch: 4,
      expected: [[8, 3]]),
    Case(name: "a batch of one changes nothing", dims: [[.fixed(16), .fixed(3)]], batch: 1, expected: [[16, 3]]),
    Case(
      name: "a symbol", dims: [[.symbol("n"), .symbol("s")], [.symbol("n"), .symbol("s")]], shapes: ["s=7"],
      expected: [[1, 7], [1, 7]]),
    Case(name: "a symbol for the batch", dims: [[.symbol("n"), .fixed(3)]], shapes: ["n=4"], expected: [[4, 3]]),
    Case(
      name: "one input's shape tells another's", dims: [[.symbol("n"), .symbol("s")], [.symbol("n"), .symbol("s")]],
      shapes: ["x0=2x7"], expected: [[2, 7], [2, 7]]),
    Case(
      name: "the batch of a recurrent state",
      dims: [[.symbol("n"), .fixed(3)], [.fixed(2), .symbol("n"), .fixed(5)]], expected: [[1, 3], [2, 1, 5]]),
    Case(
      name: "one name for unlike extents", dims: [[.symbol("?"), .fixed(3), .symbol("?"), .symbol("?")]],
      shapes: ["x0=1x3x48x192"], expected: [[1, 3, 48, 192]]),
    Case(name: "unknown rank", dims: [nil], shapes: ["x0=3x4"], expected: [[3, 4]]),
    Case(name: "unknown rank, a scalar", dims: [nil], shapes: ["x0="], expected: [[]]),
    Case(name: "an extent of zero", dims: [[.fixed(0), .fixed(3)]], expected: [[0, 3]]),
  ])
  func resolves(_ test: Case) throws {
    let maker = Self.model(test.dims)
    let imported = try maker.imported { options in
      for shape in test.shapes { try options.addShape(shape, for: maker.model) }
      options.batch = test.batch
    }
    #expect(imported.inputs.map(\.type.shape) == test.expected)
    #expect(imported.outputs.map(\.type.shape) == test.expected)
    #expect(imported.inputs.map(\.name) == test.dims.indices.map { "x\($0)" })
  }

  struct Refusal: CustomTestStringConvertible, Sendable {
    let name: String
    let dims: [[Dimension]?]
    var shapes: [String] = []
    var batch: Int?
    let parts: [String]
    var testDescription: String { name }
  }

  @Test(arguments: [
    Refusal(
      name: "an open inner extent", dims: [[.symbol("n"), .symbol("s")]], parts: ["'s'", "'x0'", "--shape x0=1x8"]),
    Refusal(
      name: "unlike extents of one name",
      dims: [[.symbol("?"), .fixed(3), .symbol("?")], [.symbol("?"), .symbol("?")]], shapes: ["x0=1x3x48"],
      parts: ["xtent 1", "'x1'"]),
    Refusal(name: "unknown rank", dims: [nil], parts: ["how many dimensions", "'x0'"]),
    Refusal(
      name: "a fixed first extent and a batch", dims: [[.fixed(1), .fixed(3)]], batch: 2,
      parts: ["'x0'", "is fixed", "batch of 2"]),
    Refusal(name: "a scalar and a batch", dims: [[]], batch: 2, parts: ["a scalar", "batch of 2"]),
    Refusal(
      name: "a name of batch twice and a batch", dims: [[.symbol("n"), .symbol("n")]], batch: 2, parts: ["'n' twice"]),
    Refusal(
      name: "another fixed extent", dims: [[.symbol("n"), .fixed(3)]], shapes: ["x0=1x4"],
      parts: ["'x0'", "nx3", "1x4"]),
    Refusal(name: "another rank", dims: [[.symbol("n"), .fixed(3)]], shapes: ["x0=3"], parts: ["does not fit"]),
    Refusal(name: "an unknown name", dims: [[.symbol("n")]], shapes: ["z=3"], parts: ["'z'", "'x0'", "'n'"]),
    Refusal(name: "several numbers for a symbol", dims: [[.symbol("n")]], shapes: ["n=3x4"], parts: ["one number"]),
    Refusal(name: "no number", dims: [[.symbol("n")]], shapes: ["x0=1xz"], parts: ["'z'", "whole number"]),
    Refusal(name: "a negative number", dims: [[.symbol("n")]], shapes: ["x0=-1"], parts: ["whole number"]),
    Refusal(
      name: "an absurd number", dims: [[.symbol("n")]], shapes: ["x0=99999999999999999999"], parts: ["whole number"]),
    Refusal(
      name: "an overflow", dims: [[.symbol("n"), .symbol("s")]], shapes: ["x0=4294967296x4294967296"],
      parts: ["addressed"]),
    Refusal(
      name: "an overflow by batch", dims: [[.symbol("n"), .symbol("s")]], shapes: ["x0=4611686018427387x100"],
      batch: 65536, parts: ["addressed"]),
    Refusal(
      name: "more than a machine holds", dims: [[.symbol("n"), .symbol("s")]], shapes: ["x0=1048576x1048576"],
      parts: ["would take"]),
    Refusal(name: "no equals sign", dims: [[.symbol("n")]], shapes: ["x0"], parts: ["--shape 'x0'"]),
    Refusal(name: "batch 0", dims: [[.symbol("n")]], batch: 0, parts: ["batch of 0"]),
  ])
  func refuses(_ test: Refusal) {
    let maker = Self.model(test.dims)
    let error = #expect(throws: ImportError.self) {
      try maker.imported { options in
        for shape in test.shapes { try options.addShape(shape, for: maker.model) }
        options.batch = test.batch
      }
    }
    #expect(error?.exitCode == 64)
    for part in test.parts { #expect(error?.description.contains(part) == true, "\(error?.description ?? "")") }
  }

  @Test func namesTheInputThatNeedsAShape() {
    let error = #expect(throws: ImportError.self) { try Self.model([[.fixed(1), .unknown]]).imported() }
    #expect(error?.kind == .needsShape(input: "x0"))
  }

  @Test func refusesInputsOfTypesThatAssayHasNot() {
    var maker = ModelMaker().node("Relu", ["x"], ["y"]).output("y")
    maker.inputs = [ONNXValueInfo(name: "x", elementTypeName: "string", dims: [.fixed(1)])]
    let error = #expect(throws: ImportError.self) { try maker.imported() }
    #expect(error?.exitCode == 69)
    #expect(error?.description.contains("string") == true)
  }

  @Test func refusesValuesOfAnotherType() throws {
    let value = try Tensor(.int32, [1], [Int32(1)])
    let error = #expect(throws: ImportError.self) {
      try Self.model([[.fixed(1)]]).imported { $0.bindings = ["x0": value] }
    }
    #expect(error?.kind == .options)
  }
}
