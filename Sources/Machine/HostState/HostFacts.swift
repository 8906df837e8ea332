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
    /// The kernels that the library picks by itself.
    public var library: Kernels
    /// The kernels that OPENBLAS_CORETYPE in this environment makes it take, or nil where it is not set.
    public var environment: Kernels?
    /// The best kernels that this CPU can run, or nil where they are not known.
    public var best: Kernels?

    /// Makes a library's state.
    public init(library: Kernels, environment: Kernels?, best: Kernels?) {
      self.library = library
      self.environment = environment
      self.best = best
    }

    /// Kernels by the library's name for them.
    public struct Kernels: Codable, Hashable, Sendable {
      /// The core type, for example `Haswell`.
      public var core: String
      /// Floats per vector, or nil where it is not known.
      public var vectorWidth: Int?

      /// Makes kernels.
      public init(core: String, vectorWidth: Int?) {
        self.core = core
        self.vectorWidth = vectorWidth
      }

      /// Whether `other` is known to be wider.
      func isNarrower(than other: Kernels) -> Bool {
        guard let width = vectorWidth, let wide = other.vectorWidth else { return false }
        return width < wide
      }

      /// The name with the width, for example `Haswell (8 floats a vector)`.
      var text: String { vectorWidth.map { "\(core) (\($0) floats a vector)" } ?? core }
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
