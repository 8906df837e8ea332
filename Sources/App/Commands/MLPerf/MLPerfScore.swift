import Harness
import LoadGen
import Records
import Reports

/// What the responses of an accuracy run are worth: how close they are to FP32's.
enum MLPerfScore {
  /// Compared with FP32's.
  case fidelity(Fidelity)
  /// They are FP32's, which others are held against.
  case reference(samples: Int)
  /// Nobody can tell, or wants to know.
  case none

  /// Runs FP32 of the same engine on the same threads where that is needed. Says on standard error why there is no score where
  /// there could have been one.
  static func score(
    of outcome: TestBench.Outcome, _ settings: TestSettings, _ system: MLPerfSystemOptions, _ interrupts: InterruptFlag
  ) throws -> MLPerfScore {
    guard settings.mode == .accuracy, system.model != nil else { return .none }
    if interrupts.isSet { return unscored("interrupted.") }
    if let reason = obstacle(outcome) { return unscored(reason) }
    guard let reference = system.fp32 else {
      return .reference(samples: Set(outcome.responses.map(\.index)).count)
    }
    var settings = settings
    // No time counts here, and the same sample gives the same bytes in every scenario.
    if settings.scenario == .server { settings.scenario = .offline }
    (settings.targetQPS, settings.arrivals) = (nil, .poisson)
    (settings.maxDuration, settings.maxQueryCount) = (nil, nil)
    let session = try MLPerfSession(reference, settings: settings, interrupts: interrupts)
    let expected = try session.run(settings, title: "FP32 for the score")
    guard !session.isStopped else { return unscored("interrupted.") }
    let scoring = try reference.scoring()
    do throws(FidelityError) {
      return .fidelity(
        try ServedFidelity.compare(outcome.responses, with: expected.responses, scoring: scoring))
    } catch {
      return unscored(error.description)
    }
  }

  /// Why responses have no score; nil where they can have one.
  private static func obstacle(_ outcome: TestBench.Outcome) -> String? {
    let result = outcome.result
    guard Validity(result).isClean else { return "the run is not clean." }
    let (asked, found) = (result.effective.accuracySampleCount ?? 0, Set(outcome.responses.map(\.index)).count)
    guard found >= asked else { return "\(found) of \(asked) samples were answered." }
    guard outcome.model?.isFP32Response == true else { return "outputs that are no FP32 numbers have no closeness." }
    return nil
  }

  private static func unscored(_ reason: String) -> MLPerfScore {
    Terminal.note("assay: not scored: \(Terminal.harmless(reason))\n")
    return .none
  }

  /// The figures; nil where there are none.
  var fidelity: Fidelity? {
    if case .fidelity(let fidelity) = self { return fidelity }
    return nil
  }

  /// The score line; nil where there is none.
  var line: String? {
    switch self {
    case .fidelity(let fidelity): ServedFidelityReport(fidelity).score
    case .reference(let samples): "FP32, which other precisions are held against, total=\(samples)"
    case .none: nil
    }
  }
}
