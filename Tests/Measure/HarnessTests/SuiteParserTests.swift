import Harness
import Testing

@Suite struct SuiteParserTests {
  private func parse(_ text: String) throws -> Suite {
    try SuiteParser(file: "s.yaml", vocabulary: Examples.catalogue.vocabulary).parse(text, name: "s")
  }

  private func error(_ text: String) -> SuiteError? {
    #expect(throws: SuiteError.self) { try parse(text) }
  }

  @Test func everyKeyIsRead() throws {
    let suite = try parse(
      """
      summary: All of it   # a comment, *starred and &marked
      rounds: 4
      min-duration: 1.5
      min-queries: 9
      max-warm-up: 0
      timeout: 33
      seed: 18446744073709551615
      blas-core: SKYLAKEX
      max-isa: AVX2
      fidelity-samples: 5
      calibration-method: percentile:99.9
      calibration-samples: 64
      blas-threads: 2
      groups:
        - workload: [resnet50, MiniLM-L6]
          precision: bf16, int8
          engine: openblas
          threads: [1, 2-8*2, all]
          batch: 1-4
          scenario: [offline]
          placement: [compact, "S0:0-3@S1:0-3", "per-llc,no-smt"]
          instances: [1, 2-8*2]
          memory-policy: local, BIND
          huge-pages: off
          oversubscribe: true
        - workload: bert-base
          placement: scatter,no-smt
          huge-pages: yes
      """)
    var settings = RunSettings()
    settings.rounds = 4
    settings.minDuration = 1.5
    settings.minQueryCount = 9
    settings.maxWarmUp = 0
    settings.timeout = 33
    settings.seed = .max
    settings.blasCore = "SKYLAKEX"
    settings.maxISA = "avx2"
    settings.fidelitySamples = 5
    settings.calibrationMethod = "percentile:99.9"
    settings.calibrationSamples = 64
    settings.blasThreads = 2
    #expect(suite.settings == settings)
    #expect(suite.name == "s")
    #expect(suite.summary == "All of it")
    try #require(suite.groups.count == 2)
    #expect(suite.groups[0].workloads == ["resnet50", "minilm-l6"])
    #expect(suite.groups[0].precisions == ["bf16", "int8"])
    #expect(suite.groups[0].engines == ["openblas"])
    #expect(try suite.groups[0].threads?.values(all: 6) == [1, 2, 4, 8, 6])
    #expect(try suite.groups[0].batches?.values(all: 6) == [1, 2, 3, 4])
    #expect(suite.groups[0].scenarios == ["Offline"])
    #expect(suite.groups[0].placements == ["compact", "S0:0-3@S1:0-3", "per-llc,no-smt"])
    #expect(try suite.groups[0].instances?.values(all: 6) == [1, 2, 4, 8])
    #expect(suite.groups[0].memory == ["local", "bind"])
    #expect(suite.groups[0].hugePages == false)
    #expect(suite.groups[0].oversubscribe == true)
    var second = CellLists()
    second.workloads = ["bert-base"]
    // Its comma joins words.
    second.placements = ["scatter,no-smt"]
    second.hugePages = true
    #expect(suite.groups[1] == second)
  }

