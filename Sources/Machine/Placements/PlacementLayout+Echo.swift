extension PlacementLayout {
  /// Command lines that start a program on one instance's PUs.
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

  /// The PUs of all instances as a list like `0-3,8-11`, ascending.
  public var cpuList: String { "" }

  /// A set of ready command lines for each instance.
  public var commands: [Commands] { [] }
}
