import Glibc
import MachineTestSupport
import Synchronization

@testable import Energy

/// A program's standard input that a test writes: `cat` of it prints each line when it is told to.
final class LineSource: Sendable {
  private let system: FakeSystem
  private let file: CInt

  init() throws {
    system = try FakeSystem()
    mkfifo(system.root + "/lines", 0o600)
    // Opened for both, so that neither side waits for the other.
    file = open(system.root + "/lines", O_RDWR | O_CLOEXEC)
  }

  deinit { close(file) }

  /// The command that prints the lines.
  var command: String { "cat '\(system.root)/lines'" }

  /// Lets the command print a line.
  func print(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(file, bytes, bytes.count)
  }
}

/// A clock that a test sets.
final class TestClock: Sendable {
  private struct State {
    var now: Int64 = 1_000_000_000
    var next: [(seconds: Double, action: @Sendable () -> Void)] = []
  }

  private let state = Mutex(State())

  /// Nanoseconds.
  var now: Int64 {
    let action = state.withLock { state in
      guard !state.next.isEmpty else { return Optional<@Sendable () -> Void>.none }
      let next = state.next.removeFirst()
      state.now += Int64((next.seconds * 1e9).rounded())
      return next.action
    }
    action?()
    return state.withLock { $0.now }
  }

  /// Lets time pass when the clock is looked at next, and something happen.
  func atNextLook(_ seconds: Double, _ action: @escaping @Sendable () -> Void = {}) {
    state.withLock { $0.next.append((seconds, action)) }
  }

  /// Lets time pass.
  func pass(_ seconds: Double) { state.withLock { $0.now += Int64((seconds * 1e9).rounded()) } }
}

/// A power that every meter can be told: 60 W, from the tenth second 180 W, and from the twentieth to the fiftieth back.
enum ToldCurve {
  /// Watts at a moment, seconds since the beginning.
  static func watts(_ time: Double) -> Double {
    switch time {
    case ..<10: 60
    case ..<20: 180
    case ..<50: 180 - 4 * (time - 20)
    default: 60
    }
  }

  /// Joules since the beginning.
  static func joules(_ time: Double) -> Double {
    let ramp = min(max(time - 20, 0), 30)
    return 60 * min(time, 10) + 180 * min(max(time - 10, 0), 10) + 180 * ramp - 2 * ramp * ramp + 60 * max(time - 50, 0)
  }

  /// Where windows of 20 s begin, in seconds.
  static let begins = [0.3, 4.75, 9.9, 15.2, 26, 33.33, 38.5]
}

/// Whether a process, or any of a group where the number is negative, still does something: a zombie does not.
func isAlive(_ process: Int32) -> Bool {
  guard let stat = TextFile(root: "/").optionalText("/proc/\(process)/stat"), let end = stat.lastIndex(of: ")") else {
    return false
  }
  let state = stat[stat.index(after: end)...].first { $0 != " " }
  return state != "Z" && state != "X"
}

/// A command that computes for about a second, by the ticks of the system, which ends it then.
let oneSecond = "(ulimit -t 1; while :; do :; done)"

/// Waits until something is so, for ten seconds at most; whether it is.
func eventually(_ condition: () -> Bool) -> Bool {
  for _ in 0..<2000 {
    if condition() { return true }
    usleep(5000)
  }
  return condition()
}

/// What a descriptor of this process is, as the system names it, such as `pipe:[123]`; nil where it is closed.
func openFile(_ descriptor: String) -> String? {
  let text = UnsafeMutablePointer<CChar>.allocate(capacity: 256)
  defer { text.deallocate() }
  let length = readlink("/proc/self/fd/" + descriptor, text, 255)
  guard length > 0 else { return nil }
  text[length] = 0
  return String(cString: text)
}

/// What this process has open.
func openFiles() -> [String] { (TextFile(root: "/").names("/proc/self/fd") ?? []).compactMap(openFile) }
