import CLinux
import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// Products of two activations, and softmax with what is added to it.
@Suite struct ProductCaseTests {
  struct Case: CustomTestStringConvertible {
    let a: Shape
    let b: Shape
    var transposes = false
    var scale: Float = 1
    var testDescription: String { "\(a) times \(b)\(transposes ? " transposed" : ""), scale \(scale)" }

    func graph() throws -> ModelGraph {
      var builder = GraphBuilder(name: "product")
      let inputs = [builder.input("a", shape: a), builder.input("b", shape: b)]
      let op = Operator.matMul(MatMul(transposesRight: transposes, scale: scale))
      let result = try builder.node("result", op, inputs: inputs)
      return builder.build(outputs: [result])
    }

    static let all: [Case] = [
      Case(a: [3, 5], b: [5, 7]), Case(a: [1, 40], b: [40, 1]), Case(a: [17, 600], b: [600, 33], scale: 0.25),
      Case(a: [4, 6, 8], b: [4, 8, 5]), Case(a: [4, 6, 8], b: [8, 5]), Case(a: [6, 8], b: [4, 8, 18], scale: -2),
      Case(a: [2, 1, 3, 5], b: [4, 5, 6]), Case(a: [2, 3, 4, 5], b: [2, 1, 6, 5], transposes: true, scale: 0.5),
      Case(a: [1, 1, 7, 1], b: [3, 2, 9, 1], transposes: true),
      Case(a: [2, 12, 33, 64], b: [2, 12, 49, 64], transposes: true),
      Case(a: [2, 5, 1, 520], b: [2, 5, 520, 3]), Case(a: [5, 0], b: [0, 3]),
    ]
  }

  @Test(arguments: Case.all)
  func theOracleFollowsTheDefinition(sample: Case) throws {
    let graph = try sample.graph()
    let model = try ModelRun.model(graph, ModelRun.reference, threads: 2)
    let (a, b) = (model.inputs[0].bindMemory(to: Float.self), model.inputs[1].bindMemory(to: Float.self))
    let shape = graph[graph.outputs[0]].shape
    let (m, n, k) = (shape[-2], shape[-1], sample.a[-1])
    // The index along each leading dimension, aligned at the last; 0 where an operand repeats.
    func matrix(_ operand: Shape, _ position: Int) -> Int {
      var (rest, offset, size) = (position, 0, 1)
      for axis in 0..<(shape.rank - 2) {
        let extent = shape[shape.rank - 3 - axis]
        let (quotient, index) = rest.quotientAndRemainder(dividingBy: extent)
        rest = quotient
        guard axis < operand.rank - 2 else { continue }
        let own = operand[operand.rank - 3 - axis]
        offset += own == 1 ? 0 : index * size
        size *= own
      }
      return offset
    }
    for index in 0..<shape.count {
      let (position, row, column) = (index / (m * n), index / n % m, index % n)
      var sum = 0.0
      for depth in 0..<k {
        let left = a[(matrix(sample.a, position) * m + row) * k + depth]
        let base = matrix(sample.b, position) * k * n
        let right = b[base + (sample.transposes ? column * k + depth : depth * n + column)]
        sum += Double(left) * Double(right)
      }
      #expect(abs(Double(model.outputs[0][index]) - sum * Double(sample.scale)) < 1e-5)
    }
  }

  @Test(arguments: Case.all, Precision.measurable)
  func productsAgreeWithTheOracle(sample: Case, precision: Precision) throws {
    // Without products there is no value to calibrate and nothing but zeros.
    guard sample.a[-1] > 0 else {
      let zeros = try ModelRun.output(sample.graph(), ModelRun.openblas, .fp32)
      return #expect(zeros == [Float](repeating: 0, count: 15))
    }
    let graph = try sample.graph()
    let expected = try ModelRun.output(graph, ModelRun.reference, precision)
    for threads in [1, 2, 5] {
      let actual = try ModelRun.output(graph, ModelRun.openblas, precision, threads: threads)
      #expect(ModelRun.error(actual, expected) < 2e-5, "\(threads) threads")
    }
  }

