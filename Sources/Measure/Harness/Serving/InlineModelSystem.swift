import LoadGen
import Serving

/// A model without a server around it: the thread that issues computes, with its team, and returns when all is answered.
///
/// Make it and issue to it on one thread.
final class InlineModelSystem: SystemUnderTest {
  let name: String
  private let instance: InstanceModel

  init(name: String, instance: InstanceModel) {
    self.name = name
    self.instance = instance
  }

  func issue(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector) throws(SystemFault) {
    var begin = 0
    while begin < samples.count {
      let end = min(begin + instance.maxBatch, samples.count)
      do {
        try instance.run(UnsafeBufferPointer(rebasing: samples[begin..<end]), responses: responses)
      } catch {
        let fault = SystemFault(reason: "\(error)")
        let answered = begin + ((error as? BatchFault)?.answered ?? 0)
        // Where nothing was answered the whole query is refused.
        guard answered > 0 else { throw fault }
        samples[answered...].map(\.id).withUnsafeBufferPointer { responses.fail($0, fault) }
        return
      }
      begin = end
    }
  }

  func flush() {}
}
