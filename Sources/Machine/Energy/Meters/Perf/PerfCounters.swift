import CLinux
import Glibc

/// Counts perf events; tests replay counters in its place.
protocol PerfCounters: Sendable {
  /// Opens a counter of one CPU for all processes, which counts from 0.
  ///
  /// - Parameters:
  ///   - type: the unit's number.
  ///   - config: the event's code.
  /// - Throws: why not.
  func open(type: UInt32, config: UInt64, cpu: Int32) throws(PerfError) -> Int32

  /// Reads an open counter.
  func read(_ counter: Int32) throws(PerfError) -> UInt64

  /// Closes it.
  func close(_ counter: Int32)
}

/// An error number of the system.
struct PerfError: Error, Hashable {
  let code: Int32

  /// In words.
  var text: String { String(cString: strerror(code)) }
  /// Whether more rights would help.
  var isRefusal: Bool { code == EACCES || code == EPERM }
  /// Whether this unit does not count this event on this CPU.
  var isAbsence: Bool { [EINVAL, ENOENT, ENODEV, ENXIO, EOPNOTSUPP].contains(code) }
}

/// The counters of the kernel that runs.
struct SystemPerfCounters: PerfCounters {
  func open(type: UInt32, config: UInt64, cpu: Int32) throws(PerfError) -> Int32 {
    let counter = clinux_perf_open(type, config, cpu)
    guard counter >= 0 else { throw PerfError(code: -counter) }
    return counter
  }

  func read(_ counter: Int32) throws(PerfError) -> UInt64 {
    var value: UInt64 = 0
    let status = clinux_perf_read(counter, &value)
    guard status == 0 else { throw PerfError(code: -status) }
    return value
  }

  func close(_ counter: Int32) { _ = Glibc.close(counter) }
}
