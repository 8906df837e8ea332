import ArgumentParser
import Engines
import Records

/// How ranges of formats with scales are chosen. Shared by `attribute`, `calibrate` and `precision`.
struct CalibrationOptions: ParsableArguments {
  @Option(
    name: .customLong("calibration-method"),
    help: ArgumentHelp("How ranges are chosen: \(CalibrationMethod.names); min-max unless given.", valueName: "method"))
  var method: String?

  @Option(
    name: .customLong("calibration-samples"),
    help: ArgumentHelp(
      "Samples that ranges are chosen over; \(RunSpec.defaultCalibrationSamples), or all there are.", valueName: "n"))
  var samples: Int?

  /// The options that are given, as the user wrote them.
  var given: [String] {
    [("--calibration-method", method != nil), ("--calibration-samples", samples != nil)].filter(\.1).map(\.0)
  }

  /// Refuses them beside `--calibration`, whose ranges leave nothing to choose.
  func requireNone() throws(CommandFailure) {
    guard let first = given.first else { return }
    throw CommandFailure("--calibration gives ranges that are chosen already; leave \(first) out.", exitCode: 64)
  }
}
