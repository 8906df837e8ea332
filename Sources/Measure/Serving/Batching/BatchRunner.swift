import LoadGen

/// Computes batches: what one instance of a ``DynamicBatcher`` does. Made, used and given up on the instance's own thread.
public protocol BatchRunner: AnyObject {
  /// Samples that it can compute together; at least 1.
  var maxBatch: Int { get }

  /// Computes `samples`, 1 to ``maxBatch`` of them, and answers each through `responses`.
  ///
  /// - Throws: where it cannot. None of the samples may have been answered then: the batcher says of all that they failed, and
  ///   goes on with the next batch.
  func run(_ samples: UnsafeBufferPointer<QuerySample>, responses: ResponseCollector) throws
}