  /// Attention whose keys are more or fewer than its queries, as decoders have it.
  @Test(arguments: [(7, 11), (11, 7), (1, 20)], Precision.measurable)
  func crossAttentionAgreesWithTheOracle(lengths: (queries: Int, keys: Int), precision: Precision) throws {
    var builder = GraphBuilder(name: "cross")
    let q = builder.input("q", shape: [2, lengths.queries, 12])
    let k = builder.input("k", shape: [2, lengths.keys, 12])
    let v = builder.input("v", shape: [2, lengths.keys, 20])
    let mask = builder.input("mask", shape: [2, lengths.keys], elementType: .int32)
    let scores = try builder.node("scores", .attentionScores(Attention(heads: 4, scale: 0.5)), inputs: [q, k])
    let weights = try builder.node("weights", .maskedSoftmax, inputs: [scores, mask])
    let context = try builder.node("context", .attentionContext(Attention(heads: 4, scale: 1)), inputs: [weights, v])
    let graph = builder.build(outputs: [context])
    #expect(graph[context].shape == [2, lengths.queries, 20])
    let expected = try ModelRun.output(graph, ModelRun.reference, precision)
    // Rounded scores and probabilities may land on the other side of a tie.
    let tolerance: Float = precision == .fp32 ? 2e-5 : 2e-2
    for threads in [1, 3, 16] {
      let actual = try ModelRun.output(graph, ModelRun.openblas, precision, threads: threads)
      #expect(ModelRun.error(actual, expected) < tolerance, "\(threads) threads")
    }
  }

  @Test(
    arguments: [
      nil, [2, 3, 5, 9], [1, 1, 5, 9], [5, 9], [9], [1], [2, 1, 1, 9], [2, 1, 5, 1], [1, 3, 5, 1], [2, 3, 1, 1],
    ] as [Shape?])
  func softmaxAddsWhatIsBroadcast(addend: Shape?) throws {
    let shape: Shape = [2, 3, 5, 9]
    var builder = GraphBuilder(name: "softmax")
    let source = builder.input("source", shape: shape)
    let added = addend.map { [builder.input("addend", shape: $0)] } ?? []
    let result = try builder.node("result", .softmax, inputs: [source] + added)
    let graph = builder.build(outputs: [result])
    let model = try ModelRun.model(graph, ModelRun.reference)
    let inputs = model.inputs.map { Array($0.bindMemory(to: Float.self)) }
    let strides = addend.map { addend in
      shape.dims.indices.map { axis in
        let own = axis - (shape.rank - addend.rank)
        return own < 0 || addend[own] == 1 ? 0 : addend.dims[(own + 1)...].reduce(1, *)
      }
    }
    let sums = (0..<shape.count).map { index in
      let position = [index / 135, index / 45 % 3, index / 9 % 5, index % 9]
      let place = strides.map { zip($0, position).reduce(0) { $0 + $1.0 * $1.1 } }
      return Double(inputs[0][index]) + (place.map { Double(inputs[1][$0]) } ?? 0)
    }
    for row in 0..<30 {
      let exponentials = sums[(row * 9)..<(row * 9 + 9)].map { Activations.exponential($0) }
      for column in 0..<9 {
        let expected = exponentials[column] / exponentials.reduce(0, +)
        #expect(abs(Double(model.outputs[0][row * 9 + column]) - expected) < 1e-7)
      }
    }
    for precision in Precision.measurable {
      let expected = try ModelRun.output(graph, ModelRun.reference, precision)
      for threads in [1, 4] {
        let actual = try ModelRun.output(graph, ModelRun.openblas, precision, threads: threads)
        #expect(ModelRun.error(actual, expected) < 2e-6, "\(precision), \(threads) threads")
      }
    }
  }

  @Test(arguments: WindowCase.convolutions.map(\.activation) + [.clip(low: -1, high: 6)])
  func innerProductsTakeEveryActivation(activation: Activation) throws {
    let graph = try TestGraphs.product(rows: 5, k: 40, n: 33, activation: activation)
    let plain = try ModelRun.output(TestGraphs.product(rows: 5, k: 40, n: 33), ModelRun.reference, .fp32)
    let expected = plain.map { Float(Activations.value(activation, Double($0))) }
    for engine in EngineRegistry.all {
      #expect(ModelRun.error(try ModelRun.output(graph, engine, .fp32, threads: 2), expected) < 2e-6, "\(engine.name)")
    }
  }
}
