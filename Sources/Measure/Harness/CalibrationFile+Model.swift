import Engines
import ModelGraph
import Records
import Workloads

extension CalibrationFile {
  /// What a calibration found for a model.
  ///
  /// - Parameters:
  ///   - graph: of batch 1, which the parameters belong to.
  ///   - integerLimit: what the calibration was measured for.
  public init(
    _ calibration: Calibration, model: String, graph: ModelGraph, parameters: ParameterStore,
    method: CalibrationMethod, integerLimit: Int
  ) {
    let tensors = Calibration.tensors(of: graph)
    self.init(
      model: model, parametersSHA256: ParameterDigest.sha256(of: parameters, in: graph), method: method.description,
      samples: calibration.samples, integerLimit: integerLimit,
      ranges: calibration.ranges.filter { tensors.contains($0.key) },
      symmetricRanges: calibration.symmetricRanges.filter { tensors.contains($0.key) })
  }

  /// The ranges, as lowering takes them.
  public var calibration: Calibration {
    Calibration(ranges: ranges, symmetricRanges: symmetricRanges, samples: samples)
  }

  /// Refuses a model whose tensors these are not.
  ///
  /// - Parameters:
  ///   - path: the file, for the message.
  ///   - model: the model's workload name.
  ///   - graph: of batch 1.
  /// - Throws: ``CalibrationFileError``.
  public func require(_ path: String, fits model: String, _ graph: ModelGraph) throws(CalibrationFileError) {
    guard self.model == model else {
      throw CalibrationFileError(path: path, reason: "its ranges are of the model \(self.model), not of \(model)")
    }
    let missing = Calibration.tensors(of: graph).subtracting(ranges.keys).sorted()
    guard let first = missing.first else { return }
    let others = missing.count == 1 ? "" : " and \(missing.count - 1) more"
    throw CalibrationFileError(path: path, reason: "it has no range for tensor \(first)\(others) of \(model)")
  }

  /// Refuses a model of the same name with other weights.
  ///
  /// - Throws: ``CalibrationFileError``.
  public func require(
    _ path: String, fits parameters: ParameterStore, of graph: ModelGraph
  ) throws(CalibrationFileError) {
    guard ParameterDigest.sha256(of: parameters, in: graph) == parametersSHA256 else {
      throw .otherWeights(path, model)
    }
  }
}

/// A calibration file that belongs to another model.
public struct CalibrationFileError: Error, Hashable, CustomStringConvertible {
  /// Where the file lies.
  public let path: String
  /// Why it does not fit.
  public let reason: String
  /// For a model of the same name.
  public static func otherWeights(_ path: String, _ model: String) -> CalibrationFileError {
    CalibrationFileError(
      path: path, reason: "its ranges are of a model called \(model) whose weights differ; calibrate again")
  }
  /// One sentence for the user.
  public var description: String { "The calibration file \(path) does not fit: \(reason)." }
}
