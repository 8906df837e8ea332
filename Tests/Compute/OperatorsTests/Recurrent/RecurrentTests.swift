import Foundation
import ModelGraph
import Operators
import Tensors
import Testing

@Suite struct RecurrentTests {
  /// What a case has beyond x, w and r.
  struct Options: OptionSet, CustomTestStringConvertible {
    let rawValue: Int
    static let bias = Options(rawValue: 1), states = Options(rawValue: 2), lengths = Options(rawValue: 4)
    static let peepholes = Options(rawValue: 8), linear = Options(rawValue: 16), coupled = Options(rawValue: 32)
    static let clip = Options(rawValue: 64), batchFirst = Options(rawValue: 128), functions = Options(rawValue: 256)
    static let all: Options = [bias, states, lengths, peepholes, linear, coupled, clip, batchFirst, functions]
    var testDescription: String { String(rawValue, radix: 2) }
  }

  @Test(
    arguments: ["RNN", "GRU", "LSTM"],
    [
      [], [.bias], [.bias, .states], [.bias, .states, .lengths], [.bias, .peepholes], [.bias, .linear], [.linear],
      [.bias, .coupled], [.clip], [.bias, .batchFirst, .states, .lengths], [.functions, .bias], .all,
    ] as [Options])
  func equalsTheEquations(_ cell: String, _ options: Options) throws {
    for direction in ["forward", "reverse", "bidirectional"] {
      let reverse = ["forward": [false], "reverse": [true]][direction] ?? [false, true]
      let gates = ["RNN": 1, "GRU": 3, "LSTM": 4][cell] ?? 0
      let (steps, batch, features, size, directions) = (4, 3, 5, 17, reverse.count)
      func numbers(_ count: Int, _ seed: Int) -> [Double] { quarters(count, seed: seed).map { $0 / 4 } }
      func numbers(_ option: Options, _ count: Int, _ seed: Int) -> [Double]? {
        options.contains(option) ? numbers(count, seed) : nil
      }
      var layer = NaiveRecurrentLayer(
        cell: cell, steps: steps, batch: batch, features: features, size: size, reverse: reverse,
        x: numbers(steps * batch * features, 1), w: numbers(directions * gates * size * features, 2),
        r: numbers(directions * gates * size * size, 3), bias: numbers(.bias, directions * 2 * gates * size, 4),
        hidden: numbers(.states, directions * batch * size, 5), state: numbers(.states, directions * batch * size, 6))
      var attributes: [String: GeneralOperator.Attribute] = [
        "hidden_size": .int(size), "direction": .string(direction),
      ]
      if cell == "RNN" { layer.functions[0] = { tanh($0) } }
      if cell == "LSTM" { layer.peepholes = numbers(.peepholes, directions * 3 * size, 7) }
      if options.contains(.lengths) { layer.lengths = [3, 4, 1] }
      if options.contains(.clip) {
        layer.clip = 0.25
        attributes["clip"] = .float(0.25)
      }
      if options.contains(.linear), cell == "GRU" {
        layer.isLinearBeforeReset = true
        attributes["linear_before_reset"] = .int(1)
      }
      if options.contains(.coupled), cell == "LSTM" {
        layer.isCoupled = true
        attributes["input_forget"] = .int(1)
      }
      if options.contains(.functions) {
        let own =
          [
            "RNN": ["LeakyRelu"], "GRU": ["HardSigmoid", "LeakyRelu"],
            "LSTM": ["HardSigmoid", "LeakyRelu", "Softsign"],
          ][cell] ?? []
        attributes["activations"] = .strings(reverse.flatMap { _ in own })
        // HardSigmoid keeps its defaults' values, LeakyRelu does not.
        attributes["activation_alpha"] = .floats(reverse.flatMap { _ in cell == "RNN" ? [0.5] : [0.2, 0.5] })
        let leaky = { (x: Double) in x < 0 ? 0.5 * x : x }
        let hard = { (x: Double) in min(max(Double(Float(0.2)) * x + 0.5, 0), 1) }
        layer.functions = cell == "RNN" ? [leaky] : [hard, leaky, { $0 / (1 + abs($0)) }]
      }
      let isFirst = options.contains(.batchFirst)
      if isFirst { attributes["layout"] = .int(1) }
      /// Turns (a, b, c) into (b, a, c) for batch-first layouts.
      func arranged(_ values: [Double], _ a: Int, _ b: Int, _ c: Int) throws -> Tensor {
        guard isFirst else { return try .of(.float32, [a, b, c], values) }
        var swapped: [Double] = []
        for j in 0..<b {
          for i in 0..<a { swapped += values[(i * b + j) * c..<(i * b + j + 1) * c] }
        }
        return try .of(.float32, [b, a, c], swapped)
      }
      let want = layer.run()
      var y = try Tensor.of(.float32, [steps, directions, batch, size], want.y)
      if isFirst {
        var swapped: [Double] = []
        for sequence in 0..<batch {
          for row in 0..<steps * directions {
            let start = (row * batch + sequence) * size
            swapped += want.y[start..<start + size]
          }
        }
        y = try .of(.float32, [batch, steps, directions, size], swapped)
      }
      var wanted = [y, try arranged(want.hidden, directions, batch, size)]
      if cell == "LSTM" { wanted.append(try arranged(want.cell, directions, batch, size)) }
      let inputs: [Tensor?] = [
        try arranged(layer.x, steps, batch, features),
        try .of(.float32, [directions, gates * size, features], layer.w),
        try .of(.float32, [directions, gates * size, size], layer.r),
        try layer.bias.map { try .of(.float32, [directions, 2 * gates * size], $0) },
        try layer.lengths.map { try .of(.int32, [batch], $0.map { Double($0) }) },
        try layer.hidden.map { try arranged($0, directions, batch, size) },
        try cell == "LSTM" ? layer.state.map { try arranged($0, directions, batch, size) } : nil,
        try layer.peepholes.map { try .of(.float32, [directions, 3 * size], $0) },
      ]
      expect(
        OperatorUse(cell, opset: 14, attributes, inputs, outputCount: wanted.count), gives: wanted,
        within: Tolerance(relative: 1e-5, absolute: 2e-6))
    }
  }

