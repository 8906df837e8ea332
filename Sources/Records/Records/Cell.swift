import NumericFormats

/// One point of a run: what is measured, on what, how.
public struct Cell: Codable, Hashable, Sendable {
  /// The workload's name.
  public let workload: String
  /// The operands' precision.
  public let precision: Precision
  /// Whether the precision runs natively or is emulated.
  public let execution: Execution
  /// The numerics contract's name.
  public let contract: String
  /// The engine's name.
  public let engine: String
  /// Instances, their threads and the PU of each.
  public let placement: Placement
  /// Samples per inference.
  public let batch: Int
  /// What is measured.
  public let measurement: Measurement
  /// How ranges were chosen, where it was not by min-max; nil for what needs none.
  public let calibration: String?
  /// Over how many samples INT8 ranges were chosen, where it was another number than the default.
  public let calibrationSamples: Int?
  /// What names the calibration file that the ranges come from: ``GivenCalibration/label``; nil where they are measured.
  public let ranges: String?
  /// What names the assignment of contracts to nodes that the model follows: ``GivenAssignment/label``; nil where all follow
  /// ``contract``.
  public let assignment: String?
  /// Threads of the BLAS library in each call; nil for one, which every thread of the placement then calls.
  public let blasThreads: Int?

  /// Makes a cell.
  public init(
    workload: String, precision: Precision, execution: Execution, contract: String, engine: String,
    placement: Placement, batch: Int, measurement: Measurement, calibration: String? = nil,
    calibrationSamples: Int? = nil, ranges: String? = nil, assignment: String? = nil, blasThreads: Int? = nil
  ) {
    self.blasThreads = blasThreads
    self.workload = workload
    self.precision = precision
    self.execution = execution
    self.contract = contract
    self.engine = engine
    self.placement = placement
    self.batch = batch
    self.measurement = measurement
    self.calibration = calibration
    self.calibrationSamples = calibrationSamples
    self.ranges = ranges
    self.assignment = assignment
  }

  /// The name of the engine that runs models under any contract.
  public static let emulator = "emulator"

  /// Whether the contract was chosen by its name, and is not what an engine makes of a precision.
  public var isOfContract: Bool { engine == Self.emulator }

  /// The stable name: the same point has the same id in every run on every machine.
  ///
  /// For example `resnet50/fp32/openblas/t2/b1/SingleStream`, or `resnet50/int8/native/t1/b1/fidelity/entropy` where INT8
  /// ranges were not chosen by min-max; `.../n64` where they were over another number of samples than usual, and
  /// `.../ranges-0a1b2c3d4e5f` where they come from a file; `.../assigned-0a1b2c3d4e5f` where nodes follow contracts of
  /// their own. Cells of the emulator have their contract in the precision's place:
  /// `resnet50/vdpbf16ps/emulator/t2/b1/fidelity`. Several instances come before their threads, and what was asked for of the
  /// placement and of memory at the end: `resnet50/fp32/native/i2/t4/b1/Offline/scatter/memory-bind`. The PUs are not part of it.
  public var id: String {
    let numerics = isOfContract ? contract : precision.rawValue
    let point = "\(workload)/\(numerics)/\(engine)/\(placement.name)/b\(batch)/\(measurement.name)"
    return ([point] + variations + placement.variations).joined(separator: "/")
  }

  /// The contract as people should read it: with what sets the cell apart from others of that contract.
  public var numerics: String { ([contract] + variations).joined(separator: ", ") }

  /// How ranges were chosen and which contracts nodes follow, as far as it is not the usual.
  private var variations: [String] {
    [
      calibration, calibrationSamples.map { "n\($0)" }, ranges.map { "ranges-\($0)" },
      assignment.map { "assigned-\($0)" }, blasThreads.map { "blas\($0)" },
    ].compactMap(\.self)
  }

  /// What a cell measures.
  public enum Measurement: Codable, Hashable, Sendable {
    /// Speed under a scenario.
    case performance(Scenario)
    /// Closeness of the outputs to FP32's; time is not measured. The only measurement of an emulated cell.
    case fidelity

    /// The last part of a cell's id.
    public var name: String {
      switch self {
      case .performance(let scenario): scenario.rawValue
      case .fidelity: "fidelity"
      }
    }
  }
}
