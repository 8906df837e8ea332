import ModelGraph
import NumericFormats
import Tensors

/// Decides the number format of every activation of a graph.
///
/// Products read their operands in the formats of the contract that their node follows. What else is rounded depends on the
/// contract's ``NumericsContract/ActivationStorage``:
///
/// - `everywhere` (BF16, FP16): every activation is stored in the format but the graph's outputs, a softmax's addend (masks
///   hold the least float, which the format would round to minus infinity) and what general operators read or write.
/// - `operands`: only what convolutions, inner products and products of two activations read, and with integers what their
///   residuals and pools read. What only layer normalisation, softmax, mean pooling, general operators and the like read
///   stays FP32, and so do the graph's outputs.
///
/// Formats that kernels do not store are held as floats: their values are rounded by `convert` nodes.
/// Only FP32 tensors are lowered. General operators and dynamic parts read and write full precision.
struct Lowering {
  private let source: ModelGraph
  private let numerics: NumericsAssignment
  private let calibration: Calibration?
  private let target: Target
  /// Whether a tensor is an input, an output, a constant or what a general operator writes, by tensor index.
  private let isFullPrecision: [Bool]

  /// Lowers `graph`. Formats with scales of whole tensors need a calibration that covers every tensor that they store.
  static func lower(
    _ graph: ModelGraph, to numerics: NumericsAssignment, calibration: Calibration?, for target: Target = Target()
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
      source: graph, numerics: numerics.unified(over: graph), calibration: calibration, target: target,
      isFullPrecision: isFullPrecision
    ).run()
  }

  /// The names of the tensors that INT8 stores, or converts to for some of their readers, in u8 and in s8.
  static func quantisedTensors(of graph: ModelGraph) -> (unsigned: Set<String>, signed: Set<String>) {
    let lowering = Lowering(
      source: graph, numerics: NumericsAssignment(.u8s8VNNI), calibration: nil, target: Target(), isFullPrecision: [])
    var (unsigned, signed): (Set<String>, Set<String>) = ([], [])
    for (tensor, demands) in zip(graph.tensors, lowering.demands().byTensor) {
      for demand in demands where demand != .fp32 {
        if demand.operand.conversion.element == .u8 { unsigned.insert(tensor.name) } else { signed.insert(tensor.name) }
      }
    }
    return (unsigned, signed)
  }

  /// How one reader wants its input stored.
  private struct Demand: Hashable {
    let operand: OperandFormat
    /// Along which blocks run, where blocks share scales.
    var axis: EmulatedFormat.Axis?
    var holding = Holding.stored

    /// How the values are held.
    enum Holding {
      /// In the operand's own format, where kernels store it.
      case stored
      /// As floats: kernels that multiply floats read them.
      case floats
      /// Signed integers 128 higher, as unsigned ones: what kernels take as their first operand. The sums' starts take it
      /// back, so that sums are the same modulo 2^32.
      case shifted
    }

    static let fp32 = Demand(operand: .fp32)
  }

  private func run() throws(LoweringError) -> LoweredModel {
    let (byNode, byTensor) = demands()
    var formats: [NumberFormat] = []
    // What each reader of a tensor finds under each demand.
    var replacements: [[Demand: TensorID]] = []
    // Maximum pooling only chooses among values: it writes integers where it reads them and nowhere else.
    var isChosenOfFloats = [Bool](repeating: false, count: source.tensors.count)
    for (node, wanted) in zip(source.nodes, byNode) {
      if case .maxPool = node.op { isChosenOfFloats[node.output.index] = !Self.isInteger(wanted[0].operand) }
    }
    for index in source.tensors.indices {
      let id = TensorID(index: index)
      var stored = try storedDemand(of: id, wanted: byTensor[index])
      if isChosenOfFloats[index], Self.isInteger(stored.operand) { stored = .fp32 }
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
      if case .maxPool = node.op, Self.isInteger(wanted[0].operand) {
        writer.setFormat(writer.formats[inputs[0].index], of: node.output)
      }
      writer.append(node, inputs: inputs, outputs: node.outputs)
      for id in node.outputs {
        try insertConversions(of: id, byTensor[id.index], &replacements, &writer)
      }
    }
    return writer.build(numerics, for: target)
  }

  private func insertConversions(
    of id: TensorID, _ wanted: [Demand], _ replacements: inout [[Demand: TensorID]], _ writer: inout ConversionWriter
  ) throws(LoweringError) {
    for demand in wanted where demand != .fp32 && replacements[id.index][demand] == nil {
      let format = try format(demand, of: id)
      // Blocks along several axes have one name.
      let alike = replacements[id.index].values.count { $0 != id && writer.formats[$0.index].name == format.name }
      let suffix = alike == 0 ? format.name : "\(format.name)-\(alike + 1)"
      let converted = writer.declare(like: id, suffix: suffix, format, .floats)
      writer.convert(id, to: converted, name: "\(source[id].name).\(suffix)")
      replacements[id.index][demand] = converted
    }
  }

  /// The format in which each node reads each of its inputs, and all the formats in which each tensor is read.
  private func demands() -> (byNode: [[Demand]], byTensor: [[Demand]]) {
    var byNode = [[Demand]](repeating: [], count: source.nodes.count)
    var byTensor = [[Demand]](repeating: [], count: source.tensors.count)
    // Backwards, so that a maximum pooling knows what its own result's readers want: it passes integers through only
    // where all of them read the same.
    for (index, node) in source.nodes.enumerated().reversed() {
      let readers = byTensor[node.output.index]
      let passesIntegers = readers.count == 1 && !source.outputs.contains(node.output)
      byNode[index] = node.inputs.indices.map { position in
        let demand = demand(of: node, for: position)
        if case .maxPool = node.op, Self.isInteger(demand.operand), !(passesIntegers && readers[0] == demand) {
          return .fp32
        }
        return demand
      }
      for (id, demand) in zip(node.inputs, byNode[index]) where !byTensor[id.index].contains(demand) {
        byTensor[id.index].append(demand)
      }
    }
    return (byNode, byTensor.map { $0.reversed() })
  }

  private func demand(of node: Node, for position: Int) -> Demand {
    guard source[node.inputs[position]].elementType == .float32 else { return .fp32 }
    switch node.op {
    case .general, .dynamic: return .fp32
    case .softmax where position == 1: return .fp32
    default: break
    }
    let contract = numerics.contract(of: node)
    guard node.op.isMultiplyAccumulate else {
      switch contract.storage {
      case .everywhere: return left(of: contract)
      case .operands:
        guard contract.accumulation.isInteger else { return .fp32 }
        switch node.op {
        case .maxPool, .globalAveragePool: return left(of: contract)
        default: return .fp32
        }
      }
    }
    guard position > 0 else { return left(of: contract, axis: axis(contract.left, of: node, position)) }
    switch node.op {
    case .convolution, .linear:
      // A residual is added, not multiplied.
      return contract.storage == .everywhere || contract.accumulation.isInteger ? left(of: contract) : .fp32
    default:
      var right = contract.right
      if case .group = right.scaling { return .fp32 }
      if right.scaling == .perChannel { right.scaling = .perTensor }
      return Demand(
        operand: right, axis: axis(right, of: node, position), holding: holdsFloats(contract) ? .floats : .stored)
    }
  }

  private func left(of contract: NumericsContract, axis: EmulatedFormat.Axis? = nil) -> Demand {
    guard contract.left != .fp32 else { return .fp32 }
    var isShifted = false
    if case .signed = contract.left.conversion.element { isShifted = contract.accumulation.isInteger }
    return Demand(
      operand: contract.left, axis: axis, holding: isShifted ? .shifted : holdsFloats(contract) ? .floats : .stored)
  }

  /// Whether the emulator's kernels for a contract multiply floats, whatever its formats.
  private func holdsFloats(_ contract: NumericsContract) -> Bool {
    target.isEmulator && contract.accumulation == .fp32Chain && !contract.isFP32
  }

  /// What a node that multiplies sums over, where blocks along it share scales.
  private func axis(_ operand: OperandFormat, of node: Node, _ position: Int) -> EmulatedFormat.Axis? {
    guard case .block = operand.scaling else { return nil }
    return source.summedAxis(of: node, position)
  }

  private func storedDemand(of id: TensorID, wanted: [Demand]) throws(LoweringError) -> Demand {
    guard wanted.count == 1, let only = wanted.first, !isFullPrecision[id.index] else { return .fp32 }
    if case .emulated = try format(only, of: id) { return .fp32 }
    return only
  }

  private static func isInteger(_ operand: OperandFormat) -> Bool {
    switch operand.conversion.element {
    case .signed, .unsigned: true
    case .float, .fixedPoint: false
    }
  }

  private func format(_ demand: Demand, of id: TensorID) throws(LoweringError) -> NumberFormat {
    let operand = demand.operand
    if operand == .fp32 { return .fp32 }
    // The one rounding that kernels store.
    if operand == OperandFormat(.float(.bf16)), demand.holding == .stored { return .bf16 }
    guard operand.scaling == .perTensor else { return .emulated(EmulatedFormat(operand, axis: demand.axis)) }
    let name = source[id].name
    guard let range = calibration?.ranges[name] else {
      throw LoweringError(tensor: name, format: operand.conversion.element.name)
    }
    let symmetric = calibration?.symmetricRanges[name] ?? range
    switch operand.conversion.element {
    case .unsigned: return .u8(covering: range)
    case .signed(_, let limit):
      let format = NumberFormat.s8(covering: symmetric, limit: limit)
      return demand.holding == .shifted ? .u8(scale: format.scale, zeroPoint: 128) : format
    case .float(let element):
      return .emulated(EmulatedFormat(operand, scale: EmulatedFormat.scale(covering: symmetric, in: element)))
    case .fixedPoint: preconditionFailure("fixed-point elements share scales in blocks")
    }
  }
}

/// A contract's format was asked for without a calibrated range for a tensor.
public struct LoweringError: Error, Hashable, CustomStringConvertible {
  /// The tensor's name.
  public let tensor: String
  /// What it was to be stored in.
  public let format: String

  /// One sentence for the user.
  public var description: String {
    "\(format.uppercased()) needs a calibrated range for tensor \(tensor), and the calibration holds none (no finite "
      + "value was seen)."
  }
}
