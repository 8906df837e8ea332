/// What a closed loop drives: takes a query and returns when it is done.
///
/// A class protocol: calls through it never allocate, wherever they are compiled.
public protocol BlockingSystem: AnyObject {
  /// The number of samples in memory; queries name samples by indices below it. At least 1.
  var sampleCount: Int { get }

  /// Runs one query on the samples named and returns when its results are there.
  ///
  /// Called on the measured path: must not allocate. `samples` is valid only during the call and may name a sample more
  /// than once where a query is larger than the library.
  func issue(_ samples: UnsafeBufferPointer<Int32>)
}