  @Test(arguments: [
    // (text, place, part of the sentence)
    ("rounds: 3\ngroups: [{workload: resnet51}]", "s.yaml:2:21", "no workload `resnet51`; did you mean `resnet50`?"),
    ("groups:\n  - workload: resnet50\n    treads: 1", "s.yaml:3:5", "no key `treads`; did you mean `threads`?"),
    ("round: 3\ngroups: []", "s.yaml:1:1", "no key `round`; did you mean `rounds`?"),
    ("rounds: three\ngroups: []", "s.yaml:1:9", "`rounds` must be a whole number and is `three`"),
    ("rounds: [3]\ngroups: []", "s.yaml:1:9", "`rounds` must be a single value"),
    ("\nrounds: 0\ngroups: []", "s.yaml:2:9", "`rounds` must be 1 to 1000"),
    ("min-duration: .nan\ngroups: []", "s.yaml:1:15", "must be a number of seconds"),
    ("min-duration: -1\ngroups: []", "s.yaml:1:15", "`min-duration` must be 0.01 to 86400 seconds"),
    ("seed: -1\ngroups: []", "s.yaml:1:7", "seed must be a whole number"),
    ("blas-core: '$(rm)'\ngroups: []", "s.yaml:1:12", "`blas-core` must be auto, library or a core name"),
    ("max-isa: avx3\ngroups: []", "s.yaml:1:10", "no instruction-set level `avx3`; did you mean `avx2`?"),
    ("calibration-method: kl\ngroups: []", "s.yaml:1:21", "no calibration method `kl`; there are min-max"),
    ("calibration-samples: 0\ngroups: []", "s.yaml:1:22", "`calibration-samples` must be 1 to 100000"),
    ("rounds: 3", "s.yaml:1:1", "the key `groups` is missing"),
    ("groups: []", "s.yaml:1:9", "`groups` must be a list of at least one group"),
    ("groups: resnet50", "s.yaml:1:9", "`groups` must be a list"),
    ("groups: [resnet50]", "s.yaml:1:10", "a group is a mapping"),
    ("groups:\n  - threads: 1", "s.yaml:2:5", "`workload` is missing from this group"),
    ("groups:\n  - workload: resnet50\n    threads: 4-1", "s.yaml:3:14", "counts down"),
    ("groups:\n  - workload: resnet50\n    threads: [1, 0]", "s.yaml:3:18", "below 1"),
    ("groups:\n  - workload: resnet50\n    batch: [8, 1025]", "s.yaml:3:16", "`1025` exceeds 1024"),
    ("groups:\n  - workload: resnet50\n    scenario: Server", "s.yaml:3:15", "no scenario `Server`"),
    ("groups:\n  - workload: resnet50\n    precision: fp23", "s.yaml:3:16", "did you mean `fp32`?"),
    ("groups:\n  - workload: resnet50\n    engine: {}", "s.yaml:3:13", "must be a value or a list of values"),
    ("groups:\n  - workload: resnet50\n    placement: compct", "s.yaml:3:16", "compct"),
    ("groups:\n  - workload: resnet50\n    placement: [compact, 3-]", "s.yaml:3:26", "`placement`: "),
    ("groups:\n  - workload: resnet50\n    placement: []", "s.yaml:3:16", "must list 1 to 64 values"),
    ("groups:\n  - workload: resnet50\n    placement: {a: b}", "s.yaml:3:16", "must be a single value"),
    ("groups:\n  - workload: resnet50\n    instances: [1, 0]", "s.yaml:3:20", "below 1"),
    ("groups:\n  - workload: resnet50\n    memory-policy: strict", "s.yaml:3:20", "no memory-policy `strict`"),
    ("groups:\n  - workload: resnet50\n    huge-pages: maybe", "s.yaml:3:17", "must be true or false and is `maybe`"),
    ("groups:\n  - workload: resnet50\n    oversubscribe: [true]", "s.yaml:3:20", "must be a single value"),
    ("groups:\n  - workload: resnet50\n    instance: 2", "s.yaml:3:5", "did you mean `instances`?"),
    ("blas-threads: 0\ngroups: []", "s.yaml:1:15", "`blas-threads` must be 1 to 4096"),
    ("blas-threads: two\ngroups: []", "s.yaml:1:15", "must be a whole number and is `two`"),
    ("groups: [", "s.yaml:", "not YAML here"),
    ("groups:\n\t- workload: resnet50", "s.yaml:2:1", "not YAML here"),
    ("rounds: 1\nrounds: 2\ngroups: []", "s.yaml:", "a key is there twice"),
    ("", "s.yaml", "a suite is a mapping"),
    ("- 1", "s.yaml:1:1", "a suite is a mapping"),
  ])
  func faultsAreNamedWithTheirPlace(text: String, place: String, reason: String) {
    let error = error(text)
    #expect(error?.place.hasPrefix(place) == true, "\(error?.description ?? "no error")")
    #expect(error?.reason.contains(reason) == true, "\(error?.description ?? "no error")")
    #expect(error?.exitCode == 65)
    #expect(error?.description.filter(\.isNewline).isEmpty == true)
  }

  @Test func anAliasBombIsRefusedBeforeItIsParsed() {
    var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (old, new) in zip("abcdefgh", "bcdefghi") {
      text += "\(new): &\(new) [" + Array(repeating: "*\(old)", count: 9).joined(separator: ", ") + "]\n"
    }
    let error = error(text)
    #expect(error?.place == "s.yaml:1:4")
    #expect(error?.reason.contains("no anchors and aliases") == true)
  }

  @Test(arguments: [
    String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
    String(repeating: "{a: ", count: 100_000), String(repeating: "? ", count: 100_000),
    String(repeating: "[\n", count: 100_000), String(repeating: "#", count: SuiteParser.sizeLimit + 1),
  ])
  func deepAndHugeTextIsRefused(text: String) {
    #expect(error(text)?.kind == .malformed)
  }

  @Test func listsAreCapped() {
    let names = Array(repeating: "resnet50", count: 65).joined(separator: ", ")
    #expect(error("groups: [{workload: [\(names)]}]")?.reason.contains("1 to 64") == true)
    let groups = String(repeating: "  - workload: resnet50\n", count: 65)
    #expect(error("groups:\n" + groups)?.reason.contains("more than the 64") == true)
  }
}
