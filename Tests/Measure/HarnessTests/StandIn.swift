import FoundationEssentials
import NumericFormats
import Records
import Testing

@testable import Harness

/// Scripts of shells that stand in for workers.
enum StandIn {
  static func process(_ script: String, silence: Double = 600) -> WorkerProcess {
    WorkerProcess(
      command: WorkerCommand(executable: "/bin/sh", arguments: ["-c", script]), environment: [:], silenceLimit: silence)
  }

  static func request(instances: [[Int]]) throws -> RoundRequest {
    let cell = Cell(
      workload: "resnet50", precision: .fp32, execution: .native, contract: "c", engine: "openblas",
      placement: Placement(instances: instances, isOversubscribed: true), batch: 1,
      measurement: .performance(.singleStream))
    return RoundRequest(
      parent: 1, cell: cell, round: 0, serves: true, spec: RunSettings.defaults, requestedCore: nil)
  }

  /// Says that it loads.
  static let loading = #"echo '{"phase":{"_0":"loading","expectedSeconds":0}}';"#

  /// Says that it is loaded.
  static func ready(_ seconds: Double = 0.01) -> String { "echo '{\"ready\":{\"secondsPerQuery\":\(seconds)}}';" }

  /// Answers one window.
  static func result(_ index: Int, _ edit: (inout Round) -> Void = { _ in }) throws -> String {
    var round = Examples.round(index)
    edit(&round)
    return "echo '\(try Examples.line(.result(round)))';"
  }

  /// Answers windows 0 to 9 until its input ends.
  static func answering(_ edit: (inout Round) -> Void = { _ in }) throws -> String {
    let cases = try (0..<10).map { "*'\"round\":\($0)}'*) \(try result($0, edit)):;;" }.joined(separator: " ")
    return "while read w; do case \"$w\" in \(cases) esac; done;"
  }

  /// Writes the shell's number to a file.
  static func noting(_ folder: Folder, _ name: String) -> String { "echo $$ > \(folder.path)/\(name);" }

  /// Reads what ``noting(_:_:)`` wrote.
  static func pid(_ folder: Folder, _ name: String) throws -> Int32 {
    try #require(Int32(text(folder, name)))
  }

  /// A file's text without its last line feed.
  static func text(_ folder: Folder, _ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: folder.path + "/" + name)), as: UTF8.self)
      .trimmingSuffix(while: \.isNewline)
  }
}

extension String {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
    var text = self
    while let last = text.last, predicate(last) { text.removeLast() }
    return text
  }
}
