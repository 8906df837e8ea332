import CLinux
import Synchronization

/// Reads meters all the time, each on a thread of its own, so that the energy of any window is known soon after its end.
///
/// The threads run on one PU, outside of what is measured where there is such a PU, and what they cost is told. Meters overlap: each
/// gives a reading of its own, and they are never added.
///
/// Readings are kept until ``forget(before:)``: some 200 bytes each for a meter of eight channels, which is 15 MB an hour at the
/// usual rate.
public final class PowerMonitor: Sendable {
  /// Readings a second, for meters that do not say otherwise: above 20 Hz the counters of processors are too coarse.
  public static let usualRate = 20.0

  private let stay: Mutex<MonitorStay>
  private let meters: [MeterRecorder]
  private let model: UtilisationRecorder?
  /// Of the meters, in their order, and of the model.
  private let threads: [PollingThread]
  private let began = clinux_clock_ns()
  private let hasEnded = Atomic(false)

  /// Starts to read.
  ///
  /// - Parameters:
  ///   - meters: in order of preference.
  ///   - model: what tells energy beside them; nil for nothing.
  ///   - cores: where its threads may run, the PUs (OS index) of each core; empty for wherever the system likes.
  ///   - measured: PUs that they are to keep away from: see ``move(outside:)``.
  ///   - rate: readings a second.
  /// - Throws: ``MeterFault`` where the system refuses threads.
  public init(
    _ meters: [any Meter], model: PowerModel? = nil, cores: [[Int]] = [], outside measured: Set<Int> = [],
    rate: Double = PowerMonitor.usualRate
  ) throws(MeterFault) {
    var stay = MonitorStay(cores)
    let pus = stay.pus(outside: measured)
    self.stay = Mutex(stay)
    self.meters = meters.map { MeterRecorder($0, period: 1 / max(rate, 0.01)) }
    self.model = model.map { UtilisationRecorder($0) }
    var threads: [PollingThread] = []
    for polled in self.meters as [any Polled] + (self.model.map { [$0] } ?? []) {
      do throws(MeterFault) { threads.append(try PollingThread(polled, pus: pus)) } catch {
        for thread in threads { thread.end() }
        throw error
      }
    }
    self.threads = threads
  }

  deinit { end() }

  /// Moves its threads to a PU outside of those that are measured from now on, where there is one.
  public func move(outside measured: Set<Int>) {
    let pus = stay.withLock { $0.pus(outside: measured) }
    for thread in threads { thread.move(to: pus) }
  }

  /// Ends reading. What was read can still be asked for.
  public func end() {
    guard !hasEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
    for thread in threads { thread.end() }
  }

  /// The monitor's clock: CLOCK_MONOTONIC_RAW, nanoseconds.
  public static var now: Int64 { clinux_clock_ns() }

  /// Waits until every meter has been read once or could not be opened, so long as each may take.
  public func waitForFirst() {
    let begin = clinux_clock_ns()
    for thread in threads { thread.waitForFirst(since: begin) }
  }

  /// The meters that cannot be read and why, in their order; those that were read, or have not answered yet, are not among them.
  /// Ask after ``waitForFirst()``.
  public func unreadable() -> [(source: String, reason: String)] {
    meters.compactMap { meter in meter.whyUnreadable.map { (meter.name, $0) } }
  }

  /// The energy of a window by every meter, in their order, and then by the model. Waits for the readings after its end, so long
  /// as each may take.
  public func energy(from begin: Int64, to end: Int64) -> [MeteredWindow] {
    // All of them are waited for at once: the patience with one is not added to that with another.
    let now = clinux_clock_ns()
    for thread in threads { thread.wait(until: end, since: now) }
    let metered = meters.map { $0.window(from: begin, to: end) }
    let modelled = model.map {
      MeteredWindow(source: $0.name, scope: nil, energy: $0.energy(from: begin, to: end), events: [])
    }
    return metered + (modelled.map { [$0] } ?? [])
  }

  /// Mean watts of the steps of a window by one source, each with the moment of its end; steps that are not known are left out. They
  /// are longer where the source has new values less often, and what is left at the end belongs to the last.
  public func watts(of source: String, from begin: Int64, to end: Int64, step: Int64) -> [(time: Int64, watts: Double)]
  {
    let meter = meters.first { $0.name == source }
    let step = max(step, Int64((meter?.updateInterval ?? 0) * 2.2e9))
    guard step > 0, end > begin, (end - begin) / step < 1 << 20 else { return [] }
    let count = max((end - begin) / step, 1)
    return (0..<count).compactMap { place -> (Int64, Double)? in
      let from = begin + place * step
      let until = place == count - 1 ? end : from + step
      let energy =
        meter?.energy(from: from, to: until)
        ?? model.flatMap { $0.name == source ? $0.energy(from: from, to: until) : nil }
      switch energy {
      case .measured(let energy): return (until, energy.joules / energy.seconds)
      case .modelled(let energy): return (until, energy.joules / (Double(until - from) / 1e9))
      case .unavailable, nil: return nil
      }
    }
  }

  /// Forgets readings that windows from a moment on do not need.
  public func forget(before time: Int64) {
    for polled in meters as [any Polled] + (model.map { [$0] } ?? []) { polled.forget(before: time) }
  }

  /// What reading has cost so far.
  public var account: MonitorAccount {
    let stay = stay.withLock { $0 }
    return MonitorAccount(
      readings: meters.reduce(model?.readings ?? 0) { $0 + $1.readings },
      cpuSeconds: threads.reduce(0) { $0 + $1.seconds },
      childSeconds: meters.reduce(0) { $0 + $1.childSeconds }, seconds: Double(clinux_clock_ns() - began) / 1e9,
      pus: stay.spare.sorted(),
      isApart: stay.isApart)
  }
}
