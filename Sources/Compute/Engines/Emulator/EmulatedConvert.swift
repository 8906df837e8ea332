import CKernels
import Conversions
import ModelGraph
import NumericFormats
import Tensors

/// Rounds FP32 activations to formats that no kernel stores; the result is held as floats that the format can represent.
struct EmulatedConvert: OperatorImplementation {
  let name = "emulator:convert"

  /// Why other implementations cannot write the result of a conversion; nil where they can.
  static func reason(toWrite node: Node, in model: LoweredModel) -> String? {
    guard case .emulated(let format) = model.format(of: node.output) else { return nil }
    // A change of layout alone.
    if model.format(of: node.inputs[0]) == .emulated(format) { return nil }
    return "the emulator rounds to \(format.operand.conversion.element.name)"
  }

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard node.op == .convert else { return .no("not a conversion") }
    guard Self.reason(toWrite: node, in: model) != nil else { return .no("a kernel stores the format") }
    let source = model.format(of: node.inputs[0])
    return source == .fp32 ? .yes : .no("the source is \(source.name)")
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    guard case .emulated(let format) = preparation.model.format(of: node.output) else {
      preconditionFailure("declined by accepts")
    }
    let (input, output) = (node.inputs[0], node.output)
    let shape = preparation.shape(output)
    let layout = preparation.storage(output).layout
    let (source, destination) = (preparation.floats(input), preparation.floats(output))
    let round = Rounding(
      format, shape: shape, isChannelsLast: layout == .channelsLast, preparation.features.operatorTable)
    guard preparation.storage(input).layout == layout else {
      let reorder = NativeConvert().prepare(node, preparation)
      return Step { worker in
        reorder.run(worker)
        worker.barrier()
        round.run(worker, UnsafePointer(destination), destination)
      }
    }
    return Step { worker in round.run(worker, UnsafePointer(source), destination) }
  }

  /// How the elements of a tensor are rounded, together where they share scales.
  private struct Rounding: Sendable {
    private let conversion: ckernels_conversion
    private let isa: ckernels_isa
    private let count: Int
    private let blocks: Blocks?

    /// Lines of elements that are summed over: for each of `outer` pieces `lines` of them side by side.
    private struct Blocks: Sendable {
      let kind: ckernels_block_scale
      let size: Int
      let outer, outerStride: Int
      let lines, lineStride: Int
      let depth, stride: Int
    }

    init(_ format: EmulatedFormat, shape: Shape, isChannelsLast: Bool, _ isa: ckernels_isa) {
      self.isa = isa
      count = shape.count
      conversion = format.operand.conversion.kernel(scale: format.scale)
      let lines = format.lines(of: shape.count)
      guard let axis = format.axis, let (kind, size) = format.operand.scaling.blocks, axis.depth > 0, count > 0 else {
        blocks = nil
        return
      }
      let isInnermost = axis.dimension == shape.rank - 1 || (isChannelsLast && axis.dimension == 1 && shape.rank > 2)
      if isInnermost {
        blocks = Blocks(
          kind: kind, size: size, outer: 1, outerStride: 0, lines: lines.count, lineStride: axis.depth,
          depth: axis.depth, stride: 1)
      } else {
        let inner = shape.dims.dropFirst(axis.dimension + 1).reduce(1, *)
        blocks = Blocks(
          kind: kind, size: size, outer: count / (axis.depth * inner), outerStride: axis.depth * inner, lines: inner,
          lineStride: 1, depth: axis.depth, stride: inner)
      }
    }

    func run(_ worker: Worker, _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>) {
      withUnsafePointer(to: conversion) { conversion in
        guard let blocks else {
          let share = worker.share(of: count)
          let start = share.lowerBound
          ckernels_quantise(isa, conversion, source + start, destination + start, share.count, UInt64(start))
          return
        }
        for outer in 0..<blocks.outer {
          let share = worker.share(of: blocks.lines)
          let start = outer * blocks.outerStride + share.lowerBound * blocks.lineStride
          ckernels_quantise_blocks(
            isa, conversion, blocks.kind, blocks.size, source + start, destination + start, share.count,
            blocks.lineStride, blocks.depth, blocks.stride, UInt64(start))
        }
      }
    }
  }
}
