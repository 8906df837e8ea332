import Foundation

/// Runs the built `assay` binary as a user does.
package enum AssayProcess {
  /// What a finished process left.
  package struct Result {
    package let status: Int32
    /// Whether a signal ended it; `status` is its number then.
    package let wasSignalled: Bool
    package let output: String
    package let error: String
  }

  /// The binary beside the test bundle.
  package static let executable: URL = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    for argument in CommandLine.arguments where argument.hasSuffix(".xctest") {
      folder = URL(fileURLWithPath: argument).deletingLastPathComponent()
    }
    return folder.appendingPathComponent("assay")
  }()

  /// The repository's root.
  package static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Starts `assay`; output goes to files in `folder`, so that no pipe can fill up.
  package static func start(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) throws -> Running {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let name = UUID().uuidString
    let files = ["out", "err"].map { folder.appendingPathComponent("\(name).\($0)") }
    for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    return Running(process: process, output: files[0], error: files[1])
  }

  /// Runs `assay` to its end.
  package static func run(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) throws -> Result {
    try start(arguments, in: folder, environment: environment).wait()
  }

  /// A process that was started.
  package struct Running {
    package let process: Process
    package let output: URL
    package let error: URL

    package func wait() -> Result {
      process.waitUntilExit()
      return Result(
        status: process.terminationStatus, wasSignalled: process.terminationReason == .uncaughtSignal,
        output: (try? String(contentsOf: output, encoding: .utf8)) ?? "",
        error: (try? String(contentsOf: error, encoding: .utf8)) ?? "")
    }

    /// Waits until `condition` holds or the process ends; whether it holds.
    package func wait(until condition: () -> Bool) -> Bool {
      while process.isRunning {
        if condition() { return true }
        usleep(20_000)
      }
      return condition()
    }

    /// The worker that runs now: the only child process.
    package var worker: Int32? {
      let path = "/proc/\(process.processIdentifier)/task"
      for task in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
        let children = (try? String(contentsOfFile: "\(path)/\(task)/children", encoding: .utf8)) ?? ""
        if let first = children.split(separator: " ").first { return Int32(first) }
      }
      return nil
    }
  }

  /// A fresh folder, removed after `body`.
  package static func withFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("assay-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  /// Whether a record follows its schema: `scripts/validate-record`.
  package static func isValidRecord(_ record: URL) throws -> Bool {
    let validation = Process()
    validation.executableURL = repository.appendingPathComponent("scripts/validate-record")
    validation.arguments = [record.path]
    try validation.run()
    validation.waitUntilExit()
    return validation.terminationStatus == 0
  }

  /// A record that was changed, as JSON without its seal: an edited record is refused, one without a seal is as good as its figures.
  package static func unsealed(_ record: [String: Any]) throws -> Data {
    try JSONSerialization.data(withJSONObject: record.filter { $0.key != "seal" })
  }

  /// The JSON object in a file or a text.
  package static func json(_ text: String) throws -> [String: Any] {
    guard let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
      throw CocoaError(.coderReadCorrupt)
    }
    return object
  }

  /// The JSON object in a file.
  package static func json(at url: URL) throws -> [String: Any] { try json(String(contentsOf: url, encoding: .utf8)) }
}
