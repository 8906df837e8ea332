import NumericFormats
import Records

/// What planning needs to know of the workloads and engines of this build, without loading a weight.
public struct Catalogue: Hashable, Sendable {
  /// Workloads by listing order.
  public var workloads: [WorkloadFacts]
  /// Engines by listing order.
  public var engines: [EngineFacts]

  /// Shorter workload names, each with what it stands for.
  public var aliases: [String: String]

  /// Makes a catalogue.
  public init(workloads: [WorkloadFacts], engines: [EngineFacts], aliases: [String: String] = [:]) {
    self.workloads = workloads
    self.engines = engines
    self.aliases = aliases
  }

  /// The names that suites may use.
  public var vocabulary: SuiteVocabulary {
    SuiteVocabulary(workloads: workloads.map(\.name) + aliases.keys.sorted(), engines: engines.map(\.name))
  }

  /// The workload of that name or of one of its other names.
  ///
  /// - Throws: ``PlanError`` that names what is nearest.
  public func workload(named name: String) throws(PlanError) -> WorkloadFacts {
    let known = workloads.map(\.name) + aliases.keys.sorted()
    switch NameList.match(name, in: known, kind: "workload") {
    case .success(let match):
      let own = aliases[match] ?? match
      guard let workload = workloads.first(where: { $0.name == own }) else {
        throw PlanError(reason: "the workload `\(own)` is not in this build")
      }
      return workload
    case .failure(let unknown): throw PlanError(reason: unknown.reason)
    }
  }

  /// The engine of that name, however it is capitalised.
  ///
  /// - Throws: ``PlanError`` that names what is nearest.
  public func requiredEngine(named name: String) throws(PlanError) -> EngineFacts {
    switch NameList.match(name, in: engines.map(\.name), kind: "engine") {
    case .success(let match): return engines[engines.firstIndex { $0.name == match } ?? 0]
    case .failure(let unknown): throw PlanError(reason: unknown.reason)
    }
  }

  /// The engine of that name, the emulator included.
  public func engine(named name: String) -> EngineFacts? {
    name == Cell.emulator ? Self.emulator : engines.first { $0.name == name }
  }

  /// What plans assume of the engine that runs models under any contract.
  static let emulator = EngineFacts(name: Cell.emulator, modes: [:], usesBLAS: false, assumedRate: 12e9)

  /// A workload as planning sees it.
  public struct WorkloadFacts: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Multiply-accumulate operations per sample.
    public var multiplyAccumulates: Int
    /// Parameter elements.
    public var parameterCount: Int
    /// Samples that a fidelity comparison must use, or nil where the run's figure decides.
    public var fixedFidelitySamples: Int?
    /// Samples that calibration may see.
    public var calibrationSamples: Int

    /// Makes facts.
    public init(
      name: String, multiplyAccumulates: Int, parameterCount: Int, fixedFidelitySamples: Int?, calibrationSamples: Int
    ) {
      self.calibrationSamples = calibrationSamples
      self.name = name
      self.multiplyAccumulates = multiplyAccumulates
      self.parameterCount = parameterCount
      self.fixedFidelitySamples = fixedFidelitySamples
    }
  }

  /// An engine as planning sees it.
  public struct EngineFacts: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// How it runs each precision.
    public var modes: [Precision: Mode]
    /// Whether it calls a BLAS library.
    public var usesBLAS: Bool
    /// Multiply-accumulate operations per second and thread that estimates assume.
    public var assumedRate: Double

    /// Makes facts.
    public init(name: String, modes: [Precision: Mode], usesBLAS: Bool, assumedRate: Double) {
      self.name = name
      self.modes = modes
      self.usesBLAS = usesBLAS
      self.assumedRate = assumedRate
    }
  }

  /// How an engine runs a precision.
  public struct Mode: Hashable, Sendable {
    /// Native or emulated.
    public var execution: Execution
    /// The numerics contract's name.
    public var contract: String

    /// Makes a mode.
    public init(execution: Execution, contract: String) {
      self.execution = execution
      self.contract = contract
    }
  }
}
