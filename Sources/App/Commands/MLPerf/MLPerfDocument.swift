import Energy
import Harness
import LoadGen
import MLPerf
import Records
import Serving

/// Everything that a test gave, for programs.
struct MLPerfDocument: Encodable {
  /// Where the settings started.
  let profile: Profile
  /// What must be said beside every result of the profile.
  let label: String
  /// What is reported first.
  let headlines: [Headline]
  /// The verdict, rule by rule.
  let validity: Validity
  /// Counts and times.
  let result: TestResult
  /// What was served; nil for stand-ins.
  let model: ServedModelDescription?
  /// What the batcher did; nil where there is none.
  let batching: BatchingReport?
  /// Accuracy mode: how close the responses are to FP32's; nil where that was not asked for or cannot be told.
  let fidelity: Fidelity?
  /// What the test took, by every meter and the model; empty where none was read.
  let power: [MeteredWindow]

  init(_ outcome: TestBench.Outcome, profile: Profile, fidelity: Fidelity?, power: [MeteredWindow]) {
    self.profile = profile
    label = profile.label
    result = outcome.result
    headlines = outcome.result.headlines
    validity = Validity(outcome.result)
    batching = outcome.batching
    model = outcome.model
    self.fidelity = fidelity
    self.power = power
  }
}
