import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Changes of format, storage or both in one step (oneDNN: reorder).
struct NativeConvert: OperatorImplementation {
  let name = "native:reorder"

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard node.op == .convert else { return .no("not a conversion") }
    let isReorder = (node.inputs + node.outputs).contains { model.storage(of: $0) != .floats }
    return isReorder ? .yes : .no("source and result are floats")
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    let reorder = Reorder(node, preparation)
    return Step { worker in
      let share = worker.share(of: (reorder.count + Reorder.block - 1) / Reorder.block)
      for block in share { reorder.run(block) }
    }
  }
}

/// One conversion with its addresses, in blocks of the result's elements.
private struct Reorder {
  static let block = 256

  let count: Int
  private let (from, to): (NumberFormat, NumberFormat)
  private let (read, written): (Storage, Storage)
  private let (source, destination): (UnsafeRawPointer, UnsafeMutableRawPointer)
  private let format: ckernels_format
  private let convert:
    @convention(c) (ckernels_format, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
  private let (channels, positions): (Int, Int)

  init(_ node: Node, _ preparation: Preparation) {
    let (input, output) = (node.inputs[0], node.output)
    let shape = preparation.shape(input)
    count = shape.count
    (from, to) = (preparation.model.format(of: input), preparation.model.format(of: output))
    (read, written) = (preparation.storage(input), preparation.storage(output))
    (source, destination) = (UnsafeRawPointer(preparation.address(input)), preparation.address(output))
    format = preparation.kernelFormat(output)
    convert = preparation.kernels.pointee.convert
    channels = shape.rank > 2 ? shape[1] : 1
    positions = shape.dims.dropFirst(2).reduce(1, *)
  }

  func run(_ block: Int) {
    let elements = (block * Self.block)..<min((block + 1) * Self.block, count)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.block) { values in
      for element in elements { values[element - elements.lowerBound] = load(sourceIndex(element)) }
      if from != to { convert(format, values.baseAddress, values.baseAddress, elements.count) }
      for element in elements { store(values[element - elements.lowerBound], element) }
    }
  }

  /// Where an element of the result, counted as the result is held, lies in the source.
  private func sourceIndex(_ element: Int) -> Int {
    guard read.layout != written.layout, channels > 0, positions > 0 else { return element }
    let (inner, outer) = read.layout == .plain ? (channels, positions) : (positions, channels)
    let (row, i) = element.quotientAndRemainder(dividingBy: inner)
    let (image, o) = row.quotientAndRemainder(dividingBy: outer)
    return (image * inner + i) * outer + o
  }

  /// A stored integer less its zero point where the format stays, else the real value.
  private func load(_ index: Int) -> Float {
    let scale = from == to ? 1 : from.scale
    guard read.isNative else { return source.load(fromByteOffset: index * 4, as: Float.self) * scale }
    return switch from {
    case .fp32: source.load(fromByteOffset: index * 4, as: Float.self)
    case .bf16: Float(bitPattern: UInt32(source.load(fromByteOffset: index * 2, as: UInt16.self)) << 16)
    case .u8(_, let zero): Float(Int32(source.load(fromByteOffset: index, as: UInt8.self)) - zero) * scale
    case .s8: Float(source.load(fromByteOffset: index, as: Int8.self)) * scale
    }
  }

  /// Stores what is a float already rounded to the format; no integer is NaN, so that becomes the least.
  private func store(_ value: Float, _ index: Int) {
    guard written.isNative else {
      return destination.storeBytes(of: value, toByteOffset: index * 4, as: Float.self)
    }
    switch to {
    case .fp32: destination.storeBytes(of: value, toByteOffset: index * 4, as: Float.self)
    case .bf16:
      destination.storeBytes(of: UInt16(value.bitPattern >> 16), toByteOffset: index * 2, as: UInt16.self)
    case .u8(_, let zero):
      destination.storeBytes(of: value.isNaN ? 0 : UInt8(Int32(value) + zero), toByteOffset: index, as: UInt8.self)
    case .s8:
      destination.storeBytes(of: value.isNaN ? -127 : Int8(value), toByteOffset: index, as: Int8.self)
    }
  }
}
