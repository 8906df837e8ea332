import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// One convolution or pooling in every way its attributes allow.
struct WindowCase: CustomTestStringConvertible {
  var source: Shape
  var out = 1
  var kernel: [Int]
  var stride = Window.Extent(1, 1)
  var dilation = Window.Extent(1, 1)
  var padding = Window.Padding(0)
  var groups = 1
  var activation = Activation.none
  var hasResidual = false

  var testDescription: String {
    "\(source) \(out)x\(kernel) s\(stride) d\(dilation) p\(padding) g\(groups) \(activation.name)"
  }

  var window: Window { Window(stride: stride, padding: padding, dilation: dilation) }

  /// Multiplications at most, to leave out what takes long without optimisation.
  var products: Int { source.count * out / groups * kernel.reduce(1, *) }

  func graph() throws -> ModelGraph {
    var builder = GraphBuilder(name: "window")
    let source = builder.input("source", shape: source)
    let op = Operator.convolution(Convolution(window: window, groups: groups, activation: activation))
    let parameters: [(suffix: String, role: ParameterRole, Shape)] = [
      ("weight", .weights, Shape([out, self.source[1] / groups] + kernel)), ("bias", .bias, [out]),
    ]
    let shape = try op.outputShape(node: "shape", inputs: [self.source], parameters: parameters.map(\.2))
    let residual = hasResidual ? [builder.input("residual", shape: shape)] : []
    let result = try builder.node("result", op, inputs: [source] + residual, parameters: parameters)
    return builder.build(outputs: [result])
  }

  func poolGraph() throws -> ModelGraph {
    var builder = GraphBuilder(name: "pool")
    let source = builder.input("source", shape: source)
    let extent = kernel.count == 2 ? Window.Extent(kernel[0], kernel[1]) : Window.Extent(1, kernel[0])
    let result = try builder.node("result", .maxPool(Pooling(kernel: extent, window: window)), inputs: [source])
    return builder.build(outputs: [result])
  }

  /// No channel at all: only the bias is left. INT8 has no range to calibrate.
  static let withoutChannels = [
    WindowCase(source: [2, 0, 5, 5], out: 30, kernel: [3, 3], padding: Window.Padding(1)),
    WindowCase(source: [1, 0, 4, 4], out: 600, kernel: [1, 1]),
  ]

