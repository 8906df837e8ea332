import Topology

/// What the kernel says of one thread of this process.
public struct ThreadStatus: Hashable, Sendable {
  /// The thread's number in the system.
  public let id: Int
  /// CPUs that it may run on, ascending; nil where the kernel does not say.
  public let allowedCPUs: [Int]?
  /// How often its CPU was taken away; nil where the kernel does not say.
  public let involuntarySwitches: Int?
  /// CPU time so far in nanoseconds; nil where the kernel does not say.
  public let nanoseconds: Int64?

  /// Every thread of this process, below `root`, ascending by number.
  ///
  /// Source: proc(5), /proc/PID/task/TID/status and schedstat.
  public static func all(root: String = "/") -> [ThreadStatus] {
    let files = SystemFiles(root: root)
    return files.names(in: "/proc/self/task").compactMap { Int($0) }.sorted().map { read($0, files) }
  }

  private static func read(_ id: Int, _ files: SystemFiles) -> ThreadStatus {
    let folder = "/proc/self/task/\(id)"
    let status = files.text(folder + "/status") ?? ""
    func field(_ name: String) -> Substring? {
      status.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + ":") }?.split(separator: "\t").last
    }
    return ThreadStatus(
      id: id, allowedCPUs: field("Cpus_allowed_list").flatMap { CPUList.numbers(in: $0) },
      involuntarySwitches: field("nonvoluntary_ctxt_switches").flatMap { Int($0) },
      // The first number of schedstat is the time on a CPU.
      nanoseconds: files.line(folder + "/schedstat")?.split(separator: " ").first.flatMap { Int64($0) })
  }
}
