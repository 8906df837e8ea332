import Glibc

/// Tells how busy the machine is, as seconds that its CPUs computed: what a ``PowerModel`` is fed with.
///
/// Source of the fields: proc_stat(5). A CPU that waits for a disk is idle; time that the host gave to others is not ours.
struct UtilisationMeter: Hashable, Sendable {
  private let files: TextFile
  private static let path = "/proc/stat"

  /// Looks below a root.
  init(root: String = "/") { files = TextFile(root: root) }

  /// Seconds that all CPUs together were busy and could have been, since the start of the machine.
  struct Reading: Hashable {
    let busy: Double
    let total: Double
  }

  /// Reads the first line.
  func read() throws(MeterFault) -> Reading {
    let text = try files.text(Self.path)
    let line = text.prefix { $0 != "\n" }.split(separator: " ")
    let ticks = line.dropFirst().prefix(8).compactMap { UInt64($0).map { Double($0) } }
    guard line.first == "cpu", ticks.count >= 7 else {
      throw MeterFault(
        "\(Self.path) does not begin with a line of CPU times, so the machine's utilisation is not known.")
    }
    let perSecond = max(Double(sysconf(Int32(_SC_CLK_TCK))), 1)
    // user, nice, system, idle, iowait, irq, softirq, steal
    let idle = ticks[3] + ticks[4]
    let busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]
    return Reading(busy: busy / perSecond, total: (busy + idle) / perSecond)
  }
}
