import Foundation
import HostState
import LoadGen

extension SubmissionTree {
  /// A name for a system, after its CPU.
  public static func systemName(for fingerprint: MachineFingerprint) -> String {
    SafeName.made(from: fingerprint.cpuModel)
  }

  /// Adds performance and accuracy runs of several scenarios, each with its counterpart.
  ///
  /// - Throws: ``PackageError``, also where a scenario has one run and not the other.
  public mutating func add(performance: [String], accuracy: [String], _ additions: Additions) throws(PackageError) {
    guard !performance.isEmpty else {
      throw PackageError(code: .usage, reason: "Give the logs of at least one performance run")
    }
    for directory in performance {
      let scenario = SelfCheck.scenario(of: directory)
      guard let counterpart = accuracy.first(where: { SelfCheck.scenario(of: $0) == scenario }) else {
        throw PackageError(
          code: .badData,
          reason: "There is no accuracy run for \(directory), of the scenario \(scenario?.rawValue ?? "unknown")")
      }
      try add(performance: directory, accuracy: counterpart, additions)
    }
  }
}

extension SubmissionTree.Additions {
  /// Takes fields of measurements.json out of a JSON object.
  public mutating func setMeasurements(_ json: [UInt8], file: String) throws(PackageError) {
    guard let given = try? JSONDecoder().decode([String: String].self, from: Data(json)) else {
      throw PackageError(code: .badData, reason: "\(file) is not a JSON object of texts")
    }
    if let unknown = given.keys.sorted().first(where: { !SubmissionTree.measurementFields.contains($0) }) {
      let known = SubmissionTree.measurementFields.joined(separator: ", ")
      throw PackageError(
        code: .badData, reason: "\(file) has the field `\(UserConf.shown(unknown))`; measurements.json has \(known)")
    }
    measurements = given
  }

  /// The bytes of a small file that the user names.
  public static func bytes(ofFile path: String) throws(PackageError) -> [UInt8] {
    do throws(InputFile.ReadError) { return try InputFile.read(path, limit: UserConf.sizeLimit) } catch {
      throw PackageError(code: error.isMissing ? .missing : .badData, reason: "\(path): \(error.reason)")
    }
  }
}
