import ModelGraph
import Tensors

/// Writes a graph in the words of ONNX: operator set 17, so that every runtime of the last years reads it.
///
/// Engines' own operators are spelled out in standard ones, as PyTorch's exporter would: attention with its reshapes and
/// transpositions, GELU through Erf, masks as addends.
public struct ONNXExporter {
  /// The operator set that exported models ask for.
  public static let opset = 17
  /// The version of the file format; 8 belongs to operator set 17.
  public static let irVersion = 8

  let graph: ModelGraph
  let parameters: ParameterStore
  let isBatchSymbolic: Bool
  var nodes: [ONNXNode] = []
  var initializers: [ONNXTensor] = []
  private var written: Set<String> = []

  private init(graph: ModelGraph, parameters: ParameterStore, isBatchSymbolic: Bool) {
    self.graph = graph
    self.parameters = parameters
    self.isBatchSymbolic = isBatchSymbolic
  }

  /// The graph as an ONNX model; weights stay where they are until the model is written.
  ///
  /// - Parameters:
  ///   - parameters: kept alive by the model.
  ///   - isBatchSymbolic: whether the first dimension of inputs and outputs is called `batch` instead of being fixed; the
  ///     graph must have been built for a batch of 1.
  ///   - producerVersion: the version of Assay.
  /// - Throws: ``ONNXError`` where a node cannot be said in ONNX.
  public static func model(
    of graph: ModelGraph, parameters: ParameterStore, isBatchSymbolic: Bool, producerVersion: String
  ) throws(ONNXError) -> ONNXModel {
    var exporter = ONNXExporter(graph: graph, parameters: parameters, isBatchSymbolic: isBatchSymbolic)
    for node in graph.nodes { try exporter.export(node) }
    let result = ONNXGraph(
      name: graph.name, inputs: graph.inputs.map(exporter.valueInfo), outputs: graph.outputs.map(exporter.valueInfo),
      initializers: exporter.initializers, nodes: exporter.nodes)
    return ONNXModel(
      irVersion: irVersion, opsets: ["": opset], producerName: "assay", producerVersion: producerVersion, graph: result)
  }

  private func valueInfo(_ id: TensorID) -> ONNXValueInfo {
    let info = graph[id]
    let dims = info.shape.dims.enumerated().map { index, extent in
      isBatchSymbolic && index == 0 ? ONNXValueInfo.Dimension.symbol("batch") : .fixed(extent)
    }
    return ONNXValueInfo(name: info.name, elementType: info.elementType, dims: dims)
  }

  // MARK: What the spellings are made of

  /// The name of an activation; a constant tensor's parameter is written where it is first read.
  mutating func name(_ id: TensorID) -> String {
    if let parameter = graph[id].parameter { return name(parameter) }
    return graph[id].name
  }

  /// The name of a parameter, written as it is.
  mutating func name(_ id: ParameterID) -> String {
    let info = graph[id]
    if written.insert(info.name).inserted {
      let (store, type) = (parameters, info.type)
      initializers.append(ONNXTensor(name: info.name, type: type) { $0.copyMemory(from: store.bytes(id)) })
    }
    return info.name
  }

  /// The name of a rank-2 FP32 parameter, written with its dimensions exchanged.
  mutating func transposedName(_ id: ParameterID) -> String {
    let info = graph[id]
    let name = info.name + ".T"
    if written.insert(name).inserted {
      let (store, rows, columns) = (parameters, info.shape[0], info.shape[1])
      initializers.append(
        ONNXTensor(name: name, type: TensorType(.float32, [columns, rows])) { destination in
          transpose(store[id], rows: rows, columns: columns, into: destination)
        })
    }
    return name
  }

  /// A small constant.
  mutating func constant(_ name: String, _ values: [Int], scalar: Bool = false) -> String {
    let elements = values.map(Int64.init)
    return constant(name, TensorType(.int64, scalar ? [] : [values.count]), elements)
  }

  /// A scalar constant.
  mutating func constant(_ name: String, _ value: Float) -> String { constant(name, TensorType(.float32, []), [value]) }

  private mutating func constant<Element: BitwiseCopyable & Sendable>(
    _ name: String, _ type: TensorType, _ elements: [Element]
  ) -> String {
    initializers.append(
      ONNXTensor(name: name, type: type) { destination in elements.withUnsafeBytes { destination.copyMemory(from: $0) }
      })
    return name
  }

  /// Appends a node with one output, named after it, and returns that name.
  @discardableResult mutating func node(
    _ name: String, _ opType: String, _ inputs: [String], _ attributes: [String: ONNXAttribute] = [:]
  ) -> String {
    nodes.append(ONNXNode(name: name, opType: opType, inputs: inputs, outputs: [name], attributes: attributes))
    return name
  }

  /// The extents of a reshape's result; the first one is copied from the source where the batch is symbolic.
  func reshaped(_ dims: [Int]) -> [Int] { isBatchSymbolic ? [0] + dims.dropFirst() : dims }
}

/// Writes the transposed matrix in blocks that stay in cache.
private func transpose(
  _ source: UnsafeBufferPointer<Float>, rows: Int, columns: Int, into destination: UnsafeMutableRawBufferPointer
) {
  guard let base = destination.baseAddress, let source = source.baseAddress else { return }
  let block = 32
  for top in stride(from: 0, to: rows, by: block) {
    for left in stride(from: 0, to: columns, by: block) {
      for column in left..<min(left + block, columns) {
        for row in top..<min(top + block, rows) {
          base.storeBytes(of: source[row * columns + column], toByteOffset: (column * rows + row) * 4, as: Float.self)
        }
      }
    }
  }
}
