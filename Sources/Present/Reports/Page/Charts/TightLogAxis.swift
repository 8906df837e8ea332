import Glibc

/// A logarithmic axis whose ends are the given values, for what spreads over less than a decade as latencies do.
struct TightLogAxis: Hashable {
  /// The value at `start`; positive.
  let least: Double
  /// The value at `end`; above `least`.
  let greatest: Double
  /// The place of `least`.
  let start: Double
  /// The place of `greatest`.
  let end: Double

  /// An axis from `least` to `greatest`, but at least a twentieth of the value wide.
  init(_ least: Double, _ greatest: Double, start: Double, end: Double) {
    let low = least.isFinite ? max(least, 1e-30) : 1
    self.least = low
    self.greatest = max(greatest.isFinite ? greatest : low, low * 1.05)
    self.start = start
    self.end = end
  }

  /// The place of a value, within the axis.
  func place(_ value: Double) -> Double {
    guard value > 0 else { return start }
    let share = log(value / least) / log(greatest / least)
    return start + (end - start) * min(max(share, 0), 1)
  }

  /// Round values within the axis whose labels, `room` wide, stay apart.
  func ticks(room: Double) -> [Double] {
    let digits: [[Double]] = [[1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]
    let exponents = Int(log10(least).rounded(.down))...Int(log10(greatest).rounded(.up))
    for steps in digits {
      let values = exponents.flatMap { exponent in steps.map { $0 * pow(10, Double(exponent)) } }
        .filter { $0 >= least * 0.9999 && $0 <= greatest * 1.0001 }
      // Too few of them say nothing; then steps of equal size do.
      if values.count < 4, greatest / least < 3 { return equalSteps(room: room) }
      if zip(values, values.dropFirst()).allSatisfy({ abs(place($1) - place($0)) >= room }) { return values }
    }
    return [least, greatest]
  }

  private func equalSteps(room: Double) -> [Double] {
    let rough = (greatest - least) * room * 1.3 / max(abs(end - start), room)
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? 10 * power
    let first = (least / step).rounded(.up)
    // At most the length over the room of them.
    let count = min(max(Int(((greatest - first * step) / step).rounded(.down)), 0), 100)
    return (0...count).map { (first + Double($0)) * step }.filter { $0 <= greatest * 1.0001 }
  }
}
