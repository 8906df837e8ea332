/// Where a cell runs: instances, each a process with a copy of the model, and the PU of each of their threads.
public struct Placement: Hashable, Sendable {
  /// The PU (OS index) of each thread, one list an instance; the thread that calls the engine comes first. Never empty.
  public let instances: [[Int]]
  /// What was asked for in the placement language, in its canonical form; nil for the usual placement of a number of threads.
  public let words: String?
  /// What was asked for of memory; nil where nothing was.
  public let memory: MemoryPlacement?
  /// Whether threads may share PUs because somebody asked for more threads than there are PUs.
  public let isOversubscribed: Bool

  /// Makes a placement of several instances.
  public init(
    instances: [[Int]], words: String? = nil, memory: MemoryPlacement? = nil, isOversubscribed: Bool = false
  ) {
    self.instances = instances
    self.words = words
    self.memory = memory
    self.isOversubscribed = isOversubscribed
  }

  /// Makes a placement of one instance, with its threads in order.
  public init(pus: [Int]) { self.init(instances: [pus]) }

  /// The number of threads of each instance; of the largest one where they differ.
  public var threads: Int { instances.map(\.count).max() ?? 0 }

  /// The PUs of all threads, instance by instance.
  public var pus: [Int] { instances.flatMap(\.self) }

  /// The part of a cell's id: `t4`, or `i2/t4` for two instances.
  var name: String { (instances.count > 1 ? "i\(instances.count)/" : "") + "t\(threads)" }

  /// What sets the cell apart from the same number of instances and threads placed as usual.
  public var variations: [String] {
    [words].compactMap(\.self) + (memory?.variations ?? []) + (isOversubscribed ? ["oversubscribed"] : [])
  }

  /// The first contradiction as a clause, or nil.
  var problem: String? {
    guard !instances.isEmpty, instances.allSatisfy({ !$0.isEmpty }), pus.allSatisfy({ $0 >= 0 }) else {
      return "its placement names no PU or a negative one"
    }
    let all = pus.count
    guard RunFigure.threads.contains(all) else {
      return "\(all) threads are more than the \(RunFigure.threads.upperBound) that a cell may have"
    }
    guard isOversubscribed || Set(pus).count == all else { return "its placement names a PU twice" }
    if let words, words.isEmpty || words.utf8.count > Self.longestWords { return "its placement's words cannot be" }
    return memory?.problem(instances: instances.count)
  }

  private static let longestWords = 4096
}

/// A placement of one instance that nothing more was asked for is `{"pus": [0, 1]}`, as it always was; others name their
/// `instances`.
extension Placement: Codable {
  private enum CodingKeys: String, CodingKey {
    case pus, instances, words, memory, oversubscribed
  }

  /// Decodes either form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let instances =
      if let one = try container.decodeIfPresent([Int].self, forKey: .pus) {
        [one]
      } else {
        try container.decode([[Int]].self, forKey: .instances)
      }
    self.init(
      instances: instances, words: try container.decodeIfPresent(String.self, forKey: .words),
      memory: try container.decodeIfPresent(MemoryPlacement.self, forKey: .memory),
      isOversubscribed: try container.decodeIfPresent(Bool.self, forKey: .oversubscribed) ?? false)
  }

  /// Encodes one instance as `pus`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if instances.count == 1 {
      try container.encode(instances[0], forKey: .pus)
    } else {
      try container.encode(instances, forKey: .instances)
    }
    try container.encodeIfPresent(words, forKey: .words)
    try container.encodeIfPresent(memory, forKey: .memory)
    if isOversubscribed { try container.encode(true, forKey: .oversubscribed) }
  }
}
