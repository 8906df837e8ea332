import Glibc

/// What a process and everything that it has started compute.
///
/// Source of the fields: proc_pid_stat(5) and proc_tid_children(5). What left its parent, as daemons do, is not found, nor is
/// any child where the kernel lists none (CONFIG_PROC_CHILDREN).
enum ProcessTree {
  /// Processes that are looked at, and threads of each.
  private static let most = 64

  /// Seconds so far, among them those of children that ended and were waited for; 0 where there is no such process.
  static func seconds(_ process: Int32, _ files: TextFile = TextFile(root: "/")) -> Double {
    var waiting = [process]
    var seen: Set<Int32> = []
    var ticks = 0.0
    while let next = waiting.popLast(), seen.count < most {
      guard seen.insert(next).inserted, let own = Self.ticks(next, files) else { continue }
      ticks += own
      for thread in (files.names("/proc/\(next)/task") ?? []).prefix(most) {
        let children = files.optionalText("/proc/\(next)/task/\(thread)/children") ?? ""
        waiting += children.split(separator: " ").compactMap { Int32($0) }
      }
    }
    return ticks / max(Double(sysconf(Int32(_SC_CLK_TCK))), 1)
  }

  /// Its own time and that of children that it waited for, as user and in the kernel; nil where it is gone.
  private static func ticks(_ process: Int32, _ files: TextFile) -> Double? {
    // Its name comes before them, with whatever signs it has.
    guard let text = files.optionalText("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count >= 15 else { return nil }
    return fields[11..<15].reduce(0) { $0 + (Double($1) ?? 0) }
  }
}
