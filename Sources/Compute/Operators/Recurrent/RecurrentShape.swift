import ModelGraph
import Tensors

/// The extents of a recurrent layer: inputs x, w, r, b, sequence lengths, initial h, initial c, peepholes.
struct RecurrentShape {
  /// The three layers.
  enum Cell: String {
    case rnn = "RNN"
    case gru = "GRU"
    case lstm = "LSTM"

    /// Matrices of one direction's weights.
    var gates: Int {
      switch self {
      case .rnn: 1
      case .gru: 3
      case .lstm: 4
      }
    }
  }

  let cell: Cell
  let steps: Int
  let batch: Int
  let features: Int
  /// Units of one direction.
  let hiddenSize: Int
  /// Whether each direction runs backwards.
  let isReverse: [Bool]
  /// Whether the batch is the first dimension of x, y and the states (`layout` 1).
  let isBatchFirst: Bool

  var directions: Int { isReverse.count }
  /// Results of all gates of one step.
  var width: Int { cell.gates * hiddenSize }

  init(_ call: OperatorCall) throws(OperatorError) {
    guard let cell = Cell(rawValue: call.op.name) else { throw .unsupported("operator \(call.op.name)") }
    self.cell = cell
    let (x, r) = (try call.shape(0), try call.shape(2))
    guard x.rank == 3, r.rank == 3 else { throw .invalid("its input and its weights must have 3 dimensions") }
    isBatchFirst = try call.isOn("layout")
    (steps, batch, features) = isBatchFirst ? (x[1], x[0], x[2]) : (x[0], x[1], x[2])
    switch try call.string("direction") ?? "forward" {
    case "forward": isReverse = [false]
    case "reverse": isReverse = [true]
    case "bidirectional": isReverse = [false, true]
    case let other: throw .invalid("direction \(other) does not exist")
    }
    hiddenSize = r[2]
    let named = try call.int("hidden_size") ?? hiddenSize
    guard hiddenSize > 0, hiddenSize < 1 << 40, named == hiddenSize else {
      throw .invalid("hidden_size \(named) with weights \(r)")
    }
    let (directions, width) = (isReverse.count, cell.gates * hiddenSize)
    try call.expectShape(1, [directions, width, features])
    try call.expectShape(2, [directions, width, hiddenSize])
    try call.expectShape(3, [directions, 2 * width])
    try call.expectShape(4, [batch])
    let state = isBatchFirst ? [batch, directions, hiddenSize] : [directions, batch, hiddenSize]
    try call.expectShape(5, state)
    if cell == .lstm {
      try call.expectShape(6, state)
      try call.expectShape(7, [directions, 3 * hiddenSize])
    }
  }

  /// The types of y, the last hidden state and, for an LSTM, the last cell state.
  func outputs(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let y = isBatchFirst ? [batch, steps, directions, hiddenSize] : [steps, directions, batch, hiddenSize]
    let state = isBatchFirst ? [batch, directions, hiddenSize] : [directions, batch, hiddenSize]
    let types = [
      TensorType(.float32, try call.shape(checking: y)), TensorType(.float32, try call.shape(checking: state)),
      TensorType(.float32, try call.shape(checking: state)),
    ]
    try call.expectOutputs(atMost: cell == .lstm ? 3 : 2)
    return Array(types.prefix(call.outputCount))
  }

  /// The first element of a state.
  func stateOffset(_ direction: Int, _ sequence: Int) -> Int {
    (isBatchFirst ? sequence * directions + direction : direction * batch + sequence) * hiddenSize
  }

  /// The first element of one step's result.
  func outputOffset(_ direction: Int, _ sequence: Int, step: Int) -> Int {
    isBatchFirst
      ? ((sequence * steps + step) * directions + direction) * hiddenSize
      : ((step * directions + direction) * batch + sequence) * hiddenSize
  }
}
