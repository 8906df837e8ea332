import CLinux
import Glibc
import Synchronization

/// Something that is to be read again and again.
protocol Polled: Sendable {
  /// What it is called in messages.
  var name: String { get }
  /// Seconds between readings.
  var interval: Double { get }
  /// Seconds between new values.
  var updateInterval: Double { get }
  /// When the last reading was, nanoseconds of the monitor's clock; nil before the first.
  var lastTime: Int64? { get }
  /// Readings so far.
  var readings: Int { get }
  /// Opens it on the thread that will read it; gives what reads it once, or nil where it cannot be read.
  func open() -> (() -> Void)?
  /// Forgets what windows from a moment on do not need.
  func forget(before time: Int64)
}

/// Reads one thing again and again on a thread of its own.
final class PollingThread: @unchecked Sendable {
  private let polled: any Polled
  private let place: Mutex<Place>
  /// Where the thread sleeps, and after it whoever waits for readings.
  private let gates: UnsafeMutablePointer<clinux_gate>
  private let isEnding = Atomic(false)
  private let hasEnded = Atomic(false)
  /// When it could be read, nanoseconds; 0 before.
  private let opened = Atomic<Int64>(0)
  /// What the thread has used, nanoseconds.
  private let cpu = Atomic<Int64>(0)
  private var thread = clinux_thread()

  private struct Place {
    /// The thread's number in the system; 0 before it runs and after its end.
    var thread: CInt = 0
    /// PUs (OS index) that it may run on; empty for wherever the system likes.
    var pus: [Int]

    func take() {
      guard thread != 0, !pus.isEmpty else { return }
      _ = clinux_set_thread_affinity(thread, pus.map { CInt($0) }, CInt(pus.count))
    }
  }

  /// Starts the thread.
  ///
  /// - Parameter pus: Where it may run (OS index); empty for wherever the system likes.
  /// - Throws: ``MeterFault`` where the system refuses threads.
  init(_ polled: any Polled, pus: [Int]) throws(MeterFault) {
    self.polled = polled
    place = Mutex(Place(pus: pus))
    gates = .allocate(capacity: 2)
    gates.initialize(repeating: clinux_gate(), count: 2)
    let context = Unmanaged.passRetained(self)
    let status = clinux_thread_start(
      { Unmanaged<PollingThread>.fromOpaque($0!).takeRetainedValue().run() }, context.toOpaque(), &thread)
    guard status == 0 else {
      context.release()
      throw MeterFault("The system refuses a thread for \(polled.name) (error \(-status)).")
    }
  }

  deinit { gates.deallocate() }

  private func run() {
    place.withLock {
      $0.thread = clinux_thread_id()
      $0.take()
    }
    // Its number may become another thread's.
    defer { place.withLock { $0.thread = 0 } }
    if let poll = polled.open() {
      // Readings are due at even intervals, however long each takes; what was missed is not made up for.
      let interval = max(Int64((polled.interval * 1e9).rounded()), 1_000_000)
      var due = clinux_clock_ns()
      opened.store(due, ordering: .releasing)
      clinux_gate_wake(gates + 1)
      while !isEnding.load(ordering: .acquiring) {
        poll()
        cpu.store(Self.threadTime(), ordering: .relaxed)
        clinux_gate_wake(gates + 1)
        let now = clinux_clock_ns()
        due = max(due + interval, now)
        let ticket = clinux_gate_enter(gates)
        if isEnding.load(ordering: .acquiring) { break }
        clinux_gate_wait(gates, ticket, max(due - now, 0))
      }
      // The last reading closes the last window.
      poll()
    }
    cpu.store(Self.threadTime(), ordering: .relaxed)
    hasEnded.store(true, ordering: .releasing)
    clinux_gate_wake(gates + 1)
  }

  /// Lets it run there from now on, as what it starts from now on will.
  func move(to pus: [Int]) {
    place.withLock {
      guard $0.pus != pus else { return }
      $0.pus = pus
      $0.take()
    }
  }

  /// Seconds that the thread has computed.
  var seconds: Double { Double(cpu.load(ordering: .relaxed)) / 1e9 }

  /// Seconds that opening may take: a search on the network asks several questions.
  private static let openingPatience = 10.0

  /// Waits until it has been read once or could not be opened, or for as long as that may take at the most.
  func waitForFirst(since begin: Int64) {
    wait(limit: begin + Int64(Self.openingPatience * 1e9)) { self.opened.load(ordering: .acquiring) != 0 }
    wait(until: .min, since: max(begin, opened.load(ordering: .acquiring)))
  }

  /// Waits until it has been read at or after a moment, or for as long as it may take at the most.
  ///
  /// - Parameter begin: when that time began.
  func wait(until time: Int64, since begin: Int64) {
    // What answers late is as late as it is slow, and one that tells by itself as late as it has something new.
    let patience = Int64((max(2 * polled.interval, 2 * polled.updateInterval, 0.2) * 1e9).rounded()) + 1_000_000_000
    wait(limit: begin + patience) { self.polled.lastTime.map { $0 >= time } ?? false }
  }

  /// Waits until something is so, the thread has ended, or it is too late.
  private func wait(limit: Int64, _ isSo: () -> Bool) {
    while true {
      let ticket = clinux_gate_enter(gates + 1)
      let left = limit - clinux_clock_ns()
      guard left > 0, !hasEnded.load(ordering: .acquiring), !isSo() else { return }
      clinux_gate_wait(gates + 1, ticket, left)
    }
  }

  /// Ends the thread after a last reading. One that does not return from a reading is left to itself.
  func end(patience: Double = 2) {
    isEnding.store(true, ordering: .releasing)
    clinux_gate_wake(gates)
    wait(limit: clinux_clock_ns() + Int64(patience * 1e9)) { false }
    if hasEnded.load(ordering: .acquiring) { clinux_thread_join(thread) } else { clinux_thread_abandon(thread) }
  }

  private static func threadTime() -> Int64 {
    var time = timespec()
    clock_gettime(clockid_t(CLOCK_THREAD_CPUTIME_ID), &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
