import LoadGen

/// Computes batches: what one instance of a ``DynamicBatcher`` does. Made, used and given up on the instance's own thread.
public protocol BatchRunner: AnyObject {
  /// Samples that it can compute together; at least 1.
  var maxBatch: Int { get }

  /// Computes `samples`, 1 to ``maxBatch`` of them, and answers each through `responses`.
  ///
  /// - Throws: where it cannot: the batcher says of the samples that they failed, and goes on with the next batch. Where some
  ///   have been answered already, a ``BatchFault`` that says how many.
  func run(_ samples: UnsafeBufferPointer<QuerySample>, responses: ResponseCollector) throws
}
