extension StandIn {
  /// How the words of one stand-in are made.
  public struct Form: Sendable {
    /// Its first word.
    public let name: String
    /// What it does, as a clause.
    public let meaning: String
    let parameters: [Parameter]
    let behaviour: @Sendable ([Int64]) -> Behaviour

    /// The words with all parameters that may follow, for example `sleep:TIME[:INSTANCES]`.
    public var pattern: String {
      parameters.enumerated().reduce(name) { text, item in
        let separator = item.offset == 0 ? ":" : ","
        let word = "\(item.element.name)=\(item.element.placeholder)"
        return text + (item.element.usual == nil ? separator + word : "[\(separator)\(word)]")
      }
    }
  }

  /// A parameter of a form.
  struct Parameter: Sendable {
    enum Kind: Sendable {
      /// Nanoseconds.
      case time
      /// A number from 1 to this.
      case count(to: Int64)
    }

    let name: String
    let kind: Kind
    /// What is taken where it is not given; nil where it has to be.
    let usual: Int64?

    static func time(_ name: String = "time", usual: Int64? = nil) -> Parameter {
      Parameter(name: name, kind: .time, usual: usual)
    }

    static func count(_ name: String, to limit: Int64 = 1_000_000_000, usual: Int64? = nil) -> Parameter {
      Parameter(name: name, kind: .count(to: limit), usual: usual)
    }

    var placeholder: String {
      if case .time = kind { "TIME" } else { "N" }
    }
  }

  /// Threads that a stand-in may have.
  static let instanceLimit: Int64 = 256
  /// Samples that a stand-in may take together.
  static let batchLimit: Int64 = 65_536

  /// All stand-ins.
  public static let forms: [Form] = [
    Form(name: "null", meaning: "answers at once, on the thread that issues", parameters: []) { _ in .null },
    Form(
      name: "sleep", meaning: "each sample takes TIME of one of N threads (1)",
      parameters: [.time(), .count("instances", to: instanceLimit, usual: 1)]
    ) { .sleep(time: $0[0], instances: Int($0[1])) },
    Form(name: "spin", meaning: "each sample takes TIME of the thread that issues", parameters: [.time()]) {
      .spin(time: $0[0])
    },
    Form(
      name: "stall", meaning: "serves samples one by one and after every N does nothing for a time",
      parameters: [
        .count("every", usual: 1000), .time("for", usual: 50_000_000), .time("service", usual: 100_000),
      ]
    ) { .stall(every: Int($0[0]), time: $0[1], service: $0[2]) },
    Form(
      name: "batcher", meaning: "a batch of n takes fixed + n x each",
      parameters: [
        .time("fixed"), .time("each"), .count("max", to: batchLimit, usual: 8), .time("wait", usual: 2_000_000),
        .count("instances", to: instanceLimit, usual: 1),
      ]
    ) {
      .batcher(fixed: $0[0], each: $0[1], maxBatch: Int($0[2]), maxWait: $0[3], instances: Int($0[4]))
    },
    every("silent", "never answers every N-th sample (all)") { .silent(every: $0) },
    every("twice", "answers every N-th sample twice (all)") { .twice(every: $0) },
    Form(
      name: "reorder", meaning: "answers N samples at a time (8), the last first",
      parameters: [.count("count", to: batchLimit, usual: 8)]
    ) { .reorder(count: Int($0[0])) },
    every("throw", "refuses queries with an N-th sample (all)") { .refuse(every: $0) },
    every("fail", "says of every N-th sample that it failed (all)") { .fail(every: $0) },
    every("unknown", "also answers samples that do not exist, after every N-th (all)") { .unknown(every: $0) },
    Form(name: "hold", meaning: "answers nothing before the end", parameters: []) { _ in .hold },
    Form(
      name: "block", meaning: "takes N samples (1) and never returns from the next call",
      parameters: [.count("after", usual: 1)]
    ) { .block(after: Int($0[0])) },
    Form(name: "noise", meaning: "answers with other bytes each time; fails TEST01", parameters: []) { _ in .noise },
    Form(
      name: "cache", meaning: "as spin, but at once for one of the last N samples (1); fails TEST04",
      parameters: [.time(), .count("entries", to: 1024, usual: 1)]
    ) { .cache(time: $0[0], entries: Int($0[1])) },
  ]

  private static func every(
    _ name: String, _ meaning: String, _ behaviour: @escaping @Sendable (Int) -> Behaviour
  ) -> Form {
    Form(name: name, meaning: meaning, parameters: [.count("every", usual: 1)]) { behaviour(Int($0[0])) }
  }
}
