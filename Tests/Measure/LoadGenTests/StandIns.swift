import LoadGen

/// Takes virtual time by a rule and notes what it was asked.
final class ScriptedSystem: BlockingSystem {
  let sampleCount: Int
  let clock: VirtualClock
  let latency: (Int) -> Int64
  private(set) var queries: [[Int32]] = []

  init(sampleCount: Int = 4, clock: VirtualClock, latency: @escaping (Int) -> Int64) {
    self.sampleCount = sampleCount
    self.clock = clock
    self.latency = latency
  }

  func issue(_ samples: UnsafeBufferPointer<Int32>) {
    clock.advance(by: latency(queries.count))
    queries.append(Array(samples))
  }
}

/// Small repeatable noise: -1 ... 1.
func noise(_ index: Int) -> Double {
  var z = UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5_4A32_D192_ED03
  z = (z ^ (z >> 32)) &* 0xD6E8_FEB8_6659_FD93
  z ^= z >> 32
  return Double(z >> 11) / Double(1 << 52) - 1
}

/// Works in virtual time: `servers` samples at a time, first come, first served.
final class VirtualSystem: SystemUnderTest {
  let name = "virtual"
  let clock: VirtualClock
  let servers: Int
  /// What a sample takes; nil for one that is never answered.
  var service: (QuerySample) -> Int64?
  /// What happens instead of one plain answer.
  var answer: (QuerySample, ResponseCollector) -> Void = { sample, responses in responses.complete(sample.id) }
  /// What the call itself takes or throws.
  var refusal: (QuerySample) -> SystemFault? = { _ in nil }
  private(set) var queries: [[Int32]] = []
  private(set) var flushes = 0
  private(set) var abandonments = 0
  private(set) var busiest = 0
  private var freeAt: [Int64]
  private var running = 0

  init(_ clock: VirtualClock, servers: Int = 1, service: @escaping (QuerySample) -> Int64?) {
    self.clock = clock
    self.servers = servers
    self.service = service
    freeAt = Array(repeating: 0, count: servers)
  }

  func issue(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector) throws(SystemFault) {
    queries.append(samples.map(\.index))
    if let first = samples.first, let fault = refusal(first) { throw fault }
    for sample in samples {
      guard let time = service(sample) else { continue }
      let server = freeAt.indices.min { freeAt[$0] < freeAt[$1] } ?? 0
      let end = max(freeAt[server], clock.now()) + time
      freeAt[server] = end
      running += 1
      busiest = max(busiest, running)
      clock.schedule(at: end) { [self] in
        running -= 1
        answer(sample, responses)
      }
    }
  }

  func flush() { flushes += 1 }

  func abandon() { abandonments += 1 }
}
