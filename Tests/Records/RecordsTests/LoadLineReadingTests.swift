import Energy
import Foundation
import HostState
import Testing

@testable import Records

/// What a file of a load line may not say, and what is said of it.
private let faults: [(path: String, value: String, part: String)] = [
  ("\"maximum\":200", "\"maximum\":0", "a figure of it is negative, not finite or absurd"),
  ("\"maximum\":200", "\"maximum\":-1", "a figure of it"), ("\"maximum\":200", "\"maximum\":1e300", "a figure of it"),
  ("\"load\":0.5", "\"load\":1.5", "a figure of step 1 cannot be"),
  ("\"offered\":100", "\"offered\":-1", "a figure of step 1 cannot be"),
  ("\"seconds\":10,", "\"seconds\":0,", "step 1"), ("\"failed\":0", "\"failed\":-1", "a figure of step 1 cannot be"),
  ("\"joules\":400", "\"joules\":-4", "step 1: measured energy is negative"),
  ("\"system\":\"a system\"", "\"system\":7", "not a load line: line.system has the wrong type"),
  ("\"schemaVersion\":1", "\"schemaVersion\":2", "written by a newer Assay"),
  ("\"schemaVersion\":1", "\"schemaVersion\":0", "schema 0 does not exist"),
  ("\"steps\":[", "\"steps\":[],\"x\":[", "it has 0 steps"),
]

@Suite struct LoadLineReadingTests {
  private func line() -> LoadLine {
    let energy = EnergyReading.measured(
      MeasuredEnergy(
        source: "powercap-rapl", domains: [.init(name: "package-0", joules: 400)], seconds: 10, uncertaintyJoules: 4))
    return LoadLine(
      tool: Record.Tool(version: "0.1.0", compiler: "Swift", configuration: "release", libraries: [:]),
      createdAt: "2025-03-01T12:00:00Z", machine: Examples.record().machine, system: "a system",
      calibration: [199, 201],
      maximum: 200, stepSeconds: 10,
      steps: [
        LoadLine.Step(
          load: 0.5, offered: 100, completed: 99, p50: 0.001, p99: 0.002, seconds: 10, failed: 0, energy: energy,
          meters: nil)
      ], monitor: nil)
  }

  /// As `assay loadline --output` writes it.
  private func document(_ change: (String) -> String = { $0 }) throws -> [UInt8] {
    struct Document: Encodable {
      let line: LoadLine
      let score: [String: Int]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(Document(line: line(), score: ["steps": 1])), as: UTF8.self)
    return Array(change(text).utf8)
  }

  @Test func whatWasWrittenIsRead() throws {
    #expect(try LoadLine(json: try document(), path: "x.json") == line())
  }

  @Test(arguments: faults)
  func whatCannotBeIsRefused(path: String, value: String, part: String) throws {
    let json = try document { text in
      guard let range = text.range(of: path) else {
        Issue.record("\(path) is not in \(text)")
        return text
      }
      return text.replacingCharacters(in: range, with: value)
    }
    let error = #expect(throws: RecordError.self) { try LoadLine(json: json, path: "x.json") }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    #expect(error?.exitCode == 65)
  }

  @Test(arguments: [
    ("{\"line\": 1}", "line"), (" \n{ \"cells\" :1", "cells"), ("[]", nil), ("", nil), ("{", nil),
    ("{\"a\\u0062\":1}", nil),
    ("{\"" + String(repeating: "x", count: 100), nil),
  ])
  func theFirstKeyTellsKindsApart(text: String, key: String?) {
    #expect(ResultDocument.firstKey(of: Array(text.utf8)) == key)
  }

  @Test func filesOfBothKindsAreTold() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (record, loadLine) = (folder.appending(path: "record.json").path, folder.appending(path: "line.json").path)
    try Data(try Examples.record().encoded()).write(to: URL(fileURLWithPath: record))
    try Data(try document()).write(to: URL(fileURLWithPath: loadLine))
    guard case .record(let read) = try ResultDocument.read(path: record) else {
      Issue.record("no record")
      return
    }
    #expect(read == Examples.record())
    guard case .loadLine(let read) = try ResultDocument.read(path: loadLine) else {
      Issue.record("no load line")
      return
    }
    #expect(read == line())
    let missing = #expect(throws: RecordError.self) { try ResultDocument.read(path: folder.appending(path: "x").path) }
    #expect(missing?.exitCode == 66)
  }
}
