import CKernels
import ModelGraph
import Tensors

/// A prepared recurrent layer.
///
/// The inputs of all steps are multiplied by their weights in one product; each step then adds the product of the state.
/// Directions and parts of the batch are independent of each other, so shares divide those.
final class RecurrentLayer {
  private let shape: RecurrentShape
  private let gates: GateFunctions
  private let multiply: Resources.MatrixMultiply
  private let level: ckernels_isa
  private let faults: RunFaults
  private let scratch: Scratch
  /// Sequences that are computed together.
  private let block: Int
  private let isLinearBeforeReset: Bool
  private let isCoupled: Bool

  private let (x, w, r): (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>)
  private let bias: UnsafePointer<Float>?
  private let lengths: UnsafePointer<Int32>?
  private let (initialHidden, initialCell): (UnsafePointer<Float>?, UnsafePointer<Float>?)
  private let peepholes: UnsafePointer<Float>?
  private let (y, lastHidden, lastCell):
    (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?)

  init(_ call: OperatorCall, _ outputs: [UnsafeMutableRawPointer]) throws(OperatorError) {
    shape = try RecurrentShape(call)
    gates = try GateFunctions(call, shape)
    multiply = call.product
    level = call.resources.level
    faults = call.resources.faults
    isLinearBeforeReset = try call.isOn("linear_before_reset")
    isCoupled = try call.isOn("input_forget")
    (x, w, r) = (
      try call.memory(0, as: Float.self), try call.memory(1, as: Float.self), try call.memory(2, as: Float.self)
    )
    bias = call.optionalMemory(3, as: Float.self)
    lengths = call.optionalMemory(4, as: Int32.self)
    initialHidden = call.optionalMemory(5, as: Float.self)
    initialCell = call.optionalMemory(6, as: Float.self)
    peepholes = call.optionalMemory(7, as: Float.self)
    let floats = outputs.map { $0.assumingMemoryBound(to: Float.self) }
    y = floats[0]
    lastHidden = floats.count > 1 ? floats[1] : nil
    lastCell = floats.count > 2 ? floats[2] : nil
    let parts = (call.resources.shareCount - 1) / shape.directions + 1
    block = max(1, (shape.batch + parts - 1) / parts)
    // The gates of all steps, then hidden state, cell state and one more of that size.
    let gates = try call.shape(checking: [shape.steps, block, shape.width]).count
    let states = try call.shape(checking: [3, block, shape.hiddenSize]).count
    scratch = try Scratch(bytesPerPart: (gates + states) * 4, parts: call.resources.shareCount)
  }

  var heldBytes: Int { scratch.byteCount }

  /// Computes one share.
  func run(_ share: WorkShare) {
    let blocks = (shape.batch + block - 1) / block
    for item in share.range(of: shape.directions * blocks) {
      let (direction, part) = item.quotientAndRemainder(dividingBy: blocks)
      let sequences = part * block..<min((part + 1) * block, shape.batch)
      run(share.index, direction, sequences)
    }
  }

  private func run(_ share: Int, _ direction: Int, _ sequences: Range<Int>) {
    let count = sequences.count
    let rows = scratch.floats(share)
    let state = State(
      hidden: rows + shape.steps * count * shape.width, count: count * shape.hiddenSize)
    for (index, sequence) in sequences.enumerated() {
      let offset = shape.stateOffset(direction, sequence)
      load(initialHidden, offset, state.hidden + index * shape.hiddenSize)
      load(initialCell, offset, state.cell + index * shape.hiddenSize)
    }
    multiplyInputs(direction, sequences, rows)
    for step in 0..<shape.steps {
      let time = shape.isReverse[direction] ? shape.steps - 1 - step : step
      let first = rows + (shape.isBatchFirst ? time : time * count) * shape.width
      let stride = shape.isBatchFirst ? shape.steps * shape.width : shape.width
      multiplyStates(direction, count, first, stride, state)
      for (index, sequence) in sequences.enumerated() {
        let target = y + shape.outputOffset(direction, sequence, step: time)
        guard time < length(sequence) else {
          target.update(repeating: 0, count: shape.hiddenSize)
          continue
        }
        advance(direction, first + index * stride, index, state)
        target.update(from: state.hidden + index * shape.hiddenSize, count: shape.hiddenSize)
      }
    }
    for (index, sequence) in sequences.enumerated() {
      let offset = shape.stateOffset(direction, sequence)
      lastHidden.map { $0 + offset }?.update(from: state.hidden + index * shape.hiddenSize, count: shape.hiddenSize)
      lastCell.map { $0 + offset }?.update(from: state.cell + index * shape.hiddenSize, count: shape.hiddenSize)
    }
  }

