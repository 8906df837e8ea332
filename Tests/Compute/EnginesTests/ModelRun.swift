import CLinux
import ModelGraph
import NumericFormats
import Operators
import Tensors
import Testing

@testable import Engines

/// Runs graphs of tests and compares outputs.
enum ModelRun {
  static let reference = EngineRegistry.engine(named: "reference")!
  static let openblas = EngineRegistry.engine(named: "openblas")!
  static let native = EngineRegistry.engine(named: "native")!
  /// The emulation of the native engine's integers.
  static let emulation: any Engine = NativeEmulation()

  /// A prepared model with filled inputs, run twice so that a second run sees what the first left in the arena.
  static func model(
    _ graph: ModelGraph, _ engine: any Engine, _ precision: Precision = .fp32, parameters: ParameterStore? = nil,
    threads: Int = 1, features: CPUFeatures = .detect(), keeping kept: Set<String> = []
  ) throws -> ExecutableModel {
    let parameters = try parameters ?? TestGraphs.parameters(graph)
    let calibration = precision == .int8 ? try calibration(graph, parameters) : nil
    let model = try ExecutableModel(
      graph: graph, parameters: parameters, engine: engine, precision: precision, calibration: calibration,
      team: ThreadTeam(unpinnedThreads: threads), features: features, keeping: kept)
    TestGraphs.fill(model)
    model.run()
    model.run()
    try model.check()
    return model
  }

  /// The first output.
  static func output(
    _ graph: ModelGraph, _ engine: any Engine, _ precision: Precision, threads: Int = 1,
    features: CPUFeatures = .detect()
  ) throws -> [Float] {
    // The model owns the memory that its outputs are in.
    let model = try model(graph, engine, precision, threads: threads, features: features)
    return withExtendedLifetime(model) { Array(model.outputs[0]) }
  }

  static func calibration(_ graph: ModelGraph, _ parameters: ParameterStore) throws -> Calibration {
    let model = try ExecutableModel(
      graph: graph, parameters: parameters, engine: reference, precision: .fp32, team: ThreadTeam(unpinnedThreads: 1))
    return try Calibration.measure(model, of: graph, samples: 1) { _, _ in TestGraphs.fill(model) }
  }

  /// Expects that runs allocate nothing: on one thread, whose own count other tests cannot disturb.
  static func expectNoAllocation(_ graph: ModelGraph, _ engine: any Engine, _ precision: Precision) throws {
    let model = try model(graph, engine, precision)
    let before = clinux_thread_allocation_count()
    for _ in 0..<20 { model.run() }
    #expect(clinux_thread_allocation_count() == before)
    // The counter counts, unless a sanitizer brings its own allocator.
    let probe = UnsafeMutablePointer<Int>.allocate(capacity: 1000)
    defer { probe.deallocate() }
    #expect(clinux_thread_allocation_count() > before || before == -1)
  }

  /// Largest error relative to the largest expected value; fails on anything not finite and where nothing is expected.
  static func error(_ actual: [Float], _ expected: [Float]) -> Float {
    guard actual.count == expected.count, actual.allSatisfy(\.isFinite), expected.contains(where: { $0 != 0 }) else {
      return .infinity
    }
    let largest = expected.map(abs).max() ?? 0
    return zip(actual, expected).map { abs($0 - $1) }.max()! / largest
  }
}

/// `openblas` with the native engine's limit of integers: the same integers, and exact sums.
private struct NativeEmulation: Engine {
  let name = "emulation"
  let summary = "openblas with the limits of native"
  var implementations: [any OperatorImplementation] { ModelRun.openblas.implementations }
  func execution(of precision: Precision, on features: CPUFeatures) -> Execution { .emulated }
  func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract {
    ModelRun.native.contract(for: precision, on: features)
  }
}

/// Builds graphs with general operators, whose types the library infers.
struct GeneralGraph {
  private(set) var tensors: [TensorInfo] = []
  private(set) var parameters: [ParameterInfo] = []
  private(set) var values: [Tensor] = []
  private(set) var nodes: [Node] = []
  private(set) var inputs: [TensorID] = []

