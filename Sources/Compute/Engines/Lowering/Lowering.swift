import ModelGraph
import NumericFormats
import Tensors

/// Decides the number format of every activation of a graph.
///
/// - `fp32`: nothing changes.
/// - `bf16`: every activation is stored in BF16 but the graph's outputs, a softmax's addend (masks hold the least float,
///   which BF16 would round to minus infinity) and what general operators read or write.
/// - `int8`: what convolutions, inner products, products of two activations and pools read is stored in 8 bits: u8
///   asymmetric, or s8 symmetric for the second operand of a product of activations (the side of the weights). What only
///   layer normalisation, softmax, mean pooling, general operators and the like read stays FP32, and so do the graph's
///   outputs.
///
/// Only FP32 tensors are lowered. General operators and dynamic parts read and write full precision.
struct Lowering {
  private let source: ModelGraph
  private let precision: Precision
  private let calibration: Calibration?
  private let target: Target
  /// Whether a tensor is an input, an output, a constant or what a general operator writes, by tensor index.
  private let isFullPrecision: [Bool]

  /// Lowers `graph`. INT8 needs a calibration that covers every tensor it quantises.
  static func lower(
    _ graph: ModelGraph, to precision: Precision, calibration: Calibration?, for target: Target = Target()
  ) throws(LoweringError) -> LoweredModel {
    let graph = graph.withAttentionTogether()
    var isFullPrecision = graph.tensors.map { $0.parameter != nil }
    for id in graph.inputs + graph.outputs { isFullPrecision[id.index] = true }
    for node in graph.nodes {
      switch node.op {
      case .general, .dynamic: for id in node.outputs { isFullPrecision[id.index] = true }
      default: break
      }
    }
    return try Lowering(
      source: graph, precision: precision, calibration: calibration, target: target,
      isFullPrecision: isFullPrecision
    ).run()
  }

  /// The names of the tensors that INT8 stores, or converts to for some of their readers, in u8 and in s8.
  static func quantisedTensors(of graph: ModelGraph) -> (unsigned: Set<String>, signed: Set<String>) {
    let lowering = Lowering(
      source: graph, precision: .int8, calibration: nil, target: Target(), isFullPrecision: [])
    var (unsigned, signed): (Set<String>, Set<String>) = ([], [])
    for (tensor, demands) in zip(graph.tensors, lowering.demands().byTensor) {
      if demands.contains(.u8) { unsigned.insert(tensor.name) }
      if demands.contains(.s8) { signed.insert(tensor.name) }
    }
    return (unsigned, signed)
  }

  /// How one reader wants its input stored.
  private enum Demand: Hashable { case fp32, bf16, u8, s8 }

  private func run() throws(LoweringError) -> LoweredModel {
    let (byNode, byTensor) = demands()
    var formats: [NumberFormat] = []
    // What each reader of a tensor finds under each demand.
    var replacements: [[Demand: TensorID]] = []
    for index in source.tensors.indices {
      let id = TensorID(index: index)
      let stored = storedDemand(of: id, wanted: byTensor[index])
      formats.append(try format(stored, of: id))
      replacements.append([stored: id])
    }
    var writer = ConversionWriter(
      source, formats: formats, storages: [Storage](repeating: .floats, count: formats.count))
    let constants = source.tensors.indices.filter { source.tensors[$0].parameter != nil }
    for id in source.inputs + constants.map({ TensorID(index: $0) }) {
      try insertConversions(of: id, byTensor[id.index], &replacements, &writer)
    }
    for (node, wanted) in zip(source.nodes, byNode) {
      let inputs = zip(node.inputs, wanted).map { id, demand in replacements[id.index][demand] ?? id }
      // Maximum pooling of integers passes them through: its result has its source's scale.
      if case .maxPool = node.op, wanted[0] == .u8 {
        writer.setFormat(writer.formats[inputs[0].index], of: node.output)
      }
      writer.append(node, inputs: inputs, outputs: node.outputs)
      for id in node.outputs {
        try insertConversions(of: id, byTensor[id.index], &replacements, &writer)
      }
    }
    return writer.build(precision, for: target)
  }

  private func insertConversions(
    of id: TensorID, _ wanted: Set<Demand>, _ replacements: inout [[Demand: TensorID]], _ writer: inout ConversionWriter
  ) throws(LoweringError) {
    for demand in [Demand.bf16, .u8, .s8] where wanted.contains(demand) && replacements[id.index][demand] == nil {
      let format = try format(demand, of: id)
      let converted = writer.declare(like: id, suffix: format.name, format, .floats)
      writer.convert(id, to: converted, name: "\(source[id].name).\(format.name)")
      replacements[id.index][demand] = converted
    }
  }

  /// The format in which each node reads each of its inputs, and all the formats in which each tensor is read.
  private func demands() -> (byNode: [[Demand]], byTensor: [Set<Demand>]) {
    var byNode = [[Demand]](repeating: [], count: source.nodes.count)
    var byTensor = [Set<Demand>](repeating: [], count: source.tensors.count)
    // Backwards, so that a maximum pooling knows what its own result's readers want: it passes integers through only
    // where all of them read u8.
    for (index, node) in source.nodes.enumerated().reversed() {
      let passesIntegers = byTensor[node.output.index] == [.u8] && !source.outputs.contains(node.output)
      byNode[index] = node.inputs.indices.map { position in
        if case .maxPool = node.op, precision == .int8, !passesIntegers { return .fp32 }
        return demand(of: node, for: position)
      }
      for (id, demand) in zip(node.inputs, byNode[index]) { byTensor[id.index].insert(demand) }
    }
    return (byNode, byTensor)
  }

  private func demand(of node: Node, for position: Int) -> Demand {
    guard source[node.inputs[position]].elementType == .float32 else { return .fp32 }
    switch node.op {
    case .general, .dynamic: return .fp32
    case .softmax where position == 1: return .fp32
    default: break
    }
    switch precision {
    case .fp32: return .fp32
    case .bf16: return .bf16
    default:
      switch node.op {
      case .convolution, .linear, .maxPool, .globalAveragePool: return .u8
      case .attentionScores, .attentionContext, .matMul: return position == 0 ? .u8 : .s8
      default: return .fp32
      }
    }
  }

  private func storedDemand(of id: TensorID, wanted: Set<Demand>) -> Demand {
    guard wanted.count == 1, let only = wanted.first else { return .fp32 }
    return isFullPrecision[id.index] ? .fp32 : only
  }

  private func format(_ demand: Demand, of id: TensorID) throws(LoweringError) -> NumberFormat {
    switch demand {
    case .fp32: return .fp32
    case .bf16: return .bf16
    case .u8, .s8:
      let name = source[id].name
      guard let range = calibration?.ranges[name] else { throw LoweringError(tensor: name) }
      return demand == .u8
        ? .u8(covering: range) : .s8(covering: calibration?.symmetricRanges[name] ?? range, limit: target.integerLimit)
    }
  }
}

/// INT8 was asked for without a calibrated range for a tensor.
public struct LoweringError: Error, Hashable, CustomStringConvertible {
  /// The tensor's name.
  public let tensor: String

  /// One sentence for the user.
  public var description: String {
    "INT8 needs a calibrated range for tensor \(tensor), and the calibration holds none (no finite value was seen)."
  }
}
