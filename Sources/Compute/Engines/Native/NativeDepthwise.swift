import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Depthwise convolutions of channels-last images, a vector of channels at a time.
struct NativeDepthwise: OperatorImplementation {
  /// Sums of more products of u8 and s8 could pass 2^24, up to which FP32 is exact.
  private static let largestWindow = 512

  let name = "native:depthwise"
  let operations: Set<Kernel.Operation> = [.depthwise, .matrixProduct]

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard let extents = WindowExtents(convolution: node, in: model.graph) else { return .no("not a convolution") }
    guard extents.groups > 1, extents.channels == extents.groups, extents.outChannels == extents.groups else {
      return .no("not depthwise with one result a channel")
    }
    if let reason = NativeOperands.refusal(node, in: model) ?? extents.refusal { return .no(reason) }
    guard
      !model.contract(of: node).accumulation.isInteger
        || extents.kernel.height * extents.kernel.width <= Self.largestWindow
    else {
      return .no("integer sums of more than \(Self.largestWindow) products are not exact in FP32")
    }
    guard let kernel = GemmKernel.select(.fp32Chain, for: model.target),
      extents.channels <= Int(Int32.max) - kernel.nr
    else { return .no("no kernel finishes its sums") }
    return .yes
  }

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    NodeStorages(.channelsLast, operands: node.inputs.count, results: 1)
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    .rows(.depthwise, "line by line", model.target)
  }

  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step {
    guard case .convolution(let convolution) = node.op,
      let extents = WindowExtents(convolution: node, in: preparation.model.graph),
      let kernel = GemmKernel.select(.fp32Chain, for: preparation.model.target)
    else { preconditionFailure("declined by accepts") }
    let (channels, area) = (extents.channels, extents.kernel.height * extents.kernel.width)
    let weights = try preparation.withValues(node.parameters[0]) { values in
      FloatConstants(count: channels * area) { packed in
        for channel in 0..<channels {
          for element in 0..<area { packed[element * channels + channel] = values[channel * area + element] }
        }
      }
    }
    let finish = preparation.finish(node, activation: convolution.activation, elementsPerRow: channels)
    let owners: [AnyObject] = finish.constants + [weights]
    var geometry = extents.geometry
    geometry.channels = Int32(channels)
    let depthwise = ckernels_depthwise(
      geometry: geometry, src_format: preparation.kernelFormat(node.inputs[0]),
      src: UnsafeRawPointer(preparation.address(node.inputs[0])), weights: UnsafePointer(weights.base),
      kernel: kernel.row, finish: finish.value)
    let run = preparation.rows(.depthwise).depthwise!
    let lines = extents.images * extents.outPlane.height
    let scratch = roundedToCacheLines((channels + kernel.nr) * 4)
    return Step(
      scratchBytes: scratch * preparation.threadCount, constantBytes: weights.byteCount
    ) { worker in
      let share = worker.share(of: lines)
      withExtendedLifetime(owners) {
        withUnsafePointer(to: depthwise) {
          run(
            $0, share.lowerBound, share.upperBound, worker.ownScratch(scratch).assumingMemoryBound(to: Float.self))
        }
      }
    }
  }
}
