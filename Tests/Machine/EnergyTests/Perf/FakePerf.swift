import Glibc
import Synchronization

@testable import Energy

/// Perf counters that count what they are told to.
final class FakePerf: PerfCounters {
  /// Counts a joule: the scale that Linux gives is 2^-32 J.
  static let countsPerJoule = 4_294_967_296.0

  private struct State {
    var values: [Place: UInt64] = [:]
    var refusals: [Place: Int32] = [:]
    var open: [Int32: Place] = [:]
    var next: Int32 = 100
    var failure: Int32?
  }

  struct Place: Hashable {
    let config: UInt64
    let cpu: Int32
  }

  private let state = Mutex(State())

  /// Sets the energy of an event (by its code) on a CPU, in joules.
  func set(_ config: UInt64, cpu: Int32, joules: Double) {
    state.withLock { $0.values[Place(config: config, cpu: cpu)] = UInt64(joules * Self.countsPerJoule) }
  }

  /// Refuses an event on a CPU.
  func refuse(_ config: UInt64, cpu: Int32, _ error: Int32) {
    state.withLock { $0.refusals[Place(config: config, cpu: cpu)] = error }
  }

  /// Lets every reading fail from now on; nil for none.
  func fail(_ error: Int32?) { state.withLock { $0.failure = error } }

  /// What is open now.
  var open: Set<Place> { state.withLock { Set($0.open.values) } }

  func open(type: UInt32, config: UInt64, cpu: Int32) throws(PerfError) -> Int32 {
    let place = Place(config: config, cpu: cpu)
    let result: Result<Int32, PerfError> = state.withLock { state in
      if let error = state.refusals[place] { return .failure(PerfError(code: error)) }
      guard type == 26 else { return .failure(PerfError(code: ENOENT)) }
      state.next += 1
      state.open[state.next] = place
      return .success(state.next)
    }
    return try result.get()
  }

  func read(_ counter: Int32) throws(PerfError) -> UInt64 {
    let result: Result<UInt64, PerfError> = state.withLock { state in
      if let error = state.failure { return .failure(PerfError(code: error)) }
      guard let place = state.open[counter] else { return .failure(PerfError(code: EBADF)) }
      return .success(state.values[place] ?? 0)
    }
    return try result.get()
  }

  func close(_ counter: Int32) { state.withLock { $0.open[counter] = nil } }
}
