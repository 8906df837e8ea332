/// Where the threads and the memory of one instance were seen during a measured window.
public struct ObservedPlacement: Codable, Hashable, Sendable {
  /// Every thread of the team, in the order of the placement's PUs.
  public var threads: [Thread]
  /// Where the process's memory lay right after the window; nil where it could not be seen.
  public var memory: Memory?
  /// Why `memory` is nil.
  public var memoryUnavailable: String?
  /// The process's other threads that could run beside the team's: those of libraries.
  public var others: OtherThreads?

  /// Makes an observation.
  public init(threads: [Thread], memory: Memory?, memoryUnavailable: String? = nil, others: OtherThreads? = nil) {
    self.threads = threads
    self.memory = memory
    self.memoryUnavailable = memoryUnavailable
    self.others = others
  }

  /// One thread of the team.
  public struct Thread: Codable, Hashable, Sendable {
    /// Where it was at the end of each query, and how often, ascending by CPU.
    public var cpus: [SeenCPU]
    /// How often it was seen on another CPU than at the query before.
    public var migrations: Int
    /// The first query of the window after which it was on another CPU than its own; nil where that never happened.
    public var firstStray: Int?
    /// How often the kernel took its CPU away during the window; nil where the kernel does not say.
    public var involuntarySwitches: Int?

    /// Makes an observation.
    public init(cpus: [SeenCPU], migrations: Int, firstStray: Int?, involuntarySwitches: Int?) {
      self.cpus = cpus
      self.migrations = migrations
      self.firstStray = firstStray
      self.involuntarySwitches = involuntarySwitches
    }
  }

  /// A CPU and the queries at whose end a thread was there.
  public struct SeenCPU: Codable, Hashable, Sendable {
    /// The CPU (PU, OS index).
    public var cpu: Int
    /// Queries.
    public var queries: Int

    /// Makes a count.
    public init(cpu: Int, queries: Int) {
      self.cpu = cpu
      self.queries = queries
    }
  }

  /// Resident memory of the process by NUMA node, and how much of it lies in huge pages.
  public struct Memory: Codable, Hashable, Sendable {
    /// Resident bytes on each node, ascending by node. Source: /proc/PID/numa_maps.
    public var nodes: [NodeBytes]
    /// Private bytes in transparent huge pages; nil where the kernel does not say. Source: /proc/PID/smaps_rollup.
    public var hugeBytes: Int?

    /// Makes an observation.
    public init(nodes: [NodeBytes], hugeBytes: Int?) {
      self.nodes = nodes
      self.hugeBytes = hugeBytes
    }
  }

  /// Resident bytes on a NUMA node.
  public struct NodeBytes: Codable, Hashable, Sendable {
    /// The node (OS index).
    public var node: Int
    /// Private bytes: pages of the program and its libraries belong to whoever read them first.
    public var bytes: Int

    /// Makes a count.
    public init(node: Int, bytes: Int) {
      self.node = node
      self.bytes = bytes
    }
  }

  /// Threads that are not of the team.
  public struct OtherThreads: Codable, Hashable, Sendable {
    /// How many there are.
    public var count: Int
    /// CPUs outside of the instance's placement on which one of them may run, ascending; empty where all are bound.
    public var unboundCPUs: [Int]
    /// CPU time that they took during the window, nanoseconds; nil where the kernel does not say.
    public var nanoseconds: Int64?

    /// Makes an observation.
    public init(count: Int, unboundCPUs: [Int], nanoseconds: Int64?) {
      self.count = count
      self.unboundCPUs = unboundCPUs
      self.nanoseconds = nanoseconds
    }
  }
}

extension ObservedPlacement {
  /// The first figure that cannot be, as a clause, or nil.
  var problem: String? {
    for thread in threads {
      guard thread.migrations >= 0, (thread.firstStray ?? 0) >= 0, (thread.involuntarySwitches ?? 0) >= 0,
        thread.cpus.allSatisfy({ $0.cpu >= 0 && $0.queries >= 0 })
      else { return "an observation of a thread is negative" }
    }
    if let memory {
      guard memory.nodes.allSatisfy({ $0.node >= 0 && $0.bytes >= 0 }), (memory.hugeBytes ?? 0) >= 0 else {
        return "an observation of memory is negative"
      }
    }
    if let others {
      guard others.count >= 0, (others.nanoseconds ?? 0) >= 0, others.unboundCPUs.allSatisfy({ $0 >= 0 }) else {
        return "an observation of other threads is negative"
      }
    }
    return nil
  }
}
