import FoundationEssentials
import Records
import Testing

@testable import Harness

@Suite struct SuiteLibraryTests {
  /// The repository's suites, found from this file's place.
  private static let folder = #filePath.components(separatedBy: "/Tests/")[0] + "/Benchmarks/suites"

  private func library() throws -> SuiteLibrary {
    SuiteLibrary(folders: [Self.folder], vocabulary: try Catalogue.current().vocabulary)
  }

  @Test(arguments: ["quick", "gate"]) func theBuiltInTextIsTheFile(name: String) throws {
    let file = try String(contentsOf: URL(filePath: Self.folder + "/\(name).yaml"), encoding: .utf8)
    #expect(SuiteLibrary.builtIn[name] == file)
  }

  @Test(arguments: ["quick", "full", "precision", "threads", "gate"])
  func everySuiteOfTheRepositoryIsPlanned(name: String) throws {
    let suite = try library().load(name)
    #expect(suite.name == name)
    #expect(!suite.summary.isEmpty)
    for cores in [1, 2, 3, 64] {
      let topology = Examples.topology(cores: cores)
      let spec = try RunSpec(suite: suite, options: RunOptions(), topology: topology)
      let plan = try Plan(spec: spec, topology: topology, catalogue: Catalogue.current())
      #expect(plan.cells.count >= 5)
      // A promise of the project: a first look takes at most three minutes on two cores, with room for a slower CPU.
      if name == "quick", cores == 2 { #expect(plan.seconds < 140, "\(plan.seconds) s") }
    }
  }

  @Test(arguments: ["quick", "gate"]) func defaultsAreBuiltInWhereNoFolderHasThem(name: String) throws {
    let vocabulary = try Catalogue.current().vocabulary
    let lost = SuiteLibrary(folders: ["/nowhere"], vocabulary: vocabulary)
    #expect(try lost.load(name) == library().load(name))
    let error = #expect(throws: SuiteError.self) { try lost.load("full") }
    #expect(error?.exitCode == 66)
    #expect(error?.description.contains("not found in /nowhere") == true)
  }

  @Test func aPathIsTakenAsOne() throws {
    let folder = try Folder()
    let path = try folder.write("mine.yaml", "groups: [{workload: resnet50}]")
    let library = SuiteLibrary(folders: [], vocabulary: Examples.catalogue.vocabulary)
    #expect(try library.load(path).name == "mine")
    let missing = #expect(throws: SuiteError.self) { try library.load(folder.path + "/none.yaml") }
    #expect(missing?.kind == .notFound)
    let notAFile = #expect(throws: SuiteError.self) { try library.load(folder.path + "/") }
    #expect(notAFile?.reason.contains("not a regular file") == true)
    try Data([0xFF, 0xFE, 0x00]).write(to: URL(filePath: folder.path + "/bytes.yaml"))
    let bytes = #expect(throws: SuiteError.self) { try library.load(folder.path + "/bytes.yaml") }
    #expect(bytes?.reason.contains("not UTF-8") == true)
  }

  @Test func foldersBesideTheExecutableAreClimbed() {
    let folders = SuiteLibrary.standardFolders(currentFolder: "/here", executable: "/repo/.build/release/assay")
    #expect(
      folders == [
        "/here/Benchmarks/suites", "/repo/.build/release/Benchmarks/suites", "/repo/.build/Benchmarks/suites",
        "/repo/Benchmarks/suites", "/Benchmarks/suites",
      ])
  }
}
