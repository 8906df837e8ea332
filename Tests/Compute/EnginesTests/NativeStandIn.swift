import ModelGraph
import NumericFormats
import Tensors

@testable import Engines

/// Another implementation behind native storage: operands are decoded to floats for it and its results encoded again, so
/// that an engine of these gives the bits of the engine behind if and only if tensors are held and reordered right.
struct NativeStandIn: OperatorImplementation {
  let wrapped: any OperatorImplementation
  var name: String { "native:\(wrapped.name)" }

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    node.op == .convert ? .no("conversions are others'") : wrapped.accepts(node, in: model)
  }

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    switch node.op {
    case .convolution, .maxPool: NodeStorages(.channelsLast, operands: node.inputs.count, results: 1)
    case .globalAveragePool: NodeStorages(inputs: [.channelsLast], outputs: [.native])
    default: NodeStorages(.native, operands: node.inputs.count, results: node.outputs.count)
    }
  }

  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step {
    try NativeStandIn.step([(node, wrapped)], preparation)
  }

  /// Nodes after one another on copies of what they read and write, held as floats.
  static func step(
    _ nodes: [(node: Node, implementation: any OperatorImplementation)], _ preparation: Preparation
  ) throws -> Step {
    let model = preparation.model
    let behind = LoweredModel(
      graph: model.graph, numerics: model.numerics, formats: model.formats, target: model.target)
    let read = nodes.flatMap(\.node.inputs).filter { model.graph[$0].parameter == nil }
    let written = nodes.flatMap(\.node.outputs)
    var addresses = preparation.addresses
    var copies: [TensorID: AlignedCopy] = [:]
    for id in Set(read + written) {
      let copy = AlignedCopy(byteCount: behind.byteCount(of: id))
      (copies[id], addresses[id.index]) = (copy, copy.address)
    }
    let inner = Preparation(
      model: behind, threadCount: preparation.threadCount, features: preparation.features,
      kernels: preparation.kernels, kept: preparation.kept, addresses: addresses, parameters: preparation.parameters)
    let steps = try nodes.map { try $0.implementation.prepare($0.node, inner) }
    let nowhere =
      model.graph.nodes.firstIndex { $0.name == nodes[0].node.name }
      .map { model.innerTensors(of: $0..<($0 + nodes.count)) } ?? []
    func places(_ ids: [TensorID]) -> [Place] {
      ids.filter { !nowhere.contains($0) }.map { id in
        Place(
          shape: model.graph[id].shape, elementBytes: model.graph[id].elementType.byteCount,
          format: model.format(of: id), storage: model.storage(of: id), memory: preparation.address(id),
          copy: copies[id]!)
      }
    }
    let (sources, results) = (places(read.filter { !written.contains($0) }), places(written))
    // The step owns all copies, also those of what its nodes hand each other.
    return Step(scratchBytes: steps.map(\.scratchBytes).max()!) { [copies] worker in
      defer { withExtendedLifetime(copies) {} }
      if worker.thread == 0 { for place in sources { place.decode() } }
      worker.barrier()
      for step in steps {
        step.run(worker)
        worker.barrier()
      }
      if worker.thread == 0 { for place in results { place.encode() } }
    }
  }

  final class AlignedCopy: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
    init(byteCount: Int) { address = .allocate(byteCount: max(byteCount, 1), alignment: 64) }
    deinit { address.deallocate() }
  }

  /// A tensor in the model's memory and its copy as floats.
  private struct Place {
    let shape: Shape
    let elementBytes: Int
    let format: NumberFormat
    let storage: Storage
    let memory: UnsafeMutableRawPointer
    let copy: AlignedCopy

    func decode() {
      guard storage.isNative else {
        return copy.address.copyMemory(from: memory, byteCount: shape.count * elementBytes)
      }
      let floats = copy.address.assumingMemoryBound(to: Float.self)
      for index in 0..<shape.count { floats[index] = NativeCode.load(memory, position(index), format) }
    }

    func encode() {
      guard storage.isNative else {
        return memory.copyMemory(from: copy.address, byteCount: shape.count * elementBytes)
      }
      let floats = copy.address.assumingMemoryBound(to: Float.self)
      for index in 0..<shape.count { NativeCode.store(floats[index], memory, position(index), format) }
    }

    private func position(_ index: Int) -> Int { NativeCode.position(of: index, shape, storage) }
  }
}

