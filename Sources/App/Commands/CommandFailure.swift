import Analysis
import Ceilings
import Engines
import Harness
import LoadGen
import MLPerf
import ModelGraph
import ONNX
import Operators
import Placements
import Records
import Reports
import Serving
import Store
import Sweeps
import Tensors
import Topology
import Trials
import Workloads

/// An error as the user sees it: one sentence and an exit code.
struct CommandFailure: Error {
  let sentence: String
  let exitCode: Int32

  init(_ sentence: String, exitCode: Int32) {
    self.sentence = sentence
    self.exitCode = exitCode
  }

  /// The sentence and the code of an error of Assay's own; nil for errors of the argument parser.
  init?(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as RecordError: self.init(error.description, exitCode: error.exitCode)
    case let error as TrialError: self.init(error.description, exitCode: error.exitCode)
    case let error as GateRefusal: self.init(error.description, exitCode: 65)
    case let error as ExportError: self.init(error.description, exitCode: error.exitCode)
    case let error as StoreError: self.init(error.description, exitCode: error.exitCode)
    case let error as HistoryError: self.init(error.description, exitCode: error.exitCode)
    case let error as SuiteError: self.init(error.description, exitCode: error.exitCode)
    case let error as PlanError: self.init(error.description, exitCode: error.exitCode)
    case let error as UnknownName: self.init(error.description, exitCode: 64)
    case let error as ResumeError: self.init(error.description, exitCode: error.exitCode)
    case let error as TopologyError: self.init(error.description, exitCode: Self.code(error.code))
    case let error as LoadSettingsError: self.init(error.description, exitCode: 64)
    case let error as LoadTestError: self.init(error.description, exitCode: 69)
    case let error as StandInError: self.init(error.description, exitCode: 64)
    case let error as BatchingError: self.init(error.description, exitCode: 69)
    case let error as ServingError: self.init(error.description, exitCode: 64)
    case let error as TestBench.Stuck: self.init(error.description, exitCode: 1)
    case let error as UserConfError: self.init(error.description, exitCode: error.kind == .unreadable ? 66 : 65)
    case let error as SweepError: self.init(error.description, exitCode: 64)
    case let error as PlacementError: self.init(error.description, exitCode: 64)
    case let error as WorkloadError: self.init(error.description, exitCode: Self.code(error.code))
    case let error as ModelFetchError: self.init(error.description, exitCode: Self.code(error.code))
    case let error as ONNXError: self.init(error.description, exitCode: error.exitCode)
    case let error as ImportError: self.init(error.description, exitCode: error.exitCode)
    case let error as NPYError: self.init(error.description, exitCode: error.exitCode)
    case let error as ModelFault: self.init(error.description, exitCode: 65)
    case let error as ContractOperandError: self.init(error.description, exitCode: 65)
    case let error as RunFault: self.init(error.description, exitCode: 65)
    case let error as AssignmentError: self.init(error.description, exitCode: error.exitCode)
    case let error as AttributionError: self.init(error.description, exitCode: 1)
    case let error as InputError: self.init(error.description, exitCode: 65)
    case let error as CalibrationFileError: self.init(error.description, exitCode: 65)
    case let error as CalibrationError: self.init(error.description, exitCode: error == .noSamples ? 64 : 65)
    // What the user gave to calibrate with lacks a tensor.
    case let error as LoweringError: self.init(error.description, exitCode: 65)
    case let error as ThreadTeamError: self.init(error.description, exitCode: 69)
    case let error as CeilingError: self.init(error.description, exitCode: 70)
    case let error as AllocationError: self.init(error.description, exitCode: 69)
    case let error as GraphError: self.init(error.description, exitCode: 70)
    case let error as UnpreparedNodeError: self.init(error.description, exitCode: 65)
    case let error as UnsupportedNodeError: self.init(error.description, exitCode: 69)
    case let error as LogFolderError: self.init(error.description, exitCode: 73)
    case let error as PackageError: self.init(error.description, exitCode: Self.code(error.code))
    default: return nil
    }
  }

  /// Says it on standard error; names out of files may be of any length.
  func report() {
    let shown = sentence.unicodeScalars.count > 1000 ? "\(String(sentence.unicodeScalars.prefix(1000)))…" : sentence
    Terminal.note("assay: \(Terminal.harmless(shown))\n")
  }

  private static func code(_ code: PackageError.Code) -> Int32 {
    switch code {
    case .usage: 64
    case .badData: 65
    case .missing: 66
    case .output: 73
    }
  }

  private static func code(_ code: TopologyError.Code) -> Int32 {
    switch code {
    case .badSource: 65
    case .notFound: 66
    case .unavailable: 69
    case .threads: 64
    }
  }

  private static func code(_ code: ModelFetchError.Code) -> Int32 {
    switch code {
    case .unknownModel: 64
    case .toolMissing, .downloadFailed: 69
    case .wrongHash, .unpackFailed: 65
    case .cacheNotWritable, .diskFull: 73
    }
  }

  private static func code(_ code: WorkloadError.Code) -> Int32 {
    switch code {
    case .unknownName, .outOfRange: 64
    case .modelMissing: 66
    case .modelDamaged: 65
    case .foreignGraph: 70
    }
  }
}
