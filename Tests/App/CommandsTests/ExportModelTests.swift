import AppTestSupport
import Foundation
import Testing

@Suite struct ExportModelTests {
  private func names(_ folder: URL) throws -> [String] {
    // Without the files that hold what processes said.
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains("onnx") }.sorted()
  }

  @Test func writesAModelThatCanBeRun() throws {
    try AssayProcess.withFolder { folder in
      let written = try AssayProcess.run(
        ["export-model", "resnet-small", "-o", "m.onnx", "--json"], in: folder)
      #expect(written.status == 0, "\(written.error)")
      let facts = try AssayProcess.json(written.output)
      #expect(facts["workload"] as? String == "resnet-small")
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent("m.onnx").path)
      #expect(attributes[.size] as? Int == facts["bytes"] as? Int)
      // Read and written by its owner, and whatever else the umask lets a new file be.
      let mask = umask(0)
      umask(mask)
      #expect(attributes[.posixPermissions] as? Int == Int(0o644 & ~mask))
      #expect(try names(folder) == ["m.onnx"])
      let built = try AssayProcess.run(["infer", "resnet-small", "--output-dir", "built"], in: folder)
      let read = try AssayProcess.run(
        ["infer", "m.onnx", "--input", "image=built/input.image.npy", "--output-dir", "read"], in: folder)
      #expect(built.status == 0 && read.status == 0, "\(built.error) \(read.error)")
      let outputs = try ["built", "read"].map { try Data(contentsOf: folder.appendingPathComponent("\($0)/fc.npy")) }
      #expect(outputs[0] == outputs[1])
    }
  }

  @Test func replacesFilesOnlyWhenAsked() throws {
    try AssayProcess.withFolder { folder in
      for existing in ["m.onnx", "m.onnx.data"] {
        let file = folder.appendingPathComponent(existing)
        try Data("mine".utf8).write(to: file)
        let refused = try AssayProcess.run(["export-model", "resnet-small", "-o", "m.onnx"], in: folder)
        #expect(refused.status == 73)
        #expect(refused.error.contains("\(existing) exists") && refused.error.contains("--overwrite"))
        #expect(try Data(contentsOf: file) == Data("mine".utf8))
        try FileManager.default.removeItem(at: file)
      }
      for arguments in [[], ["--overwrite", "--external-data"], ["--overwrite"]] {
        let written = try AssayProcess.run(["export-model", "bert-small", "-o", "m.onnx"] + arguments, in: folder)
        #expect(written.status == 0, "\(written.error)")
        #expect(written.output.contains("weights in m.onnx.data") == arguments.contains("--external-data"))
        let inspected = try AssayProcess.run(["inspect", "m.onnx", "--json"], in: folder)
        #expect(inspected.status == 0, "\(inspected.error)")
      }
    }
  }

  /// A disk that is full, imitated by a limit of 64 kB on what a process may write.
  @Test(arguments: [[], ["--external-data"]]) func leavesNothingWhereWritingFails(arguments: [String]) throws {
    try AssayProcess.withFolder { folder in
      let command = ["export-model", "resnet-small", "-o", "m.onnx", "--overwrite"] + arguments
      let shell = Process()
      shell.executableURL = URL(fileURLWithPath: "/bin/sh")
      shell.arguments = ["-c", "ulimit -f 128; exec \"$0\" \"$@\"", AssayProcess.executable.path] + command
      shell.currentDirectoryURL = folder
      let errors = Pipe()
      shell.standardError = errors
      try Data("mine".utf8).write(to: folder.appendingPathComponent("m.onnx"))
      try shell.run()
      let told = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      shell.waitUntilExit()
      #expect(shell.terminationReason == .exit && shell.terminationStatus == 73, "\(told)")
      #expect(told.contains("File too large"), "\(told)")
      #expect(try names(folder) == ["m.onnx"])
      #expect(try Data(contentsOf: folder.appendingPathComponent("m.onnx")) == Data("mine".utf8))
    }
  }
}
