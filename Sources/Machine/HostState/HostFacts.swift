import Topology

/// Everything that `Doctor` judges, gathered beforehand so that the judgement is a pure function. nil means unknown.
public struct HostFacts: Codable, Hashable, Sendable {
  /// The machine.
  public var fingerprint: MachineFingerprint
  /// Its topology as this process sees it.
  public var topology: Topology
  /// Runnable tasks averaged over the last minute.
  public var loadAverage: Double?
  /// Share of CPU time that the hypervisor took while the facts were gathered, 0 to 1.
  public var stealShare: Double?
  /// Other processes that used CPU time while the facts were gathered, the busiest first.
  public var busyProcesses: [BusyProcess]
  /// Whether CPUs may clock above their base frequency.
  public var boost: Bool?
  /// Whether the kernel moves pages between NUMA nodes on its own.
  public var numaBalancing: Bool?
  /// Bytes of swap in use.
  public var swapUsedBytes: UInt64?
  /// Bytes of memory that programs could still get without swapping.
  public var memoryAvailableBytes: UInt64?
  /// Whether the current clock frequency can be seen.
  public var frequencyVisible: Bool
  /// The BLAS library, where one was asked.
  public var blas: BLAS?
  /// Energy meters that were looked for.
  public var meters: [Meter]

  /// Makes facts from their parts.
  public init(
    fingerprint: MachineFingerprint, topology: Topology, loadAverage: Double?, stealShare: Double?,
    busyProcesses: [BusyProcess], boost: Bool?, numaBalancing: Bool?, swapUsedBytes: UInt64?,
    memoryAvailableBytes: UInt64?, frequencyVisible: Bool, blas: BLAS?, meters: [Meter]
  ) {
    self.fingerprint = fingerprint
    self.topology = topology
    self.loadAverage = loadAverage
    self.stealShare = stealShare
    self.busyProcesses = busyProcesses
    self.boost = boost
    self.numaBalancing = numaBalancing
    self.swapUsedBytes = swapUsedBytes
    self.memoryAvailableBytes = memoryAvailableBytes
    self.frequencyVisible = frequencyVisible
    self.blas = blas
    self.meters = meters
  }

  /// A process that used CPU time.
  public struct BusyProcess: Codable, Hashable, Sendable {
    /// Its id.
    public var id: Int
    /// Its name, cut by the kernel to 15 bytes.
    public var name: String
    /// CPU seconds per second.
    public var cpus: Double

    /// Makes a busy process.
    public init(id: Int, name: String, cpus: Double) {
      self.id = id
      self.name = name
      self.cpus = cpus
    }
  }

  /// What the BLAS library chooses and what the CPU could run.
  public struct BLAS: Codable, Hashable, Sendable {
    /// The core type that the library picks by itself, for example `Haswell`.
    public var libraryCore: String
    /// The best core type that this CPU supports, or nil where none is known.
    public var bestCore: String?

    /// Makes a library's state.
    public init(libraryCore: String, bestCore: String?) {
      self.libraryCore = libraryCore
      self.bestCore = bestCore
    }
  }

  /// A meter and whether it can be read.
  public struct Meter: Codable, Hashable, Sendable {
    /// The meter's name, for example `powercap-rapl`.
    public var name: String
    /// Whether it can be read now.
    public var isAvailable: Bool
    /// Why not and what would help, as a sentence; or what it covers.
    public var reason: String

    /// Makes a meter's state.
    public init(name: String, isAvailable: Bool, reason: String) {
      self.name = name
      self.isAvailable = isAvailable
      self.reason = reason
    }
  }
}
