import ModelGraph
import Tensors

/// A residual network with seeded weights over seeded images.
///
/// The weights are not trained. They are scaled so that every layer does the work that it does in a trained network:
/// about half of each activation is zero, no layer's outputs vanish or grow, and different images get different
/// classes.
struct ResNetWorkload: Workload {
  let name: String
  let summary: String
  let isSmall: Bool
  let configuration: ResNetConfiguration
  let source = "He et al. 2015, v1.5"
  var scoring: Scoring { .classification(classes: configuration.classes) }

  static let resnet50 = ResNetWorkload(
    name: "resnet50", summary: "image classification, 3x224x224, seeded weights", isSmall: false,
    configuration: .resnet50)
  static let small = ResNetWorkload(
    name: "resnet-small", summary: "resnet50's blocks, 8 channels wide, 3x64x64", isSmall: true, configuration: .small)

  func sampleCount(in set: SampleSet) -> Int { SeededSamples.count(in: set) }

  func graph(batch: Int) throws -> ModelGraph {
    try SeededSamples.check(batch: batch)
    return try configuration.graph(name: name, batch: batch)
  }

  func declaredParameterCount() throws -> Int {
    let graph = try graph(batch: 1)
    return graph.parameterCount + configuration.foldedAway(from: graph)
  }

  func parameters(for graph: ModelGraph) throws -> ParameterStore {
    guard graph.name == name else { throw WorkloadError.foreign(graph, to: name) }
    return try ParameterStore(graph.parameters) { parameter, values in
      let stream = SeededStream(model: name, name: parameter.name)
      if parameter.role == .bias {
        stream.fillNormal(values, deviation: 0.1, mean: Self.biasMean(of: parameter.name))
      } else {
        stream.fillStandardized(values, rows: parameter.shape[0], gain: Self.gain(of: parameter.name))
      }
    }
  }

  func writeSample(_ index: Int, of set: SampleSet, into inputs: [UnsafeMutableRawBufferPointer]) throws {
    try SeededSamples.check(index, of: self, in: set)
    let size = configuration.imageSize
    let image = try SeededSamples.buffers(inputs, of: Float.self, counts: [3 * size * size])[0]
    SeededStream(model: name, name: "\(set.seedName).image.\(index)").fillImage(image, channels: 3, size: size)
  }

  /// The norm of each output filter.
  ///
  /// Behind a ReLU, sqrt(2 / (1 - 1/pi)) keeps the variance at 1 (Brock et al. 2021). The first convolution loses
  /// variance because neighbouring pixels are alike, and gets twice as much. The last convolution of each residual
  /// branch is damped to a quarter: undamped, rounding errors grow from block to block until a BF16 run shares nothing
  /// with an FP32 run (16 blocks: 22 dB SQNR at 0.4, 34 dB at 0.25, measured with NumPy).
  static func gain(of name: String) -> Double {
    let behindReLU = (2.0 / (1.0 - 1.0 / Double.pi)).squareRoot()
    switch name {
    case "conv1.weight": return 2
    case "fc.weight": return 8
    case let name where name.hasSuffix(".conv3.weight"): return behindReLU * 0.25
    default: return behindReLU
    }
  }

  /// The mean of the biases: slightly negative where a block adds to an activation that already went through a ReLU.
  ///
  /// Without it, the sum of non-negative terms grows and fewer and fewer elements are zero.
  static func biasMean(of name: String) -> Double {
    name.hasSuffix(".conv3.bias") && !name.hasSuffix(".0.conv3.bias") ? -0.15 : 0
  }
}
