import CLinux
import Glibc
import Records
import Topology

/// Where a worker's process runs and takes its memory from: set by the process itself in a first life, in which it does nothing
/// else and then executes itself anew. Libraries load in the second life, when all is bound.
public struct WorkerBinding: Hashable, Sendable {
  /// PUs (OS indices) that the process may run on.
  public var pus: [Int]
  /// Where its pages come from; nil for the system's own policy.
  public var policy: MemoryPolicy?
  /// The nodes (OS indices) that the policy names.
  public var nodes: [Int]
  /// Whether it may have huge pages.
  public var allowsHugePages: Bool

  /// What an instance of a placement is bound to.
  init(_ placement: Placement, instance: Int) {
    pus = placement.instances.indices.contains(instance) ? Set(placement.instances[instance]).sorted() : []
    policy = placement.memory?.policy
    let nodes = placement.memory?.nodes ?? []
    self.nodes = nodes.indices.contains(instance) ? nodes[instance] : []
    allowsHugePages = placement.memory?.hugePages != false
  }

  /// Reads what ``arguments`` wrote.
  ///
  /// - Parameters:
  ///   - pus: for example `0-3,8`.
  ///   - memory: a policy and, where it names nodes, these: `bind:0` or `interleave:0-1`.
  /// - Throws: ``WorkerError``.
  public init(pus: String, memory: String?, allowsHugePages: Bool) throws {
    func numbers(_ text: Substring) throws(WorkerError) -> [Int] {
      guard let numbers = CPUList.numbers(in: text), !numbers.isEmpty else {
        throw WorkerError(reason: "\"\(text)\" is no list of numbers; workers are started by assay run, not by hand")
      }
      return numbers
    }
    self.pus = try numbers(pus[...])
    self.allowsHugePages = allowsHugePages
    guard let memory else {
      (policy, nodes) = (nil, [])
      return
    }
    let parts = memory.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let policy = MemoryPolicy(rawValue: String(parts[0])) else {
      throw WorkerError(
        reason: "\"\(parts[0])\" is no memory policy; workers are started by assay run, not by hand")
    }
    self.policy = policy
    nodes = try parts.count > 1 ? numbers(parts[1]) : []
  }

  /// Options of `assay worker`.
  var arguments: [String] {
    var words = ["--pus", CPUList.text(pus)]
    if let policy {
      words += ["--memory", nodes.isEmpty ? policy.rawValue : "\(policy.rawValue):\(CPUList.text(nodes))"]
    }
    if !allowsHugePages { words.append("--small-pages") }
    return words
  }

  /// Binds this process and executes `assay worker` anew in it. Returns only where that fails: why, as an exit code after the
  /// event was written.
  public func takeEffect(output: Int32 = 1) -> Int32 {
    let channel = EventChannel(descriptor: output)
    do {
      try bind()
      var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("assay"), strdup("worker"), nil]
      execv("/proc/self/exe", &arguments)
      throw WorkerError(reason: "A worker cannot execute itself anew: \(String(cString: strerror(errno)))")
    } catch {
      try? channel.send(.failed("\(error)"))
      return 1
    }
  }

  private func bind() throws {
    let cpus = pus.map { Int32(clamping: $0) }
    try Self.require(
      clinux_set_affinity(cpus, Int32(clamping: cpus.count)), "to bind this process to PUs \(CPUList.text(pus))")
    if let policy {
      let kind =
        switch policy {
        case .local: CLINUX_MEMORY_LOCAL
        case .interleave: CLINUX_MEMORY_INTERLEAVE
        case .bind: CLINUX_MEMORY_BIND
        }
      let numbers = nodes.map { Int32(clamping: $0) }
      try Self.require(
        clinux_set_memory_policy(kind, numbers, Int32(clamping: numbers.count)),
        "the memory policy \(policy.rawValue)\(nodes.isEmpty ? "" : " on nodes \(CPUList.text(nodes))")")
    }
    if !allowsHugePages { try Self.require(clinux_disable_huge_pages(), "to do without huge pages") }
  }

  private static func require(_ status: Int32, _ what: String) throws(WorkerError) {
    guard status != 0 else { return }
    let hint = -status == EPERM ? "; containers may forbid it" : "; see assay topology"
    throw WorkerError(reason: "The system refuses \(what): \(String(cString: strerror(-status)))\(hint)")
  }
}
