extension SuiteLibrary {
  /// The texts of the suites that commands run where nothing is said, so that a program far from its repository can still run
  /// them. A test holds them and the files below `Benchmarks/suites` equal.
  public static let builtIn = ["quick": quick, "gate": gate]

  private static let quick = """
    # The default suite: a first look at a machine in at most three minutes on two cores.
    summary: Speed of three real networks, and speed and fidelity of BF16 and INT8
    rounds: 3
    min-duration: 2
    min-queries: 8
    max-warm-up: 2
    fidelity-samples: 8
    groups:
      - workload: resnet50
        threads: [1, all]
      - workload: resnet50
        threads: all
        batch: 8
        scenario: Offline
      - workload: bert-base-128
        threads: [1, all]
      - workload: minilm-l6
        threads: [1, all]
      - workload: [resnet50, minilm-l6]
        precision: [bf16, int8]
        threads: all

    """

  private static let gate = """
    # What assay gate measures where nothing is said: short cells, so that a round of base, candidate and base again takes some ten
    # seconds, and twenty rounds a few minutes.
    summary: Few short cells of a convolutional and a transformer network, for gates in CI
    rounds: 1
    # Decisions enough to judge their share: below 30 nothing is said of accuracy.
    fidelity-samples: 32
    min-duration: 0.4
    min-queries: 8
    max-warm-up: 0.5
    groups:
      - workload: [resnet-small, bert-small]
        precision: [fp32, int8]
        threads: 1

    """
}
