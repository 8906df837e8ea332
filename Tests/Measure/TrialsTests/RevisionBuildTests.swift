import Foundation
import Testing

@testable import Trials

/// Whether revisions can be built here at all.
private let hasGit = FileManager.default.isExecutableFile(atPath: "/usr/bin/git")

@Suite(.enabled(if: hasGit, "git is not installed")) struct RevisionBuildTests {
  /// A repository with two revisions of a program, tagged `one` and `two`, of which the second does not build.
  private func repository() async throws -> TrialSample {
    let sample = try TrialSample()
    let script = """
      cd '\(sample.folder)' && mkdir repository && cd repository && git init -q . &&
      git config user.email nobody@example.invalid && git config user.name nobody &&
      printf '#!/bin/sh\\necho one\\n' > program && printf 'cp program built; chmod +x built\\n' > make &&
      git add . && git commit -qm one && git tag one && printf 'echo broken code; exit 2\\n' > make &&
      git commit -qam two && git tag two
      """
    let process = LoggedProcess(words: ["/bin/sh", "-c", script], log: sample.path("log"), timeout: 60)
    #expect(try await process.run() == .exited(0))
    return sample
  }

  private func build(_ sample: TrialSample, _ revision: String, program: String = "built") -> RevisionBuild {
    RevisionBuild(
      repository: sample.path("repository"), revision: revision, command: "sh ./make", program: program,
      folder: sample.folder)
  }

  @Test func aRevisionIsBuiltApartFromTheWorkingTree() async throws {
    let sample = try await repository()
    let build = build(sample, "one")
    let product = try await build.build()
    #expect(product.hash.count == 40)
    #expect(try String(contentsOfFile: product.path, encoding: .utf8).contains("echo one"))
    #expect(!FileManager.default.fileExists(atPath: sample.path("repository/built")))
    await build.remove(product)
    #expect(!FileManager.default.fileExists(atPath: product.path))
  }

  /// Git warns of it, and takes the tag.
  @Test func aBranchAndATagMayHaveOneName() async throws {
    let sample = try await repository()
    let process = LoggedProcess(
      words: ["git", "-C", sample.path("repository"), "branch", "one", "two"], log: sample.path("log"), timeout: 60)
    #expect(try await process.run() == .exited(0))
    let product = try await build(sample, "one").build()
    #expect(product.hash.count == 40 && product.hash.allSatisfy(\.isHexDigit))
  }

  @Test func whatWasLeftBehindIsNoObstacle() async throws {
    let sample = try await repository()
    _ = try await build(sample, "one").build()
    #expect(try await build(sample, "one").build().hash.count == 40)
  }

  @Test func aRevisionThatDoesNotBuildSaysWhy() async throws {
    let sample = try await repository()
    await #expect { try await build(sample, "two").build() } throws: {
      "\($0)" == "two does not build: `sh ./make` failed. It said: broken code" && ($0 as? TrialError)?.exitCode == 69
    }
  }

  @Test func aBuildWithoutItsProgramIsTold() async throws {
    let sample = try await repository()
    await #expect { try await build(sample, "one", program: "nothing").build() } throws: {
      "\($0)" == "one was built, but `sh ./make` left no program at nothing; name it with --program."
    }
  }

  @Test(arguments: ["three", "--all", ""]) func noRevisionIsTold(_ name: String) async throws {
    let sample = try await repository()
    await #expect { try await build(sample, name).build() } throws: { "\($0)".contains("no revision") }
  }

  /// What git says is repeated: it may be that it does not trust the folder.
  @Test func aFolderWithoutRepositorySaysWhatGitSays() async throws {
    let sample = try TrialSample()
    let build = RevisionBuild(repository: sample.path("missing"), revision: "HEAD", folder: sample.folder)
    await #expect { try await build.build() } throws: {
      "\($0)".contains("cannot change to") && ($0 as? TrialError)?.exitCode == 66
    }
  }

  /// Git keeps a list of working trees, and a build that is stopped stays out of it.
  @Test func aStoppedBuildLeavesNoTree() async throws {
    let sample = try await repository()
    let build = RevisionBuild(
      repository: sample.path("repository"), revision: "one", command: "touch '\(sample.path("begun"))'; sleep 1000",
      program: "built", folder: sample.folder)
    let task = Task { try await build.build() }
    while !FileManager.default.fileExists(atPath: sample.path("begun")) { try await Task.sleep(for: .milliseconds(20)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    // Git removes the list with its last entry.
    let list = sample.path("repository/.git/worktrees")
    #expect(((try? FileManager.default.contentsOfDirectory(atPath: list)) ?? []).isEmpty)
  }
}
