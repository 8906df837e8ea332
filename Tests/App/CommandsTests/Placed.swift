import AppTestSupport
import CLinux
import Foundation
import Testing

/// What tests of placements share: the machine's PUs, records' parts, and the system's threads.
enum Placed {
  /// The PUs (OS indices) that this process may use, ascending.
  static let pus: [Int] = numbers(field("Cpus_allowed_list", of: "/proc/self/status") ?? "0")

  /// The numbers of `0-3,8`.
  static func numbers(_ list: String) -> [Int] {
    list.split(separator: ",").flatMap { part -> [Int] in
      let bounds = part.split(separator: "-").compactMap { Int($0) }
      guard let first = bounds.first, let last = bounds.last else { return [] }
      return Array(first...last)
    }
  }

  /// A field of a file such as /proc/PID/status.
  static func field(_ name: String, of path: String) -> String? {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
      .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
  }

  /// Short rounds of FP32 on the usual engine.
  static let quick = [
    "run", "--workload", "bert-small", "--precision", "fp32", "--scenario", "Offline", "--rounds", "1",
    "--min-duration", "0.1", "--max-warm-up", "0.1",
  ]

  static func cells(_ record: URL) throws -> [[String: Any]] {
    try #require(try AssayProcess.json(at: record)["cells"] as? [[String: Any]])
  }

  static func rounds(_ cell: [String: Any]) -> [[String: Any]] { cell["rounds"] as? [[String: Any]] ?? [] }

  /// The part of a cell that says where it runs.
  static func placement(_ cell: [String: Any]) throws -> [String: Any] {
    try #require((cell["cell"] as? [String: Any])?["placement"] as? [String: Any])
  }

  /// The PUs of each instance.
  static func instances(_ cell: [String: Any]) throws -> [[Int]] {
    let placement = try placement(cell)
    return try #require(placement["instances"] as? [[Int]] ?? (placement["pus"] as? [Int]).map { [$0] })
  }

  /// What every instance measured in a round.
  static func performances(_ round: [String: Any]) throws -> [[String: Any]] {
    let peers = round["peers"] as? [[String: Any]] ?? []
    return try ([round] + peers).map { try #require($0["performance"] as? [String: Any]) }
  }

  /// Runs `assay` with short rounds, and its cells.
  static func run(
    _ arguments: [String], in folder: URL, status: Int32 = 0
  ) throws -> (result: AssayProcess.Result, cells: [[String: Any]]) {
    let record = folder.appendingPathComponent("record.json")
    let result = try AssayProcess.run(quick + arguments + ["--output", record.path, "--overwrite"], in: folder)
    #expect(result.status == status, "\(result.error)")
    return (result, (try? cells(record)) ?? [])
  }

  /// `assay show --json` of a record.
  static func summary(_ record: URL, in folder: URL) throws -> [String: Any] {
    try AssayProcess.json(AssayProcess.run(["show", record.path, "--json"], in: folder).output)
  }

  /// Lets the system run a thread on one PU alone; whether it did.
  @discardableResult
  static func move(_ thread: Int32, to pu: Int) -> Bool {
    var cpu = Int32(clamping: pu)
    return clinux_set_thread_affinity(thread, &cpu, 1) == 0
  }

  /// All child processes of a process.
  static func children(_ process: Int32) -> [Int32] {
    let path = "/proc/\(process)/task"
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).flatMap { task in
      ((try? String(contentsOfFile: "\(path)/\(task)/children", encoding: .utf8)) ?? "")
        .split(separator: " ").compactMap { Int32($0) }
    }
  }

  /// A process's arguments.
  static func arguments(_ process: Int32) -> [String] {
    let bytes = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}
