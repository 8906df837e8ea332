import AppTestSupport
import Foundation
import Testing

/// What is written never replaces what is read, nor another thing that is written.
@Suite struct OutputFileTests {
  @Test(arguments: [
    ["show", "rec.json", "--svg", "rec.json"], ["show", "rec.json", "--svg", "./rec.json"],
    ["show", "rec.json", "--svg", "folder/../rec.json"], ["show", "rec.json", "--svg", "link.json"],
    ["show", "hard.json", "--svg", "rec.json"], ["run", "--resume", "rec.json", "--svg", "rec.json"],
    ["run", "--resume", "link.json", "--svg", "rec.json"],
    ["run", "--per-node", "--svg", "a.json", "--output", "a.json"],
    ["run", "--per-node", "--svg", "here/a.json", "--output", "folder/a.json"],
    ["run", "--per-node", "--svg", "dangling.json", "--output", "new.json"],
    ["run", "--model", "rec.json", "--output", "./rec.json", "--overwrite"],
    ["run", "--model", "m.onnx", "--input", "x=rec.json", "--output", "rec.json", "--overwrite"],
    ["run", "--suite", "./rec.json", "--per-node", "--svg", "rec.json"],
    ["roofline", "--from", "rec.json", "--svg", "rec.json"],
    ["roofline", "--from", "rec.json", "--output", "here/../rec.json"],
    ["roofline", "--svg", "./x", "--output", "x"], ["topology", "--from", "rec.json", "--svg", "./rec.json"],
  ])
  func oneFileIsNotReadAndWritten(arguments: [String]) throws {
    try AssayProcess.withFolder { folder in
      let files = FileManager.default
      let record = folder.appending(path: "rec.json")
      try Data("A record.".utf8).write(to: record)
      try files.createDirectory(at: folder.appending(path: "folder"), withIntermediateDirectories: false)
      for (link, target) in [("link.json", "rec.json"), ("here", "folder"), ("dangling.json", "new.json")] {
        try files.createSymbolicLink(atPath: folder.appending(path: link).path, withDestinationPath: target)
      }
      try files.linkItem(at: record, to: folder.appending(path: "hard.json"))
      let result = try AssayProcess.run(arguments, in: folder)
      #expect(result.status == 64, "\(result.error)")
      #expect(result.error.contains("are one file; give each a file of its own."), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
      #expect(result.output == "")
      #expect(try String(contentsOf: record, encoding: .utf8) == "A record.")
      #expect(!files.fileExists(atPath: folder.appending(path: "x").path))
    }
  }

  /// What is there is kept, and nothing is measured or read, unless `--overwrite` says so.
  @Test(arguments: [
    (["attribute", "resnet-small", "--max-error", "1%", "--assignment", "old"], "--assignment"),
    (["attribute", "resnet-small", "--svg", "old"], "--svg"),
    (["attribute", "resnet-small", "--output", "old"], "--output"),
    (["attribute", "--from", "missing.json", "--max-error", "1%", "--assignment", "old"], "--assignment"),
    (["attribute", "--from", "missing.json", "--svg", "old"], "--svg"),
    (["precision", "missing.onnx", "--svg", "old"], "--svg"),
    (["precision", "missing.onnx", "--output", "old"], "--output"),
    (["precision", "--resume", "missing.json", "--svg", "old"], "--svg"),
    (["run", "--model", "missing.onnx", "--per-node", "--svg", "old"], "--svg"),
  ])
  func whatIsThereIsNotReplacedUnasked(arguments: [String], option: String) throws {
    try AssayProcess.withFolder { folder in
      let file = folder.appending(path: "old")
      try Data("Mine.".utf8).write(to: file)
      let result = try AssayProcess.run(arguments, in: folder)
      #expect(result.status == 73, "\(result.error)")
      #expect(
        result.error.contains("old exists; choose another \(option), or add --overwrite to replace it."),
        "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1 && result.output == "", "\(result.error)")
      #expect(try String(contentsOf: file, encoding: .utf8) == "Mine.")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "Results").path))
    }
  }

  /// With `--overwrite` the next thing that is wrong is named.
  @Test(arguments: [
    (["attribute", "--from", "missing.json", "--svg", "old"], 66), (["precision", "missing.onnx", "--svg", "old"], 66),
    (["precision", "--resume", "missing.json", "--svg", "old"], 66),
  ])
  func whatIsThereIsReplacedWhereAsked(arguments: [String], code: Int) throws {
    try AssayProcess.withFolder { folder in
      try Data("Mine.".utf8).write(to: folder.appending(path: "old"))
      let result = try AssayProcess.run(arguments + ["--overwrite"], in: folder)
      #expect(Int(result.status) == code && result.error.contains("missing"), "\(result.error)")
    }
  }

  @Test(arguments: [["attribute", "resnet-small"], ["precision", "resnet-small"], ["attribute", "--from", "x.json"]])
  func overwritingNothingIsRefused(arguments: [String]) throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(arguments + ["--overwrite"], in: folder)
      #expect(result.status == 64 && result.error.contains("--overwrite needs --output"), "\(result.error)")
    }
  }

  @Test func differentFilesPass() throws {
    try AssayProcess.withFolder { folder in
      try Data("No record.".utf8).write(to: folder.appending(path: "rec.json"))
      let result = try AssayProcess.run(["show", "rec.json", "--svg", "rec.svg"], in: folder)
      #expect(result.status == 65, "\(result.error)")
      // No file is lost in a device.
      let device = try AssayProcess.run(["show", "/dev/null", "--svg", "/dev/null"], in: folder)
      #expect(device.status == 66, "\(device.error)")
    }
  }

  @Test func inferKeepsWhatItReads() throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(["infer", "resnet-small", "--output-dir", "out"], in: folder)
      try #require(result.status == 0, "\(result.error)")
      let outputs = try AssayProcess.json(at: folder.appending(path: "out/outputs.json"))
      let output = try #require((outputs.values.first as? [String: Any])?["file"] as? String)
      // An image in the place of the result of the next inference.
      let place = folder.appending(path: "out/\(output)")
      try FileManager.default.removeItem(at: place)
      try FileManager.default.copyItem(at: folder.appending(path: "out/input.image.npy"), to: place)
      let image = try Data(contentsOf: place)
      let again = try AssayProcess.run(
        ["infer", "resnet-small", "--input", "image=out/\(output)", "--output-dir", "./out"], in: folder)
      #expect(again.status == 64, "\(again.error)")
      #expect(again.error.contains(output) && again.error.split(separator: "\n").count == 1, "\(again.error)")
      #expect(try Data(contentsOf: place) == image)
    }
  }
}
