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
    // A file of the same name may be another model.
    for model in record.spec.models ?? [] { values["model \(model.workload)"] = String(model.sha256.prefix(12)) }
    self.values = values
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

  /// What differs in `other`, for example `kernel 6.1.0 → 6.8.0`, in the order of names.
  public func differences(to other: SettingFacts) -> [String] {
    Set(values.keys).union(other.values.keys).sorted().compactMap { name in
      let (old, new) = (values[name], other.values[name])
      return old == new ? nil : "\(name) \(old ?? "none") → \(new ?? "none")"
    }
  }
}