  /// Every function over the range where it bends, through an RNN whose weights are 1 and whose state counts nothing.
  @Test(arguments: [
    "Relu", "Tanh", "Sigmoid", "Affine", "ThresholdedRelu", "ScaledTanh", "Elu", "Softplus",
  ])
  func appliesEachFunction(_ name: String) throws {
    func function(_ x: Double) -> Double {
      switch name {
      case "Relu": max(x, 0)
      case "Tanh": tanh(x)
      case "Sigmoid": 1 / (1 + exp(-x))
      case "Affine": 0.5 * x - 1
      case "ThresholdedRelu": x >= 0.5 ? x : 0
      case "ScaledTanh": 0.5 * tanh(-x)
      case "Elu": x < 0 ? 0.5 * (exp(x) - 1) : x
      default: log(1 + exp(x))
      }
    }
    let x = (-80...80).map { Double($0) / 8 }
    let one = try Tensor.of(.float32, [1, 1, 1], [1]), zero = try Tensor.of(.float32, [1, 1, 1], [0])
    if name == "ThresholdedRelu" {
      expect(
        OperatorUse("RNN", ["activations": .strings([name])], [try .f32([1, 1, 1], [.nan]), one, zero]),
        gives: [try .f32([1, 1, 1, 1], [0])])
    }
    expect(
      OperatorUse(
        "RNN",
        ["activations": .strings([name]), "activation_alpha": .floats([0.5]), "activation_beta": .floats([-1])],
        [try .of(.float32, [x.count, 1, 1], x), one, zero]),
      gives: [try .of(.float32, [x.count, 1, 1, 1], x.map(function))], within: Tolerance(relative: 1e-6, absolute: 3e-7)
    )
  }

  @Test func reachesItsLimitsAtTheEnds() throws {
    let one = try Tensor.of(.float32, [1, 1, 1], [1]), zero = try Tensor.of(.float32, [1, 1, 1], [0])
    let x = try Tensor.f32([5, 1, 1], [-.infinity, -1e30, 1e30, .infinity, .nan])
    for (name, low) in [("Tanh", Float(-1)), ("Sigmoid", 0)] {
      expect(
        OperatorUse("RNN", ["activations": .strings([name])], [x, one, zero]),
        gives: [try .f32([5, 1, 1, 1], [low, low, 1, 1, .nan])])
    }
  }

  @Test(
    arguments: [
      (["direction": .string("up")], "direction"), (["hidden_size": .int(3)], "hidden_size"),
      (["activations": .strings(["Tanh"])], "activations"),
      (["activations": .strings(["Sigmoid", "Tanh", "Sine"])], "Sine"),
      (["activations": .int(1)], "activations"), (["clip": .float(-1)], "clip"), (["clip": .float(.nan)], "clip"),
      (["layout": .int(1)], "input 4"),
    ] as [([String: GeneralOperator.Attribute], String)])
  func refusesHostileAttributes(_ attributes: [String: GeneralOperator.Attribute], _ words: String) throws {
    expectRefusal(OperatorUse("LSTM", attributes, try layer(lengths: [1, 2, 3])), words)
  }

  @Test(arguments: [-1, 5, Int(Int32.min), Int(Int32.max)]) func reportsLengthsOutOfRange(_ length: Int) throws {
    expectRefusal(OperatorUse("LSTM", try layer(lengths: [1, length, 3])), "does not allow")
  }

  /// Four steps of three sequences.
  private func layer(lengths: [Int]) throws -> [Tensor?] {
    [
      try .of(.float32, [4, 3, 1], quarters(12)), try .of(.float32, [1, 8, 1], quarters(8)),
      try .of(.float32, [1, 8, 2], quarters(16)), nil, try .of(.int32, [3], lengths.map { Double($0) }),
    ]
  }
}
