import Engines
import Harness
import NumericFormats
import Records
import Testing

@Suite struct RunSpecMergeTests {
  private func spec(
    _ suite: Suite, _ edit: (inout RunOptions) -> Void = { _ in }, cores: Int = 4
  ) throws -> RunSpec {
    var options = RunOptions()
    edit(&options)
    return try RunSpec(suite: suite, options: options, topology: Examples.topology(cores: cores))
  }

  @Test func theCommandLineGoesOverTheSuiteAndTheSuiteOverTheDefaults() throws {
    var suite = Examples.suite()
    suite.settings.rounds = 7
    suite.settings.timeout = 11
    let spec = try spec(suite) { options in
      options.settings.rounds = 2
      options.settings.seed = 99
    }
    #expect(spec.rounds == 2)
    #expect(spec.timeout == 11)
    #expect(spec.seed == 99)
    #expect(spec.minDuration == RunSettings.defaults.minDuration)
    #expect(spec.blasCore == "auto")
    #expect(spec.maxISA == nil)
  }

  @Test(arguments: [("AVX512", "avx512_core"), ("avx2_vnni", "avx2_vnni"), ("Avx512_Core_BF16", "avx512_core_bf16")])
  func theCapIsKeptByItsPresentName(given: String, kept: String) throws {
    #expect(try spec(Examples.suite()) { $0.settings.maxISA = given }.maxISA == kept)
    #expect(try KnownNames.isaLevel(given).rawValue == kept)
  }

  @Test(
    arguments: [
      ("percentile", "percentile:99.99"), ("PERCENTILE:99.9", "percentile:99.9"), ("entropy", "entropy"),
      ("mean-squared-error", "mean-squared-error"), ("min-max", nil),
    ] as [(String, String?)])
  func theCalibrationMethodIsKeptByItsFullNameUnlessItIsTheDefault(given: String, kept: String?) throws {
    #expect(try spec(Examples.suite()) { $0.settings.calibrationMethod = given }.calibrationMethod == kept)
  }

  @Test(arguments: [(nil, nil), (16, nil), (1, 1), (64, 64)] as [(Int?, Int?)])
  func calibrationSamplesAreKeptUnlessTheyAreTheDefault(given: Int?, kept: Int?) throws {
    #expect(try spec(Examples.suite()) { $0.settings.calibrationSamples = given }.calibrationSamples == kept)
  }

  @Test(arguments: ["", "kl", "percentile:", "percentile:49", "percentile:101", "percentile:nan", "entropy:2"])
  func anUnknownCalibrationMethodIsNamed(name: String) {
    let error = #expect(throws: PlanError.self) {
      try spec(Examples.suite()) { $0.settings.calibrationMethod = name }
    }
    #expect(error?.reason.hasPrefix("there is no calibration method `\(name)`; there are min-max, percentile") == true)
  }

  @Test(arguments: [
    ("avx512_core_amx", "did you mean `avx512_core_bf16`?"), ("avx512_cor", "did you mean `avx512_core`?"),
    ("neon", "there are generic, avx2, avx2_vnni, avx512_core, avx512_core_vnni, avx512_core_bf16"),
  ])
  func anUnknownCapIsNamed(name: String, hint: String) {
    let reason = "there is no instruction-set level `\(name)`; \(hint)"
    let error = #expect(throws: UnknownName.self) { try KnownNames.features(cappedAt: name) }
    #expect(error?.reason == reason)
    let planned = #expect(throws: PlanError.self) { try spec(Examples.suite()) { $0.settings.maxISA = name } }
    #expect(planned?.reason == reason)
  }

  @Test func defaultsOfAGroupAreFP32OnTheNativeEngineSingleStream() throws {
    #expect(
      try spec(Examples.suite { $0.engines = nil }).groups == [
        .init(
          workloads: ["resnet50"], precisions: [.fp32], engines: ["native"], threads: [], batches: [1],
          scenarios: [.singleStream])
      ])
  }

  @Test func listsReplaceThoseOfEveryGroupAndEqualGroupsMerge() throws {
    var suite = Examples.suite()
    suite.groups.append(Examples.suite { $0.workloads = ["minilm-l6"] }.groups[0])
    let spec = try spec(suite) { options in
      options.lists.workloads = ["bert-base-384"]
      options.lists.precisions = ["BF16"]
      options.lists.threads = try? ListExpression("1-all*2")
      options.lists.scenarios = ["offline", "singlestream"]
    }
    #expect(
      spec.groups == [
        .init(
          workloads: ["bert-base-384"], precisions: [.bf16], engines: ["openblas"], threads: [1, 2, 4], batches: [1],
          scenarios: [.offline, .singleStream])
      ])
  }

  @Test func wrongOptionsAreSentences() {
    let precision = #expect(throws: PlanError.self) {
      try spec(Examples.suite()) { $0.lists.precisions = ["pf32"] }
    }
    #expect(precision?.description == "There is no precision `pf32`; did you mean `fp32`?")
    let rounds = #expect(throws: PlanError.self) { try spec(Examples.suite()) { $0.settings.rounds = 0 } }
    #expect(rounds?.description == "`rounds` must be 1 to 1000.")
    #expect(rounds?.exitCode == 64)
  }
}
