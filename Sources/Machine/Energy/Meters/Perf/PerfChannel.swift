/// An open counter of one event of one package; closed when nobody refers to it any more.
final class PerfChannel {
  let event: PerfEvent
  private let package: PerfPackage
  private let counter: Int32
  private let counters: any PerfCounters

  /// As powercap calls the domain, for example `package-0/dram`.
  var name: String
  /// Whether it is part of the sum.
  var isCounted: Bool

  /// Takes over an open counter.
  ///
  /// - Parameter part: the domain within the package; empty for the package itself.
  init(
    _ event: PerfEvent, _ package: PerfPackage, _ part: String, isCounted: Bool, _ counter: Int32,
    _ counters: any PerfCounters
  ) {
    (self.event, self.package, self.counter, self.counters) = (event, package, counter, counters)
    name = part.isEmpty ? package.name : "\(package.name)/\(part)"
    self.isCounted = isCounted
  }

  deinit { counters.close(counter) }

  /// The count since it was opened.
  func read() throws(MeterFault) -> UInt64 {
    do throws(PerfError) {
      return try counters.read(counter)
    } catch {
      throw MeterFault(
        "The perf event power/\(event.name)/ on CPU \(package.cpu) cannot be read any more (\(error.text)): the driver or the "
          + "package may be gone.")
    }
  }
}
