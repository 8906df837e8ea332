import Foundation
import Harness

extension SuiteLibrary {
  /// The suites below the current folder and below the folders above this program.
  static func standard(vocabulary: SuiteVocabulary) -> SuiteLibrary {
    let executable =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return SuiteLibrary(
      folders: standardFolders(currentFolder: FileManager.default.currentDirectoryPath, executable: executable),
      vocabulary: vocabulary)
  }

  /// A suite that can be named.
  struct Entry: Encodable, Hashable {
    let name: String
    let summary: String
  }

  /// Every suite in the folders by name; the first folder that has a name wins. Damaged files are listed as such.
  func list() -> [Entry] {
    var entries = Dictionary(uniqueKeysWithValues: Self.builtIn.keys.map { ($0, entry($0)) })
    for folder in folders {
      for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where file.hasSuffix(".yaml") {
        let name = String(file.dropLast(5))
        if entries[name] == nil { entries[name] = entry(name) }
      }
    }
    return entries.values.sorted { $0.name < $1.name }
  }

  private func entry(_ name: String) -> Entry {
    do { return Entry(name: name, summary: try load(name).summary) } catch {
      return Entry(name: name, summary: "unreadable: \(error)")
    }
  }
}