/// Native storage by its definition.
enum NativeCode {
  /// Where element `index` of the row-major order lies.
  static func position(of index: Int, _ shape: Shape, _ storage: Storage) -> Int {
    guard storage.layout == .channelsLast else { return index }
    let positions = shape.dims.dropFirst(2).reduce(1, *)
    let (image, channel, position) = (
      index / (shape[1] * positions), index / positions % shape[1], index % positions
    )
    return (image * positions + position) * shape[1] + channel
  }

  /// An element as the float that stands for it where tensors are held as floats.
  static func load(_ memory: UnsafeRawPointer, _ position: Int, _ format: NumberFormat) -> Float {
    switch format {
    case .fp32, .emulated: memory.assumingMemoryBound(to: Float.self)[position]
    case .bf16: Float(bitPattern: UInt32(memory.assumingMemoryBound(to: UInt16.self)[position]) << 16)
    case .u8(_, let zero): Float(Int32(memory.assumingMemoryBound(to: UInt8.self)[position]) - zero)
    case .s8: Float(memory.assumingMemoryBound(to: Int8.self)[position])
    }
  }

  static func store(_ value: Float, _ memory: UnsafeMutableRawPointer, _ position: Int, _ format: NumberFormat) {
    switch format {
    case .fp32, .emulated: memory.assumingMemoryBound(to: Float.self)[position] = value
    case .bf16: memory.assumingMemoryBound(to: UInt16.self)[position] = UInt16(value.bitPattern >> 16)
    case .u8(_, let zero): memory.assumingMemoryBound(to: UInt8.self)[position] = UInt8(Int32(value) + zero)
    case .s8: memory.assumingMemoryBound(to: Int8.self)[position] = Int8(value)
    }
  }
}

/// Attention's three nodes, or a layer normalisation and a conversion, in one step on the implementations of `openblas`.
struct FusedStandIn: OperatorImplementation {
  enum Pattern { case attention, norm }
  let pattern: Pattern
  var name: String { pattern == .attention ? "fused:attention" : "fused:norm" }
  /// An attention step that computes nothing but scores does not exist.
  var runsAlone: Bool { pattern == .norm }

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    switch (pattern, node.op) {
    case (.attention, .attentionScores), (.norm, .layerNorm): .yes
    default: .no("not what it begins with")
    }
  }

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    NodeStorages(.native, operands: node.inputs.count, results: node.outputs.count)
  }

  func followers(of index: Int, in model: LoweredModel) -> Int {
    let behind = model.graph.nodes.dropFirst(index + 1)
    switch pattern {
    case .attention:
      guard behind.count >= 2, case .maskedSoftmax = behind[index + 1].op,
        case .attentionContext = behind[index + 2].op, model.innerTensors(of: index..<(index + 3)).count == 2
      else { return 0 }
      return 2
    case .norm:
      guard let next = behind.first, next.op == .convert, next.inputs == model.graph.nodes[index].outputs else {
        return 0
      }
      return 1
    }
  }

  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step {
    try prepare(node, followers: [], preparation)
  }

  func prepare(_ node: Node, followers: ArraySlice<Node>, _ preparation: Preparation) throws -> Step {
    let behind = LoweredModel(
      graph: preparation.model.graph, numerics: preparation.model.numerics, formats: preparation.model.formats)
    let nodes = ([node] + followers).map { node in
      (node, ModelRun.openblas.implementations.first { $0.accepts(node, in: behind) == .yes }!)
    }
    return try NativeStandIn.step(nodes, preparation)
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    StepDescription(kernel: "none", algorithm: "\(followers.count + 1) nodes", tiles: "\(model.target.threads) threads")
  }
}

/// The conversions of the native engine and nothing else of it.
struct Reorders: OperatorImplementation {
  private let native = NativeConvert()
  let name = "reorders"

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    node.op == .convert ? native.accepts(node, in: model) : .no("not a conversion")
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step { native.prepare(node, preparation) }
}

/// An engine of stand-ins.
struct StandInEngine: Engine {
  let name = "stand-in"
  let summary = "native storage around openblas"
  let implementations: [any OperatorImplementation]

  init(fuses: Bool = false) {
    let openblas = ModelRun.openblas.implementations
    let native = openblas.filter { !($0 is GeneralImplementation) }.map { NativeStandIn(wrapped: $0) }
    let fused = fuses ? [FusedStandIn(pattern: .attention), FusedStandIn(pattern: .norm)] : []
    implementations = fused as [any OperatorImplementation] + [Reorders()] + native + openblas
  }

  func execution(of precision: Precision, on features: CPUFeatures) -> Execution { .emulated }
  func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract {
    precision == .int8 ? .u8s8VNNI : ModelRun.native.contract(for: precision, on: features)
  }
}