  mutating func input(_ name: String, _ type: TensorType) -> TensorID {
    let id = declare(TensorInfo(name: name, shape: type.shape, elementType: type.elementType))
    inputs.append(id)
    return id
  }

  mutating func constant(_ name: String, _ tensor: Tensor) -> TensorID {
    parameters.append(
      ParameterInfo(name: name, shape: tensor.shape, role: .constant, elementType: tensor.elementType))
    values.append(tensor)
    return declare(
      TensorInfo(
        name: name, shape: tensor.shape, elementType: tensor.elementType,
        parameter: ParameterID(index: parameters.count - 1)))
  }

  /// A general node with all its outputs, named after it and numbered from the second on.
  mutating func general(
    _ name: String, _ op: String, _ operands: [TensorID], attributes: [String: GeneralOperator.Attribute] = [:],
    outputs: Int = 1
  ) throws -> [TensorID] {
    let general = GeneralOperator(op, opset: 17, attributes: attributes, slots: Array(operands.indices))
    let call = OperatorCall(
      node: name, op: general,
      operands: operands.map { id in
        let info = tensors[id.index]
        return Operand(
          type: info.type, address: info.parameter.map { values[$0.index].bytes.baseAddress! },
          hasValue: info.parameter != nil)
      }, outputCount: outputs, resources: Resources())
    let types = try OperatorLibrary.definition(of: op).outputTypes(call)
    let ids = types.enumerated().map { index, type in
      declare(
        TensorInfo(name: index == 0 ? name : "\(name).\(index)", shape: type.shape, elementType: type.elementType))
    }
    nodes.append(Node(name: name, op: .general(general), inputs: operands, outputs: ids))
    return ids
  }

  /// A node of an engine's own operator with one FP32 result.
  mutating func node(
    _ name: String, _ op: Operator, _ operands: [TensorID],
    parameters new: [(suffix: String, role: ParameterRole, Tensor)] = []
  ) throws -> TensorID {
    let shape = try op.outputShape(
      node: name, inputs: operands.map { tensors[$0.index].shape }, parameters: new.map { $0.2.shape })
    var ids: [ParameterID] = []
    for (suffix, role, tensor) in new {
      ids.append(ParameterID(index: parameters.count))
      parameters.append(ParameterInfo(name: "\(name).\(suffix)", shape: tensor.shape, role: role))
      values.append(tensor)
    }
    let id = declare(TensorInfo(name: name, shape: shape, elementType: .float32))
    nodes.append(Node(name: name, op: op, inputs: operands, parameters: ids, outputs: [id]))
    return id
  }

  /// A part whose results' extents only a run decides, or, where `fixed` gives them, that have these types.
  mutating func dynamic(
    _ name: String, _ nested: ModelGraph, _ operands: [TensorID], fixed: [TensorType?] = []
  ) -> [TensorID] {
    let ids = nested.outputs.enumerated().map { index, id in
      let type = index < fixed.count ? fixed[index] : nil
      return declare(
        TensorInfo(
          name: "\(name).\(index)", shape: type?.shape ?? [], elementType: type?.elementType ?? nested[id].elementType,
          isDynamic: type == nil))
    }
    nodes.append(Node(name: name, op: .dynamic(nested), inputs: operands, outputs: ids))
    return ids
  }

  mutating func append(_ node: Node) { nodes.append(node) }

  mutating func declare(_ info: TensorInfo) -> TensorID {
    tensors.append(info)
    return TensorID(index: tensors.count - 1)
  }

  func build(_ outputs: [TensorID]) -> ModelGraph {
    ModelGraph(
      name: "general", tensors: tensors, parameters: parameters, nodes: nodes, inputs: inputs, outputs: outputs)
  }

  var store: ParameterStore { ParameterStore(values) }
}

extension TensorView {
  /// The elements as values of a type of the same size.
  func elements<Element: BitwiseCopyable>(as _: Element.Type) -> [Element] { Array(bytes.bindMemory(to: Element.self)) }
}
