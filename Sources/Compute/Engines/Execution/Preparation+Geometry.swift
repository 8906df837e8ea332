import CKernels
import ModelGraph
import Tensors

/// The extents of a convolution or a pooling; planes of one dimension count as planes of height 1.
struct WindowExtents {
  let images: Int
  /// Planes in and out of one image, all groups together.
  let channels: Int
  let outChannels: Int
  let plane: Window.Extent
  let kernel: Window.Extent
  let outPlane: Window.Extent
  let window: Window
  let groups: Int

  /// Elements of one plane.
  var planeSize: Int { plane.height * plane.width }
  var outPlaneSize: Int { outPlane.height * outPlane.width }
  /// Products per result.
  var depth: Int { groups > 0 ? channels / groups * kernel.height * kernel.width : 0 }

  private init(_ source: Shape, _ output: Shape, kernel: Window.Extent, window: Window, groups: Int) {
    (images, channels, outChannels) = (source[0], source[1], output[1])
    plane = Self.plane(source)
    outPlane = Self.plane(output)
    (self.kernel, self.window, self.groups) = (kernel, window, groups)
  }

  /// The extents of a convolution; nil for other nodes.
  init?(convolution node: Node, in graph: ModelGraph) {
    guard case .convolution(let convolution) = node.op else { return nil }
    self.init(
      graph[node.inputs[0]].shape, graph[node.output].shape, kernel: Self.plane(graph[node.parameters[0]].shape),
      window: convolution.window, groups: convolution.groups)
  }

  /// The extents of a maximum pooling; nil for other nodes.
  init?(pooling node: Node, in graph: ModelGraph) {
    guard case .maxPool(let pooling) = node.op else { return nil }
    self.init(
      graph[node.inputs[0]].shape, graph[node.output].shape, kernel: pooling.kernel, window: pooling.window, groups: 1)
  }

  /// Why the C geometry cannot hold the extents; nil if it can.
  var refusal: String? {
    let extents = [
      channels, plane.height, plane.width, kernel.height, kernel.width, window.stride.height, window.stride.width,
      window.dilation.height, window.dilation.width, window.padding.top, window.padding.left, outPlane.height,
      outPlane.width,
    ]
    return MatrixProduct.refusal(extents)
  }

  /// The C geometry of one image, or of one group of it.
  var geometry: ckernels_convolution {
    ckernels_convolution(
      channels: Int32(channels / max(groups, 1)), height: Int32(plane.height), width: Int32(plane.width),
      kernel_height: Int32(kernel.height), kernel_width: Int32(kernel.width), stride_y: Int32(window.stride.height),
      stride_x: Int32(window.stride.width), dilation_y: Int32(window.dilation.height),
      dilation_x: Int32(window.dilation.width), padding_top: Int32(window.padding.top),
      padding_left: Int32(window.padding.left), out_height: Int32(outPlane.height), out_width: Int32(outPlane.width))
  }

  private static func plane(_ shape: Shape) -> Window.Extent {
    shape.rank == 4 ? Window.Extent(shape[2], shape[3]) : Window.Extent(1, shape[2])
  }
}
