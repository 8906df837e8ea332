import Records

/// What a gate holds against what, in one line.
enum GateTitle {
  /// The line of a trial.
  static func of(_ trial: Trial) -> String {
    guard !trial.arms.isEmpty else { return "Gate: no round that counts" }
    func name(_ arm: TrialArm) -> String { trial.arms[arm].map { words($0) } ?? "nothing" }
    return "Gate: base \(name(.base)) against candidate \(name(.candidate))"
  }

  /// One arm: the revision that it was built from, or its command up to what is measured.
  static func words(_ arm: Trial.ArmRecord) -> String {
    arm.revision.map { "\($0.prefix(12))" } ?? arm.command.prefix { $0 != "run" }.joined(separator: " ")
  }
}
