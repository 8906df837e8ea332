import Glibc

/// A logarithmic axis: values to places.
struct LogScale: Hashable, Sendable {
  /// The least value shown; positive.
  let least: Double
  /// The greatest value shown; above `least`.
  let greatest: Double
  /// The place of `least`.
  let start: Double
  /// The place of `greatest`; may be before `start`.
  let end: Double

  /// An axis whose ends are the round values (1, 2 or 5 times a power of ten) around the given ones.
  init(around least: Double, _ greatest: Double, start: Double, end: Double) {
    let low = Self.round(least, up: false)
    self.least = low
    self.greatest = max(Self.round(greatest, up: true), low * 10)
    self.start = start
    self.end = end
  }

  /// The place of a value; values beyond the ends get places beyond them.
  func place(_ value: Double) -> Double {
    start + (end - start) * (log10(value) - log10(least)) / (log10(greatest) - log10(least))
  }

  /// The value at a place.
  func value(_ place: Double) -> Double {
    pow(10, log10(least) + (place - start) / (end - start) * (log10(greatest) - log10(least)))
  }

  /// Units of length for a factor of ten.
  var decade: Double { abs(end - start) / (log10(greatest) - log10(least)) }

  /// Round values within the axis: 1, 2 and 5 times powers of ten where a label of `room` fits between them, else powers
  /// of ten alone.
  func ticks(room: Double) -> [Double] {
    let steps = decade * log10(2) >= room ? [1.0, 2, 5] : [1.0]
    let exponents = Int(log10(least).rounded(.down))...Int(log10(greatest).rounded(.up))
    return exponents.flatMap { exponent in steps.map { $0 * pow(10, Double(exponent)) } }
      // A tick at an end must survive rounding.
      .filter { $0 >= least * 0.999 && $0 <= greatest * 1.001 }
  }

  private static func round(_ value: Double, up: Bool) -> Double {
    guard value.isFinite, value > 1e-30, value < 1e30 else { return 1 }
    let power = pow(10, log10(value).rounded(.down))
    let candidates = [1.0, 2, 5, 10].map { $0 * power }
    // The tolerance keeps what is round already.
    return up
      ? candidates.first { $0 >= value * 0.999 } ?? power * 10
      : candidates.last { $0 <= value * 1.001 } ?? power
  }
}
