import LoadGen

/// A system under test that stands in for a real one: it computes nothing, and behaves, or misbehaves, as its words say.
public struct StandIn: Hashable, Sendable {
  /// The words that it was made from, for example `sleep:2ms:4`.
  public let words: String
  /// What it does.
  public let behaviour: Behaviour

  /// What a stand-in does. Times are nanoseconds.
  public enum Behaviour: Hashable, Sendable {
    /// Answers within the call that issues.
    case null
    /// `instances` threads take `time` for each sample, and sleep meanwhile.
    case sleep(time: Int64, instances: Int)
    /// The thread that issues computes for `time` for each sample.
    case spin(time: Int64)
    /// One thread takes `service` for each sample, and after every `every` of them does nothing for `time`.
    case stall(every: Int, time: Int64, service: Int64)
    /// A server that batches: a batch of n takes `fixed` + n x `each`.
    case batcher(fixed: Int64, each: Int64, maxBatch: Int, maxWait: Int64, instances: Int)
    /// Never answers every `every`-th sample.
    case silent(every: Int)
    /// Answers every `every`-th sample twice.
    case twice(every: Int)
    /// Answers `count` samples at a time, the last first.
    case reorder(count: Int)
    /// Throws where a query has an `every`-th sample.
    case refuse(every: Int)
    /// Says of every `every`-th sample that it failed.
    case fail(every: Int)
    /// After every `every`-th sample also answers one that does not exist.
    case unknown(every: Int)
    /// Answers nothing before it is told to flush.
    case hold
    /// Takes `after` samples and never returns from the call that issues the next one.
    case block(after: Int)
    /// Answers each time with other bytes.
    case noise
    /// Takes `time` for a sample, but nothing where it was among the last `entries` different ones.
    case cache(time: Int64, entries: Int)
  }

  /// Parses words such as `null`, `sleep:2ms:4` or `stall:every=1000,for=50ms`; ``forms`` lists them.
  ///
  /// Parameters are separated by commas or colons; those without a name are taken in the order of the form.
  ///
  /// - Throws: ``StandInError`` with the place of the problem.
  public init(_ words: String) throws(StandInError) {
    let name = words.prefix { $0 != ":" }
    guard let form = Self.forms.first(where: { $0.name == name }) else {
      let known = Self.forms.map(\.name).joined(separator: ", ")
      throw StandInError(words, at: 0, "stand-ins are called \(known)")
    }
    let values = try StandInParameters(form: form, words: words).values
    self.words = words
    behaviour = form.behaviour(values)
  }
}
