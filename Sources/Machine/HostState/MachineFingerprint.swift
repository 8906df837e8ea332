/// What identifies a machine for comparisons: records whose fingerprints differ are not alike.
public struct MachineFingerprint: Codable, Hashable, Sendable {
  /// The CPU's brand string.
  public var cpuModel: String
  /// Family, model and stepping, for example `26/2/1`.
  public var cpuSignature: String
  /// The microcode revision, or nil where the system hides it.
  public var microcode: String?
  /// Instruction-set extensions that matter to inference, in a fixed order, for example `avx2 fma avx512f`.
  public var isa: [String]
  /// Physical cores with at least one allowed PU.
  public var cores: Int
  /// PUs that the process may use.
  public var allowedPUs: [Int]
  /// Whether a core has more than one online PU.
  public var smtActive: Bool
  /// NUMA nodes.
  public var numaNodes: Int
  /// Bytes of memory.
  public var memoryBytes: UInt64
  /// Largest cache in bytes, or nil where unknown.
  public var lastLevelCacheBytes: UInt64?
  /// CPU quota in CPUs, or nil where unlimited.
  public var quotaCPUs: Double?
  /// The frequency governor, or nil where the system has none.
  public var governor: String?
  /// Transparent huge pages: `always`, `madvise`, `never`, or nil where unknown.
  public var transparentHugePages: String?
  /// The hypervisor's name, or nil on bare metal.
  public var hypervisor: String?
  /// The kernel release.
  public var kernel: String
  /// The distribution's name.
  public var operatingSystem: String

  /// Makes a fingerprint from its parts.
  public init(
    cpuModel: String, cpuSignature: String, microcode: String?, isa: [String], cores: Int, allowedPUs: [Int],
    smtActive: Bool, numaNodes: Int, memoryBytes: UInt64, lastLevelCacheBytes: UInt64?, quotaCPUs: Double?,
    governor: String?, transparentHugePages: String?, hypervisor: String?, kernel: String, operatingSystem: String
  ) {
    self.cpuModel = cpuModel
    self.cpuSignature = cpuSignature
    self.microcode = microcode
    self.isa = isa
    self.cores = cores
    self.allowedPUs = allowedPUs
    self.smtActive = smtActive
    self.numaNodes = numaNodes
    self.memoryBytes = memoryBytes
    self.lastLevelCacheBytes = lastLevelCacheBytes
    self.quotaCPUs = quotaCPUs
    self.governor = governor
    self.transparentHugePages = transparentHugePages
    self.hypervisor = hypervisor
    self.kernel = kernel
    self.operatingSystem = operatingSystem
  }
}
