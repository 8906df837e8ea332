import Topology

extension PlacementLayout {
  /// Command lines that start a program on one instance's PUs; the program's own line follows them.
  public struct Commands: Codable, Hashable, Sendable {
    /// `taskset -c LIST`
    public let taskset: String
    /// `numactl --physcpubind=LIST --membind=NODES`; without the latter where no node is known.
    public let numactl: String
    /// `likwid-pin -c LIST`, which pins threads in the list's order.
    public let likwidPin: String

    /// Makes a set from its lines.
    public init(taskset: String, numactl: String, likwidPin: String) {
      self.taskset = taskset
      self.numactl = numactl
      self.likwidPin = likwidPin
    }
  }

  /// The PUs of all instances as a list like `0-3,8-11`, ascending, each once.
  public var cpuList: String { CPUList.ordered(Set(instances.flatMap(\.pus)).sorted()) }

  /// CPUs in the order given, runs of consecutive ones as ranges: `0-3,8,6`.
  public static func list(_ numbers: [Int]) -> String { CPUList.ordered(numbers) }

  /// A set of ready command lines for each instance.
  public var commands: [Commands] { instances.map(\.commands) }
}

extension PlacementLayout.Instance {
  /// The instance's PUs as a list like `0-3,8-11`, ascending, each once.
  public var cpuList: String { CPUList.ordered(Set(pus).sorted()) }

  /// Ready command lines.
  public var commands: PlacementLayout.Commands {
    let membind = nodes.isEmpty ? "" : " --membind=\(CPUList.ordered(nodes))"
    return PlacementLayout.Commands(
      taskset: "taskset -c \(cpuList)", numactl: "numactl --physcpubind=\(cpuList)\(membind)",
      likwidPin: "likwid-pin -c \(CPUList.ordered(pus))")
  }
}