  /// The states of some sequences: hidden, cell, and memory of the same size.
  private struct State {
    let hidden: UnsafeMutablePointer<Float>
    let count: Int
    var cell: UnsafeMutablePointer<Float> { hidden + count }
    var spare: UnsafeMutablePointer<Float> { hidden + 2 * count }
  }

  private func load(_ source: UnsafePointer<Float>?, _ offset: Int, _ target: UnsafeMutablePointer<Float>) {
    if let source {
      target.update(from: source + offset, count: shape.hiddenSize)
    } else {
      target.update(repeating: 0, count: shape.hiddenSize)
    }
  }

  /// Steps of a sequence that count.
  private func length(_ sequence: Int) -> Int {
    guard let lengths else { return shape.steps }
    let length = Int(lengths[sequence])
    if length < 0 || length > shape.steps { faults.report(.invalidOperand) }
    return length
  }

  /// x times w, plus biases, for all steps.
  private func multiplyInputs(_ direction: Int, _ sequences: Range<Int>, _ rows: UnsafeMutablePointer<Float>) {
    let (width, features, count) = (shape.width, shape.features, sequences.count)
    let weights = w + direction * width * features
    if shape.isBatchFirst || count == shape.batch {
      let first = shape.isBatchFirst ? sequences.lowerBound * shape.steps : 0
      multiply(
        x + first * features, features, false, weights, features, true, rows, width, count * shape.steps, width,
        features, false)
    } else {
      for step in 0..<shape.steps {
        multiply(
          x + (step * shape.batch + sequences.lowerBound) * features, features, false, weights, features, true,
          rows + step * count * width, width, count, width, features, false)
      }
    }
    guard let bias else { return }
    let own = bias + direction * 2 * width
    guard shape.cell == .gru, isLinearBeforeReset else {
      ckernels_add_biases(rows, width, count * shape.steps, width, own, own + width)
      return
    }
    // The candidate's recurrent bias is inside the product with the reset gate.
    let reset = 2 * shape.hiddenSize
    ckernels_add_biases(rows, width, count * shape.steps, reset, own, own + width)
    ckernels_add_biases(rows + reset, width, count * shape.steps, shape.hiddenSize, own + reset, nil)
  }

  /// Adds the hidden state times r to one step's rows; for a GRU only where no reset gate is involved.
  private func multiplyStates(
    _ direction: Int, _ count: Int, _ rows: UnsafeMutablePointer<Float>, _ stride: Int, _ state: State
  ) {
    let size = shape.hiddenSize
    let weights = r + direction * shape.width * size
    guard shape.cell == .gru else {
      multiply(state.hidden, size, false, weights, size, true, rows, stride, count, shape.width, size, true)
      return
    }
    multiply(state.hidden, size, false, weights, size, true, rows, stride, count, 2 * size, size, true)
    let (candidate, gate) = (weights + 2 * size * size, gates.directions[direction].0)
    for index in 0..<count { ckernels_apply_gate(level, gate, rows + index * stride, 2 * size) }
    if isLinearBeforeReset {
      multiply(state.hidden, size, false, candidate, size, true, state.spare, size, count, size, size, false)
      let addend = bias.map { $0 + (direction * 2 + 1) * shape.width + 2 * size }
      for index in 0..<count {
        let row = rows + index * stride
        ckernels_gru_reset_product(row + size, state.spare + index * size, addend, row + 2 * size, size)
      }
    } else {
      for index in 0..<count {
        ckernels_gru_reset(
          rows + index * stride + size, state.hidden + index * size, state.spare + index * size, size)
      }
      multiply(
        state.spare, size, false, candidate, size, true, rows + 2 * size, stride, count, size, size, true)
    }
  }

  /// The new state of one sequence from its row.
  private func advance(_ direction: Int, _ row: UnsafeMutablePointer<Float>, _ index: Int, _ state: State) {
    let size = shape.hiddenSize
    let (hidden, cell) = (state.hidden + index * size, state.cell + index * size)
    switch shape.cell {
    case .rnn:
      ckernels_apply_gate(level, gates.directions[direction].0, row, size)
      hidden.update(from: row, count: size)
    case .gru:
      ckernels_apply_gate(level, gates.directions[direction].1, row + 2 * size, size)
      ckernels_gru_update(row, row + 2 * size, hidden, size)
    case .lstm:
      let own = peepholes.map { $0 + direction * 3 * size }
      withUnsafePointer(to: gates.directions[direction]) { functions in
        UnsafeRawPointer(functions).withMemoryRebound(to: ckernels_gate.self, capacity: 3) {
          ckernels_lstm_step(level, $0, isCoupled ? 1 : 0, row, own, cell, hidden, size)
        }
      }
    }
  }
}
