import Foundation
import HostState
import Topology

/// `systems/<system>.json`: the 35 fields that MLPerf Inference asks of a system, as far as the machine tells them.
///
/// All values are texts, as the official checker takes them: a number 0 would count as empty there.
public struct SystemDescription: Hashable, Sendable {
  /// The fields, in the official order (submission checker of the rounds since v5.0).
  public static let fields = [
    "division", "submitter", "status", "system_name", "number_of_nodes", "host_processor_model_name",
    "host_processors_per_node", "host_processor_core_count", "host_memory_capacity", "host_storage_capacity",
    "host_storage_type", "accelerators_per_node", "accelerator_model_name", "accelerator_memory_capacity", "framework",
    "operating_system", "system_type", "other_software_stack", "host_processor_frequency", "host_processor_caches",
    "host_memory_configuration", "host_processor_interconnect", "host_networking", "host_networking_topology",
    "accelerator_frequency", "accelerator_host_interconnect", "accelerator_interconnect",
    "accelerator_interconnect_topology", "accelerator_memory_configuration", "accelerator_on-chip_memories", "cooling",
    "hw_notes", "sw_notes", "host_network_card_count", "system_type_detail",
  ]

  /// The values by field.
  public private(set) var values: [String: String]

  /// Describes a machine; what nobody can know from within is `N/A`.
  ///
  /// - Parameters:
  ///   - software: What ran the tests, with its version.
  public init(
    submitter: String, systemName: String, software: String, fingerprint: MachineFingerprint, topology: Topology
  ) {
    values = Dictionary(uniqueKeysWithValues: Self.fields.map { ($0, "N/A") })
    let packages = max(1, topology.objects("Package").count)
    values["division"] = "open"
    values["submitter"] = submitter
    values["status"] = "rdi"
    values["system_name"] = systemName
    values["number_of_nodes"] = "1"
    values["host_processor_model_name"] = fingerprint.cpuModel
    values["host_processors_per_node"] = "\(packages)"
    values["host_processor_core_count"] = "\(max(1, fingerprint.cores / packages))"
    values["host_memory_capacity"] = Self.size(fingerprint.memoryBytes)
    values["host_memory_configuration"] =
      "\(fingerprint.numaNodes) NUMA node\(fingerprint.numaNodes == 1 ? "" : "s")"
    values["host_processor_caches"] = Self.caches(topology)
    values["accelerators_per_node"] = "0"
    values["framework"] = software
    values["operating_system"] = fingerprint.operatingSystem
    values["other_software_stack"] = "Linux \(fingerprint.kernel)"
    values["system_type"] = "datacenter"
    values["hw_notes"] = Self.hardwareNotes(fingerprint)
    values["sw_notes"] = "MLPerf-like, unofficial: made by a load generator other than LoadGen"
  }

  /// Takes values of the user's own, a JSON object of texts or numbers by field.
  ///
  /// - Throws: ``PackageError`` for fields that there are not.
  public mutating func override(with json: [UInt8], file: String) throws(PackageError) {
    guard let given = try? JSONDecoder().decode([String: LogValue].self, from: Data(json)) else {
      throw PackageError(code: .badData, reason: "\(file) is not a JSON object of fields of a system description")
    }
    for (field, value) in given.sorted(by: { $0.key < $1.key }) {
      guard values[field] != nil else {
        throw PackageError(
          code: .badData, reason: "\(file) has the field `\(UserConf.shown(field))`, which a system description has not"
        )
      }
      guard let text = value.text ?? value.int.map(String.init) ?? value.double.map({ "\($0)" }) else {
        throw PackageError(code: .badData, reason: "\(file) must give `\(field)` a text or a number")
      }
      guard !["division", "submitter"].contains(field) || text == values[field] else {
        throw PackageError(
          code: .badData,
          reason: "\(file) says `\(field)` is \(UserConf.shown(text)), and the tree has \(values[field] ?? "")")
      }
      values[field] = text
    }
  }

  /// The file.
  public var json: String {
    let lines = Self.fields.map { "  \(JSONText.string($0)): \(JSONText.string(values[$0] ?? ""))" }
    return "{\n\(lines.joined(separator: ",\n"))\n}\n"
  }

  private static func size(_ bytes: UInt64) -> String {
    let gibibytes = Double(bytes) / Double(1 << 30)
    return gibibytes >= 10 ? "\(Int(gibibytes.rounded())) GiB" : "\((gibibytes * 10).rounded() / 10) GiB"
  }

  private static func caches(_ topology: Topology) -> String {
    let caches = Set(topology.dataCaches(of: topology.allowedPUs).map { "L\($0.level) \($0.bytes / 1024) KiB" })
    return caches.isEmpty ? "N/A" : caches.sorted().joined(separator: ", ")
  }

  private static func hardwareNotes(_ fingerprint: MachineFingerprint) -> String {
    var notes = [fingerprint.hypervisor.map { "virtual machine (\($0))" } ?? "bare metal"]
    if let quota = fingerprint.quotaCPUs { notes.append("CPU quota \(quota)") }
    notes.append("instruction sets: \(fingerprint.isa.joined(separator: " "))")
    return notes.joined(separator: "; ")
  }
}
