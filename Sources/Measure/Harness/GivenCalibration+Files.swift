import Records
import Workloads

extension GivenCalibration {
  /// Reads the files of a run and holds each against its workload.
  ///
  /// - Parameter models: the user's models among the workloads.
  /// - Throws: ``RecordError``, ``CalibrationFileError``, and what workloads throw.
  public static func read(_ paths: [String], models: [ONNXWorkload]) throws -> [GivenCalibration] {
    var seen: Set<String> = []
    return try paths.map { path in
      let contents = try CalibrationFile(path: path)
      guard seen.insert(contents.model).inserted else {
        throw CalibrationFileError(path: path, reason: "another file gives ranges of \(contents.model) too")
      }
      let known = models.contains { $0.name == contents.model } || WorkloadRegistry.names.contains(contents.model)
      guard known else {
        throw CalibrationFileError(
          path: path, reason: "its ranges are of the model \(contents.model), which is not measured")
      }
      let workload = try KnownNames.workload(contents.model, models: models)
      let graph = try workload.graph(batch: 1)
      try contents.require(path, fits: workload.name, graph)
      try contents.require(path, fits: workload.parameters(for: graph), of: graph)
      return GivenCalibration(
        file: String(path.split(separator: "/").last ?? ""),
        sha256: ParameterDigest.sha256(of: try contents.encoded(path: path)), contents: contents)
    }
  }
}

extension Plan {
  /// Refuses calibration files that no cell uses.
  ///
  /// - Throws: ``PlanError``.
  public func requireUse(of calibrations: [GivenCalibration]) throws(PlanError) {
    for given in calibrations where !cells.contains(where: { $0.cell.ranges == given.label }) {
      throw PlanError(
        reason: "`--calibration` \(given.file) gives INT8 ranges of \(given.contents.model), and no cell measures "
          + "that at int8; leave it out or add --precision int8")
    }
  }
}
