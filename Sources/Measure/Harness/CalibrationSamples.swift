import Records
import Workloads

/// How many samples ranges are chosen over.
public enum CalibrationSamples {
  /// As many as are asked for, or the usual number as far as the workload has so many.
  ///
  /// - Throws: ``PlanError`` where more are asked for than there are.
  public static func count(_ wanted: Int?, of workload: any Workload) throws(PlanError) -> Int {
    try count(wanted, of: workload.sampleCount(in: .calibration), workload.name)
  }

  /// The same for a workload that has `available` of them.
  static func count(_ wanted: Int?, of available: Int, _ workload: String) throws(PlanError) -> Int {
    guard let wanted else { return min(available, RunSpec.defaultCalibrationSamples) }
    if let problem = RunFigure.calibrationSamples.problem(Double(wanted)) { throw PlanError(reason: problem) }
    guard wanted <= available else {
      throw PlanError(
        reason: "`calibration-samples` asks for \(wanted), and \(workload) has \(available) samples to calibrate with, "
          + "apart from those that fidelity is measured on")
    }
    return wanted
  }
}
