import CKernels
import ModelGraph

/// The activation functions of a recurrent layer, by direction.
struct GateFunctions {
  /// For each direction f, g and h; cells that need fewer repeat the last one.
  let directions: [(ckernels_gate, ckernels_gate, ckernels_gate)]

  /// Reads `activations`, `activation_alpha`, `activation_beta` and `clip`.
  init(_ call: OperatorCall, _ shape: RecurrentShape) throws(OperatorError) {
    let defaults: [String]
    switch shape.cell {
    case .rnn: defaults = ["Tanh"]
    case .gru: defaults = ["Sigmoid", "Tanh"]
    case .lstm: defaults = ["Sigmoid", "Tanh", "Tanh"]
    }
    var names: [String] = []
    switch call.op.attributes["activations"] {
    case nil: break
    case .strings(let given): names = given
    default: throw .invalid("attribute activations must be a list of texts")
    }
    if names.isEmpty { names = shape.isReverse.flatMap { _ in defaults } }
    guard names.count == defaults.count * shape.directions else {
      throw .invalid("it has \(names.count) activations instead of \(defaults.count * shape.directions)")
    }
    let clip = try call.float("clip") ?? .infinity
    guard clip > 0 else { throw .invalid("clip \(clip) is not positive") }
    // Each function that has a parameter takes the next value of the list.
    var alphas = (try call.floats("activation_alpha") ?? [])[...]
    var betas = (try call.floats("activation_beta") ?? [])[...]
    var gates: [ckernels_gate] = []
    for name in names {
      guard let known = Self.known[name.lowercased()] else { throw .unsupported("activation \(name)") }
      let alpha = known.alpha.map { alphas.popFirst() ?? $0 }
      let beta = known.beta.map { betas.popFirst() ?? $0 }
      gates.append(ckernels_gate(kind: known.kind, alpha: alpha ?? 0, beta: beta ?? 0, clip: clip))
    }
    directions = shape.isReverse.indices.map { direction in
      let own = gates[(direction * defaults.count)..<((direction + 1) * defaults.count)]
      let padded = Array(own) + [ckernels_gate](repeating: gates[own.endIndex - 1], count: 3)
      return (padded[0], padded[1], padded[2])
    }
  }

  /// A function with the defaults of the parameters that it has.
  private struct Known: Sendable {
    let kind: ckernels_gate_kind
    var alpha: Float?
    var beta: Float?
  }

  private static let known: [String: Known] = [
    "relu": Known(kind: CKERNELS_GATE_RELU),
    "tanh": Known(kind: CKERNELS_GATE_TANH),
    "sigmoid": Known(kind: CKERNELS_GATE_SIGMOID),
    "affine": Known(kind: CKERNELS_GATE_AFFINE, alpha: 1, beta: 0),
    "leakyrelu": Known(kind: CKERNELS_GATE_LEAKY_RELU, alpha: 0.01),
    "thresholdedrelu": Known(kind: CKERNELS_GATE_THRESHOLDED_RELU, alpha: 1),
    "scaledtanh": Known(kind: CKERNELS_GATE_SCALED_TANH, alpha: 1, beta: 1),
    "hardsigmoid": Known(kind: CKERNELS_GATE_HARD_SIGMOID, alpha: 0.2, beta: 0.5),
    "elu": Known(kind: CKERNELS_GATE_ELU, alpha: 1),
    "softsign": Known(kind: CKERNELS_GATE_SOFTSIGN),
    "softplus": Known(kind: CKERNELS_GATE_SOFTPLUS),
  ]
}
