/// A loop whose result was not what its iterations add up to: the machine computes wrongly.
public struct CeilingError: Error, Hashable, CustomStringConvertible {
  /// The loop.
  public let loop: String
  /// What it returned.
  public let result: Int64
  /// What it should have returned.
  public let expected: Int64

  /// One sentence for the user.
  public var description: String {
    "The loop \(loop) added up \(result) where \(expected) is right: this machine computes wrongly, or it is a bug in Assay."
  }
}