  static let convolutions: [WindowCase] = [
    // Groups, with one image and several, few and many results a group.
    WindowCase(source: [2, 6, 9, 7], out: 9, kernel: [3, 3], padding: Window.Padding(1), groups: 3),
    WindowCase(source: [1, 64, 14, 14], out: 128, kernel: [3, 3], padding: Window.Padding(1), groups: 2),
    WindowCase(source: [3, 32, 8, 8], out: 64, kernel: [1, 1], groups: 4, activation: .relu, hasResidual: true),
    WindowCase(source: [1, 8, 5, 5], out: 600, kernel: [3, 3], groups: 2, activation: .silu),
    // Depthwise: one and several results a channel, all strides, a window larger than the plane.
    WindowCase(source: [2, 5, 11, 13], out: 5, kernel: [3, 3], padding: Window.Padding(1), groups: 5),
    WindowCase(
      source: [1, 7, 40, 37], out: 7, kernel: [3, 3], stride: Window.Extent(2, 2), padding: Window.Padding(1),
      groups: 7,
      activation: .clip(low: 0, high: 1.5)),
    WindowCase(
      source: [2, 4, 9, 9], out: 8, kernel: [5, 5], padding: Window.Padding(2), groups: 4, hasResidual: true),
    WindowCase(
      source: [1, 3, 4, 50], out: 6, kernel: [7, 7], stride: Window.Extent(3, 1), dilation: Window.Extent(1, 2),
      padding: Window.Padding(top: 3, left: 6, bottom: 3, right: 5), groups: 3, activation: .hardSwish),
    // 529 integer products do not sum exactly in FP32: not depthwise in INT8.
    WindowCase(source: [1, 2, 30, 30], out: 2, kernel: [23, 23], padding: Window.Padding(11), groups: 2),
    // Dilation, steps and padding by direction.
    WindowCase(
      source: [1, 5, 15, 17], out: 12, kernel: [3, 3], dilation: Window.Extent(2, 2), padding: Window.Padding(2)),
    WindowCase(
      source: [2, 4, 13, 10], out: 7, kernel: [2, 3], stride: Window.Extent(2, 1), dilation: Window.Extent(1, 3),
      padding: Window.Padding(top: 0, left: 4, bottom: 1, right: 2), activation: .leakyRelu(alpha: 0.2)),
    WindowCase(
      source: [1, 3, 16, 16], out: 8, kernel: [3, 3], stride: Window.Extent(2, 2),
      padding: Window.Padding(top: 0, left: 0, bottom: 1, right: 1), activation: .hardSigmoid(alpha: 0.2, beta: 0.5)),
    WindowCase(
      source: [1, 16, 6, 6], out: 20, kernel: [1, 1], padding: Window.Padding(top: 1, left: 0, bottom: 0, right: 2)),
    // One dimension.
    WindowCase(source: [2, 4, 50], out: 6, kernel: [5], padding: Window.Padding(top: 0, left: 4, bottom: 0, right: 0)),
    WindowCase(
      source: [1, 80, 101], out: 96, kernel: [3], stride: Window.Extent(1, 2),
      padding: Window.Padding(top: 0, left: 1, bottom: 0, right: 1), activation: .gelu),
    WindowCase(source: [2, 6, 33], out: 6, kernel: [3], dilation: Window.Extent(1, 4), groups: 6, activation: .tanh),
    WindowCase(source: [3, 40, 17], out: 30, kernel: [1], activation: .geluTanh, hasResidual: true),
    // A plane of one position, as in squeeze and excitation.
    WindowCase(source: [2, 48, 1, 1], out: 12, kernel: [1, 1], activation: .sigmoid),
    WindowCase(source: [1, 600, 1, 1], out: 70, kernel: [1, 1], activation: .hardSwish),
  ]

  static let pools: [WindowCase] = [
    WindowCase(source: [2, 3, 9, 14], kernel: [3, 2], stride: Window.Extent(2, 1), padding: Window.Padding(1)),
    WindowCase(source: [1, 4, 13, 13], kernel: [5, 5], padding: Window.Padding(2)),
    WindowCase(source: [1, 2, 12, 33], kernel: [2, 3], dilation: Window.Extent(3, 2)),
    WindowCase(
      source: [1, 2, 10, 10], kernel: [3, 3], stride: Window.Extent(2, 2),
      padding: Window.Padding(top: 0, left: 0, bottom: 1, right: 1)),
    WindowCase(
      source: [2, 5, 70], kernel: [3], stride: Window.Extent(1, 2),
      padding: Window.Padding(top: 0, left: 1, bottom: 0, right: 1)),
  ]
}

@Suite struct ConvolutionCaseTests {
  /// The oracle's loops are tested on single planes and groups; this shows that the engine calls them on the right ones.
  @Test(arguments: WindowCase.convolutions.filter { $0.products < 300_000 })
  func theOracleFollowsTheDefinition(sample: WindowCase) throws {
    let graph = try sample.graph()
    let model = try ModelRun.model(graph, ModelRun.reference)
    let inputs = model.inputs.map { Array($0.bindMemory(to: Float.self)) }
    let parameters = try TestGraphs.parameters(graph)
    let (weights, bias) = (parameters[ParameterID(index: 0)], parameters[ParameterID(index: 1)])
    let output = graph[graph.outputs[0]].shape
    func plane(_ shape: Shape) -> (Int, Int) { shape.rank == 4 ? (shape[2], shape[3]) : (1, shape[2]) }
    let ((height, width), (rows, columns)) = (plane(sample.source), plane(output))
    let (kernelHeight, kernelWidth) = plane(Shape([1, 1] + sample.kernel))
    let (channels, depth) = (sample.source[1], sample.source[1] / sample.groups)
    var index = 0
    for image in 0..<output[0] {
      for channel in 0..<sample.out {
        let group = channel / (sample.out / sample.groups)
        for row in 0..<rows {
          for column in 0..<columns {
            var sum = Double(bias[channel])
            for c in 0..<depth {
              for ky in 0..<kernelHeight {
                for kx in 0..<kernelWidth {
                  let y = row * sample.stride.height - sample.padding.top + ky * sample.dilation.height
                  let x = column * sample.stride.width - sample.padding.left + kx * sample.dilation.width
                  guard y >= 0, y < height, x >= 0, x < width else { continue }
                  let pixel = ((image * channels + group * depth + c) * height + y) * width + x
                  let weight = ((channel * depth + c) * kernelHeight + ky) * kernelWidth + kx
                  sum += Double(inputs[0][pixel]) * Double(weights[weight])
                }
              }
            }
            if sample.hasResidual { sum += Double(inputs[1][index]) }
            let expected = Activations.value(sample.activation, sum)
            #expect(abs(Double(model.outputs[0][index]) - expected) <= 1e-6 * max(1, abs(expected)))
            index += 1
          }
        }
      }
    }
  }

