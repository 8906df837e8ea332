extension SuiteLibrary {
  /// The text of `Benchmarks/suites/quick.yaml`, so that a program far from its repository can still run its default
  /// suite. A test holds the two equal.
  static let quick = """
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
}
