import Glibc
import Records

extension Fidelity {
  /// The root of error power over signal power, 10^(-SQNR / 20), over all output elements of all samples; 0 for identical
  /// outputs.
  public var relativeError: Double { sqnrDecibels.map { pow(10, -$0 / 20) } ?? 0 }
}
