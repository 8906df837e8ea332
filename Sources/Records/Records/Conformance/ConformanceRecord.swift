import HostState

/// What `assay conformance` found on one machine: software that imitates instructions, held against them.
public struct ConformanceRecord: Codable, Hashable, Sendable {
  /// The version of this schema that the build writes.
  public static let currentSchemaVersion = 1

  /// The schema's version.
  public var schemaVersion: Int
  /// What wrote it.
  public var tool: Record.Tool
  /// Start of the measurement, ISO 8601 UTC.
  public var createdAt: String
  /// The machine.
  public var machine: MachineFingerprint
  /// What the operands were made from.
  public var seed: UInt64
  /// One for each form of each instruction.
  public var checks: [ConformanceCheck]

  /// Makes a record.
  public init(
    tool: Record.Tool, createdAt: String, machine: MachineFingerprint, seed: UInt64, checks: [ConformanceCheck]
  ) {
    self.schemaVersion = Self.currentSchemaVersion
    self.tool = tool
    self.createdAt = createdAt
    self.machine = machine
    self.seed = seed
    self.checks = checks
  }

  /// Results that differed, of all checks.
  public var mismatches: Int { checks.reduce(0) { $0 + $1.mismatches } }
}

/// One form of an instruction against all software that does the same.
public struct ConformanceCheck: Codable, Hashable, Sendable {
  /// The contracts, or the conversion, that the instruction is of.
  public var contracts: [String]
  /// For example `VDPBF16PS`.
  public var instruction: String
  /// Encoding and width.
  public var form: String
  /// Why nothing was compared; nil where the instruction was run.
  public var unavailable: String?
  /// Results of the instruction.
  public var cases: Int
  /// What these cases are, for example `every input`.
  public var coverage: String
  /// Whether the control word of floating-point arithmetic was varied, because it must make no difference.
  public var variesControl: Bool
  /// Time that the cases of this check and those that shared its operands took.
  public var seconds: Double
  /// One for each software.
  public var comparisons: [ConformanceComparison]

  /// Makes a check.
  public init(
    contracts: [String], instruction: String, form: String, unavailable: String? = nil, cases: Int = 0,
    coverage: String = "", variesControl: Bool = false, seconds: Double = 0, comparisons: [ConformanceComparison] = []
  ) {
    self.contracts = contracts
    self.instruction = instruction
    self.form = form
    self.unavailable = unavailable
    self.cases = cases
    self.coverage = coverage
    self.variesControl = variesControl
    self.seconds = seconds
    self.comparisons = comparisons
  }

  /// Results that differed.
  public var mismatches: Int { comparisons.reduce(0) { $0 + $1.mismatches } }
}

/// What one software made of the cases.
public struct ConformanceComparison: Codable, Hashable, Sendable {
  /// For example `scalar oracle` or `vectors, avx2`.
  public var software: String
  /// Results that were compared.
  public var compared: Int
  /// Those of other bits.
  public var mismatches: Int
  /// How many results were so far off, in units in the last place; see ``distanceNames``.
  public var distances: [Int]
  /// The case with the lowest number that differed.
  public var firstMismatch: ConformanceMismatch?

  /// Makes a comparison.
  public init(
    software: String, compared: Int, mismatches: Int, distances: [Int], firstMismatch: ConformanceMismatch? = nil
  ) {
    self.software = software
    self.compared = compared
    self.mismatches = mismatches
    self.distances = distances
    self.firstMismatch = firstMismatch
  }

  /// What the distances are called: units in the last place, and results of which one or both are NaN.
  public static let distanceNames = ["0", "1", "2", "3-4", "5-16", "17-256", "257-65536", "more", "NaN"]
}

/// Operands on which an instruction and software differ, in hexadecimal codes.
public struct ConformanceMismatch: Codable, Hashable, Sendable {
  /// The case's number; with the seed it is all that makes the operands.
  public var number: Int
  /// The control word (MXCSR) that the instruction ran with.
  public var control: String
  /// The operands, each with its elements in order.
  public var operands: [Operand]
  /// The instruction's result.
  public var instruction: String
  /// The software's result.
  public var software: String

  /// One operand.
  public struct Operand: Codable, Hashable, Sendable {
    /// For example `accumulator`.
    public var name: String
    /// Element 0 first.
    public var codes: [String]

    /// Makes an operand.
    public init(_ name: String, _ codes: [String]) {
      self.name = name
      self.codes = codes
    }
  }

  /// Makes a mismatch.
  public init(number: Int, control: String, operands: [Operand], instruction: String, software: String) {
    self.number = number
    self.control = control
    self.operands = operands
    self.instruction = instruction
    self.software = software
  }
}
