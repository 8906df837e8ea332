import ModelGraph
import Tensors

/// Turns FP32 pools into the engines' own.
///
/// `MaxPool` without indices becomes `maxPool`; positions that `ceil_mode` adds become padding, which never wins.
/// `GlobalAveragePool`, `AveragePool` over the whole plane and `ReduceMean` over both directions become
/// `globalAveragePool`, whose result is (n, c); a `Reshape` keeps the extents that the model has.
struct ConvertPools: GraphPass {
  let name = "convert-pools"

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(["MaxPool", "GlobalAveragePool", "AveragePool", "ReduceMean"]) { editor, node in
      guard let source = node[0], editor.isFloat(source), editor.isActivation(source), node.node.outputs.count == 1
      else { return }
      if node.op.name == "MaxPool" {
        Self.convertMaximum(node, source, &editor)
      } else if Self.isGlobalMean(node, editor.shape(source), editor) {
        Self.convertMean(node, source, &editor)
      }
    }
  }

  private static func convertMaximum(_ node: GeneralNode, _ source: TensorID, _ editor: inout GraphEditor) {
    guard let kernel = node.op.ints("kernel_shape"),
      let window = Window(
        node.op, kernel: kernel, source: editor.shape(source), result: editor.shape(node.output))
    else { return }
    let extent = kernel.count == 2 ? Window.Extent(kernel[0], kernel[1]) : Window.Extent(1, kernel[0])
    let op = Operator.maxPool(Pooling(kernel: extent, window: window))
    guard editor.fits(op, inputs: [source], parameters: [], output: editor.shape(node.output)) else { return }
    editor.replace(
      node.handle,
      with: [
        Node(
          name: node.node.name, op: op, inputs: [source], outputs: node.node.outputs,
          origins: editor.origins([node.handle]))
      ])
  }

  private static func isGlobalMean(_ node: GeneralNode, _ source: Shape, _ editor: GraphEditor) -> Bool {
    guard source.rank == 4, source.count > 0 else { return false }
    switch node.op.name {
    case "GlobalAveragePool": return true
    case "ReduceMean": return editor.axes(node, rank: 4) == [2, 3]
    default:
      return node.op.ints("kernel_shape") == [source[2], source[3]]
        && (node.op.ints("pads") ?? []).allSatisfy { $0 == 0 }
        && ["NOTSET", "VALID"].contains(node.op.string("auto_pad") ?? "NOTSET")
        && editor.shape(node.output) == [source[0], source[1], 1, 1]
    }
  }

  private static func convertMean(_ node: GeneralNode, _ source: TensorID, _ editor: inout GraphEditor) {
    let (name, origins) = (node.node.name, editor.origins([node.handle]))
    let flat: Shape = [editor.shape(source)[0], editor.shape(source)[1]]
    if editor.shape(node.output) == flat {
      editor.replace(
        node.handle,
        with: [
          Node(name: name, op: .globalAveragePool, inputs: [source], outputs: [node.output], origins: origins)
        ])
      return
    }
    let mean = editor.addTensor("\(name).mean", TensorType(.float32, flat))
    let pool = Node(name: name, op: .globalAveragePool, inputs: [source], outputs: [mean], origins: origins)
    let reshape = editor.reshape(mean, to: node.output, name: "\(name).reshape", origins: origins)
    editor.replace(node.handle, with: [pool, reshape])
  }
}
