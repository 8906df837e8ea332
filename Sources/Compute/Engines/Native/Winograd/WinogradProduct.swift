import CKernels
import ModelGraph
import Tensors

/// One convolution by Winograd's algorithm with everything decided: addresses, packed weights, each thread's part.
final class WinogradProduct: @unchecked Sendable {
  /// Scratch bytes of all threads.
  let scratchBytes: Int
  private let convolution: UnsafeMutablePointer<ckernels_winograd>
  private let plan: WinogradPlan
  private let (tiles, panels): (Int, Int)
  /// Scratch bytes of one part's transformed inputs, and of one thread's sums.
  private let (inputBytes, sumsBytes): (Int, Int)
  /// What the convolution points to.
  private let weights: PackedPanels
  private let constants: [AnyObject]

  /// - Parameters:
  ///   - values: the weights (out channels, channels, 3, 3).
  ///   - parameter: whose these are.
  ///   - memory: where they go in the plan's form.
  ///   - constants: owners of what `convolution` points to besides its weights.
  init(
    _ convolution: ckernels_winograd, plan: WinogradPlan, values: UnsafePointer<Float>, of parameter: ParameterID,
    in memory: WeightMemory, constants: [AnyObject]
  ) throws {
    var convolution = convolution
    convolution.form = plan.form == .transformed ? CKERNELS_WINOGRAD_TRANSFORMED : CKERNELS_WINOGRAD_UNTRANSFORMED
    let kernel = GemmKernel(row: convolution.kernel)
    let (channels, outChannels) = (Int(convolution.channels), Int(convolution.out_channels))
    let packedBytes = ckernels_winograd_packed_bytes(kernel.row, convolution.form, channels, outChannels)
    inputBytes = ckernels_winograd_input_bytes(channels, plan.blockTiles)
    sumsBytes = ckernels_winograd_sums_bytes(plan.blockTiles)
    guard inputBytes >= 0, sumsBytes >= 0 else { throw AllocationError(byteCount: .max) }
    let (inputs, overflows) = inputBytes.multipliedReportingOverflow(by: plan.tileParts)
    let (sums, overflow) = sumsBytes.multipliedReportingOverflow(by: plan.tileParts * plan.panelParts)
    let (scratch, sumOverflows) = inputs.addingReportingOverflow(sums)
    guard !overflows, !overflow, !sumOverflows else { throw AllocationError(byteCount: .max) }
    scratchBytes = scratch
    let (form, panel) = (convolution.form, ckernels_winograd_panel(kernel.row, convolution.form))
    let panels = (outChannels + panel - 1) / panel
    self.panels = panels
    let packing = WeightMemory.Packing(
      parameter: parameter, kernel: kernel.row, order: .winograd(plan.form), taps: 9, depth: channels,
      columns: outChannels)
    weights = try memory.panels(packing, byteCount: packedBytes) { packed in
      ckernels_winograd_pack(
        kernel.row, form, values, channels, outChannels, 0, panels, packed.assumingMemoryBound(to: Float.self))
      return []
    }
    convolution.weights = weights.base.assumingMemoryBound(to: Float.self)
    tiles = ckernels_winograd_tiles(&convolution)
    self.plan = plan
    self.constants = constants
    self.convolution = .allocate(capacity: 1)
    self.convolution.initialize(to: convolution)
  }

  deinit { convolution.deallocate() }

  /// One thread's part: in each round its share of a block's transforms, then its panels of the products.
  func run(_ worker: Worker) {
    let isIdle = worker.thread >= plan.tileParts * plan.panelParts
    let (part, column) = worker.thread.quotientAndRemainder(dividingBy: plan.panelParts)
    let inputs = worker.scratch + part * inputBytes
    let sums = worker.scratch + plan.tileParts * inputBytes + worker.thread * sumsBytes
    for round in 0..<plan.rounds {
      if round > 0, plan.panelParts > 1 { worker.barrier() }
      if isIdle {
        if plan.panelParts > 1 { worker.barrier() }
        continue
      }
      let range = plan.block(part: part, round: round, tiles: tiles)
      var block = ckernels_winograd_block(
        begin: range.lowerBound, end: range.upperBound, inputs: inputs.assumingMemoryBound(to: Float.self))
      let own = Partition.share(column, of: plan.panelParts, items: range.count)
      ckernels_winograd_transform_input(
        convolution, &block, range.lowerBound + own.lowerBound, range.lowerBound + own.upperBound)
      if plan.panelParts > 1 { worker.barrier() }
      let columns = Partition.share(column, of: plan.panelParts, items: panels)
      ckernels_winograd_multiply(
        convolution, &block, columns.lowerBound, columns.upperBound, sums.assumingMemoryBound(to: Float.self))
    }
  }
}
