/// The control groups that this process belongs to, as directories.
///
/// A limit of any ancestor holds too, so each list goes from the process's own group up to the root of its mount.
/// Containers may see only a part of the tree: what lies above the mount is not visible to anybody in here.
public struct Cgroup: Hashable, Sendable {
  /// Directories of the unified hierarchy (version 2), the process's own first; empty where none is mounted.
  public let unified: [String]
  /// Directories of the `cpu` controller of version 1, the process's own first; empty where none is mounted.
  public let cpu: [String]

  /// Finds the groups through /proc/self/cgroup and /proc/self/mountinfo, or at the usual mount points where the latter
  /// says nothing. Paths are as on the real machine, without the files' root.
  public init(files: SystemFiles = SystemFiles()) {
    var unifiedGroup: String?
    var cpuGroup: String?
    for line in (files.text("/proc/self/cgroup") ?? "").split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      if fields[0] == "0", fields[1].isEmpty { unifiedGroup = String(fields[2]) }
      if fields[1].split(separator: ",").contains("cpu") { cpuGroup = String(fields[2]) }
    }
    var mounts = Self.mounts(in: files.text("/proc/self/mountinfo") ?? "")
    if mounts.isEmpty {
      mounts = [
        Mount(root: "/", point: "/sys/fs/cgroup", isUnified: true),
        Mount(root: "/", point: "/sys/fs/cgroup/unified", isUnified: true),
        Mount(root: "/", point: "/sys/fs/cgroup/cpu", isUnified: false),
        Mount(root: "/", point: "/sys/fs/cgroup/cpu,cpuacct", isUnified: false),
      ]
    }
    unified =
      unifiedGroup.map { group in
        mounts.filter(\.isUnified).flatMap { $0.directories(of: group) }
      } ?? []
    cpu =
      cpuGroup.map { group in
        mounts.filter { !$0.isUnified }.flatMap { $0.directories(of: group) }
      } ?? []
  }

  /// A mounted hierarchy.
  private struct Mount {
    /// The group that is visible at `point`.
    let root: String
    /// Where it is mounted.
    let point: String
    let isUnified: Bool

    /// Directories from the group up to the mount point.
    func directories(of group: String) -> [String] {
      var inside = group[...]
      let prefix = root == "/" ? "" : root
      if group == prefix || group.hasPrefix(prefix + "/") {
        inside = group.dropFirst(prefix.count)
      } else {
        // The group lies outside of what is mounted (a container's own mount): its root is all that can be seen.
        inside = ""
      }
      var parts = inside.split(separator: "/")
      if parts.contains("..") { parts = [] }
      return (0...parts.count).reversed().map { count in
        parts.prefix(count).reduce(point) { $0 + "/" + $1 }
      }
    }
  }

  /// Mounted hierarchies that can limit CPU time. The format: proc(5), /proc/pid/mountinfo.
  private static func mounts(in text: String) -> [Mount] {
    text.split(separator: "\n").compactMap { line -> Mount? in
      let fields = line.split(separator: " ")
      guard let separator = fields.firstIndex(of: "-"), separator >= 6, fields.count > separator + 1 else { return nil }
      let type = fields[separator + 1]
      let options = fields.count > separator + 3 ? fields[separator + 3].split(separator: ",") : []
      let isUnified = type == "cgroup2"
      guard isUnified || (type == "cgroup" && options.contains("cpu")) else { return nil }
      return Mount(root: unescaped(fields[3]), point: unescaped(fields[4]), isUnified: isUnified)
    }
  }

  /// Mount points carry white space and backslashes as three octal digits.
  private static func unescaped(_ field: Substring) -> String {
    var result: [UInt8] = []
    var rest = Array(field.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3,
        let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
      {
        result.append(code)
        rest.removeFirst(3)
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
