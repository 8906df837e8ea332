import Foundation

/// Recurrent layers by ONNX's equations, but for an LSTM's clip: one sequence, one direction, one step and one unit at a time, in FP64.
struct NaiveRecurrentLayer {
  var cell: String
  var steps: Int
  var batch: Int
  var features: Int
  var size: Int
  var reverse: [Bool]
  var isLinearBeforeReset = false
  var isCoupled = false
  var clip = Double.infinity
  /// f, g and h.
  var functions: [(Double) -> Double] = [{ 1 / (1 + exp(-$0)) }, { tanh($0) }, { tanh($0) }]

  var x, w, r: [Double]
  var bias, hidden, state, peepholes: [Double]?
  var lengths: [Int]?

  private var gates: Int { ["RNN": 1, "GRU": 3, "LSTM": 4][cell] ?? 0 }

  /// y (steps, directions, batch, size), and the last hidden and cell states (directions, batch, size).
  func run() -> (y: [Double], hidden: [Double], cell: [Double]) {
    let directions = reverse.count
    var y = [Double](repeating: 0, count: steps * directions * batch * size)
    var (lastHidden, lastCell): ([Double], [Double]) = ([], [])
    for direction in 0..<directions {
      for sequence in 0..<batch {
        let start = (direction * batch + sequence) * size
        var h = hidden.map { Array($0[start..<start + size]) } ?? .init(repeating: 0, count: size)
        var c = state.map { Array($0[start..<start + size]) } ?? .init(repeating: 0, count: size)
        let length = lengths?[sequence] ?? steps
        for step in 0..<length {
          let time = reverse[direction] ? length - 1 - step : step
          (h, c) = advance(
            direction, Array(x[(time * batch + sequence) * features..<(time * batch + sequence + 1) * features]), h, c)
          for unit in 0..<size { y[((time * directions + direction) * batch + sequence) * size + unit] = h[unit] }
        }
        lastHidden += h
        lastCell += c
      }
    }
    return (y, lastHidden, lastCell)
  }

  private func advance(_ d: Int, _ x: [Double], _ h: [Double], _ c: [Double]) -> ([Double], [Double]) {
    func input(_ gate: Int, _ unit: Int) -> Double {
      let row = (d * gates + gate) * size + unit
      return (0..<features).reduce(0) { $0 + w[row * features + $1] * x[$1] }
    }
    func recurrent(_ gate: Int, _ unit: Int, _ h: [Double]) -> Double {
      let row = (d * gates + gate) * size + unit
      return (0..<size).reduce(0) { $0 + r[row * size + $1] * h[$1] }
    }
    func addend(_ half: Int, _ gate: Int, _ unit: Int) -> Double {
      bias?[((d * 2 + half) * gates + gate) * size + unit] ?? 0
    }
    func sum(_ gate: Int, _ unit: Int) -> Double {
      input(gate, unit) + recurrent(gate, unit, h) + addend(0, gate, unit) + addend(1, gate, unit)
    }
    func apply(_ function: Int, _ value: Double) -> Double { functions[function](min(max(value, -clip), clip)) }
    func peephole(_ gate: Int, _ unit: Int) -> Double { peepholes?[(d * 3 + gate) * size + unit] ?? 0 }
    let units = 0..<size
    switch cell {
    case "RNN": return (units.map { apply(0, sum(0, $0)) }, c)
    case "GRU":
      let update = units.map { apply(0, sum(0, $0)) }, reset = units.map { apply(0, sum(1, $0)) }
      let candidate = units.map { unit in
        let own = input(2, unit) + addend(0, 2, unit)
        if isLinearBeforeReset { return apply(1, own + reset[unit] * (recurrent(2, unit, h) + addend(1, 2, unit))) }
        return apply(1, own + recurrent(2, unit, units.map { reset[$0] * h[$0] }) + addend(1, 2, unit))
      }
      return (units.map { (1 - update[$0]) * candidate[$0] + update[$0] * h[$0] }, c)
    default:
      let i = units.map { apply(0, sum(0, $0) + peephole(0, $0) * c[$0]) }
      let f = units.map { isCoupled ? 1 - i[$0] : apply(0, sum(2, $0) + peephole(2, $0) * c[$0]) }
      let next = units.map { f[$0] * c[$0] + i[$0] * apply(1, sum(3, $0)) }
      let o = units.map { apply(0, sum(1, $0) + peephole(1, $0) * next[$0]) }
      // Unclipped, as in ONNX Runtime.
      return (units.map { o[$0] * functions[2](next[$0]) }, next)
    }
  }
}