  @Test(arguments: WindowCase.convolutions, Precision.measurable)
  func convolutionsAgreeWithTheOracle(sample: WindowCase, precision: Precision) throws {
    let graph = try sample.graph()
    let expected = try ModelRun.output(graph, ModelRun.reference, precision)
    for isa in ISALevel.availableOperatorTables {
      for threads in [1, 2, 5] where threads == 2 || isa == ISALevel.availableOperatorTables.last {
        let actual = try ModelRun.output(graph, ModelRun.openblas, precision, threads: threads, features: isa.features)
        // One node with an FP32 result: integer sums are exact, BF16 operands the same.
        #expect(ModelRun.error(actual, expected) < 2e-5, "\(isa), \(threads) threads")
      }
    }
  }

  @Test(arguments: WindowCase.pools, Precision.measurable)
  func poolsAgreeWithTheOracle(sample: WindowCase, precision: Precision) throws {
    let graph = try sample.poolGraph()
    let expected = try ModelRun.output(graph, ModelRun.reference, precision)
    for isa in ISALevel.availableOperatorTables {
      #expect(try ModelRun.output(graph, ModelRun.openblas, precision, threads: 2, features: isa.features) == expected)
    }
  }

  @Test(arguments: WindowCase.withoutChannels, [Precision.fp32, .bf16])
  func convolutionsOfNothingGiveTheBias(sample: WindowCase, precision: Precision) throws {
    let graph = try sample.graph()
    let expected = try ModelRun.output(graph, ModelRun.reference, precision)
    for engine in [ModelRun.openblas, ModelRun.native] {
      for threads in [1, 3] {
        let actual = try ModelRun.output(graph, engine, precision, threads: threads)
        #expect(ModelRun.error(actual, expected) < 1e-6, "\(engine.name), \(threads) threads")
      }
    }
  }

  @Test func eachConvolutionTakesItsWay() throws {
    func way(_ sample: WindowCase, _ precision: Precision = .fp32) throws -> String {
      try NodeAssignment.explain(sample.graph(), engine: ModelRun.openblas, precision: precision).last!.implementation
    }
    #expect(try way(WindowCase.convolutions[0]) == "openblas:conv-im2col")
    #expect(try way(WindowCase.convolutions[2]) == "openblas:conv-1x1")
    #expect(try way(WindowCase.convolutions[4]) == "kernels:depthwise")
    let large = WindowCase.convolutions[8]
    #expect(try [way(large), way(large, .int8)] == ["kernels:depthwise", "openblas:conv-im2col"])
  }

  /// Figures of a model from outside, beyond what the C geometry holds.
  @Test func hugeFiguresAreRefused() throws {
    let sample = WindowCase(
      source: [1, 1, 1, 1], kernel: [1, 1], stride: Window.Extent(1 << 39, 1), dilation: Window.Extent(1, 1 << 39))
    #expect(throws: UnsupportedNodeError.self) { try ModelRun.model(sample.graph(), ModelRun.openblas) }
    #expect(throws: UnsupportedNodeError.self) { try ModelRun.model(sample.poolGraph(), ModelRun.reference) }
  }
}
