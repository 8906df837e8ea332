import HostState
import Records

/// What may explain that the same cell on the same machine has other figures: versions and settings, by name.
public struct SettingFacts: Codable, Hashable, Sendable {
  /// Values by names such as `kernel`.
  public let values: [String: String]

  /// Makes facts.
  public init(values: [String: String]) { self.values = values }

  /// Takes them out of a record.
  public init(of record: Record) {
    let machine = record.machine
    var values = [
      "assay": record.tool.version, "compiler": record.tool.compiler, "build": record.tool.configuration,
      "kernel": machine.kernel, "operating system": machine.operatingSystem,
    ]
    values["microcode"] = machine.microcode
    values["governor"] = machine.governor
    values["huge pages"] = machine.transparentHugePages
    values["instruction sets up to"] = record.spec.maxISA
    values["BLAS core"] = record.blas?.requestedCore ?? record.blas?.libraryCore
    for (library, version) in record.tool.libraries { values[library] = version }
    for (name, value) in Self.asked { values[name] = value(record.spec) }
    // A file of the same name may be another model.
    for model in record.spec.models ?? [] { values["model \(model.workload)"] = String(model.sha256.prefix(12)) }
    self.values = values
  }

  /// What is asked of every run, by the names of options. Histories of before these were kept have none of them.
  private static let asked: [(name: String, value: @Sendable (RunSpec) -> String)] = [
    ("blas-core", { $0.blasCore }), ("fidelity-samples", { "\($0.fidelitySamples)" }),
    ("max-warm-up", { "\($0.maxWarmUp) s" }),
    ("min-duration", { "\($0.minDuration) s" }), ("min-queries", { "\($0.minQueryCount)" }),
    ("per-node", { $0.perNode == true ? "on" : "off" }), ("seed", { "\($0.seed)" }),
  ]

  /// What was asked of runs in more than one way, for example `min-duration 0.2 s, 10.0 s`; values in the order in which they
  /// came first.
  static func mixed(_ facts: [SettingFacts]) -> [String] {
    asked.compactMap { name, _ in
      var seen: Set<String> = []
      let distinct = facts.compactMap { $0.values[name] }.filter { seen.insert($0).inserted }
      return distinct.count > 1 ? "\(name) \(distinct.joined(separator: ", "))" : nil
    }
  }

  /// Lines of a name, a tabulator and a value in the order of names: equal facts give equal texts.
  public var text: String {
    func plain(_ text: String) -> String { String(text.map { $0 == "\t" || $0.isNewline ? " " : $0 }) }
    return values.sorted { $0.key < $1.key }.map { "\(plain($0.key))\t\(plain($0.value))" }.joined(separator: "\n")
  }

  /// Reads ``text``; lines that are none of its kind say nothing.
  public init(text: String) {
    let pairs = text.split(separator: "\n").compactMap { line -> (String, String)? in
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
    values = Dictionary(pairs) { first, _ in first }
  }

  /// What differs in `other`, for example `kernel 6.1.0 → 6.8.0`, in the order of names. What only one of them was asked to keep
  /// does not.
  public func differences(to other: SettingFacts) -> [String] {
    Set(values.keys).union(other.values.keys).sorted().compactMap { name in
      let (old, new) = (values[name], other.values[name])
      let isUnkept = (old == nil || new == nil) && Self.asked.contains { $0.name == name }
      return old == new || isUnkept ? nil : "\(name) \(old ?? "none") → \(new ?? "none")"
    }
  }
}
