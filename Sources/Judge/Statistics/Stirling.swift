import Glibc

/// Stirling's formula for factorials.
enum Stirling {
  /// ln z! - ln(sqrt(2 pi z) (z/e)^z), the correction to Stirling's formula.
  static func correction(_ z: Double) -> Double {
    if z < 10 {
      // lgamma_r, because lgamma writes a global variable.
      var sign: Int32 = 0
      return lgamma_r(z + 1, &sign) - (z + 0.5) * log(z) + z - halfLogTwoPi
    }
    // DLMF 5.11.1; the first term left out is below 3e-16 here.
    let inverse = 1 / z
    let square = inverse * inverse
    var sum = 1.0 / 156
    sum = sum * square - 691.0 / 360_360
    sum = sum * square + 1.0 / 1188
    sum = sum * square - 1.0 / 1680
    sum = sum * square + 1.0 / 1260
    sum = sum * square - 1.0 / 360
    sum = sum * square + 1.0 / 12
    return sum * inverse
  }

  private static let halfLogTwoPi = 0.918938533204672741780329736406
}
