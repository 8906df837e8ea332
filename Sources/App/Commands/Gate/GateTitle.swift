import Records

/// What a gate holds against what, in one line.
enum GateTitle {
  /// The line of a trial.
  static func of(_ trial: Trial) -> String {
    func words(_ arm: TrialArm) -> String {
      guard let content = trial.arms[arm] else { return "nothing" }
      let program = content.command.prefix { $0 != "run" }.joined(separator: " ")
      return content.revision.map { "\($0.prefix(12))" } ?? program
    }
    return "Gate: base \(words(.base)) against candidate \(words(.candidate))"
  }
}
