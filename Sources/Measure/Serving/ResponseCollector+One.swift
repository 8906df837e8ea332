import LoadGen

extension ResponseCollector {
  /// Says that one sample will not be answered, and why.
  func fail(_ id: ResponseID, _ fault: SystemFault) {
    withUnsafePointer(to: id) { fail(UnsafeBufferPointer(start: $0, count: 1), fault) }
  }
}
