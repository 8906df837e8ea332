import Tensors

/// The extents of a pool over images (n, c, spatial).
struct PoolShape {
  /// Planes: images times channels.
  let planes: Int
  let geometry: WindowGeometry
  /// The output's extents.
  let result: Shape

  /// Checks the pool of a call's first input.
  init(_ call: OperatorCall) throws(OperatorError) {
    let image = try call.shape(0)
    guard image.rank >= 3 else { throw .invalid("it pools an input of \(image.rank) dimensions") }
    let attributes = try WindowAttributes(call, rank: image.rank - 2, weights: nil)
    // Kernels of pools are attributes, whose taps cost time but no memory.
    guard attributes.kernel.allSatisfy({ $0 <= 1 << 16 }) else {
      throw .unsupported("a window of the extents \(attributes.kernel)")
    }
    geometry = try attributes.geometry(
      over: Array(image.dims.dropFirst(2)), roundsUp: try call.isOn("ceil_mode"))
    for axis in geometry.kernel.indices {
      let reach = attributes.reach(axis)
      guard max(geometry.paddingBegin[axis], geometry.paddingEnd[axis]) < reach else {
        throw .invalid("its padding is not smaller than its window of \(reach)")
      }
    }
    planes = image[0] * image[1]
    result = try call.shape(checking: Array(image.dims.prefix(2)) + geometry.output)
  }

  /// A computation that calls `body` with the offsets of each plane's input and output.
  func computation(_ body: @escaping (_ source: Int, _ target: Int) -> Void) -> Computation {
    let (inputs, outputs, planes) = (geometry.inputCount, geometry.outputCount, planes)
    return Computation(isDivisible: true) { share in
      for plane in share.range(of: planes) { body(plane * inputs, plane * outputs) }
    }
  }
}
