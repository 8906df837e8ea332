import ArgumentParser
import Foundation
import Records
import Trials

/// What a gate compares: records, programs or revisions.
struct TrialSourceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The base: a record, or a command such as \"./old/assay\".", valueName: "record|command"))
  var base: String?

  @Option(help: ArgumentHelp("The candidate, given as the base is.", valueName: "record|command"))
  var candidate: String?

  @Option(help: ArgumentHelp("Build the base from this git revision.", valueName: "revision"))
  var baseRevision: String?

  @Option(help: ArgumentHelp("Build the candidate from this git revision.", valueName: "revision"))
  var candidateRevision: String?

  @Option(help: ArgumentHelp("The git repository of the revisions (default: here).", valueName: "folder"))
  var repository: String?

  @Option(
    help: ArgumentHelp(
      "What builds a revision, one line for sh (default: \(RevisionBuild.usualCommand)).", valueName: "command"))
  var buildCommand: String?

  @Option(help: ArgumentHelp("The program that it leaves (default: \(RevisionBuild.usualProgram)).", valueName: "path"))
  var program: String?

  @Option(help: ArgumentHelp("Judge a trial that was measured before again.", valueName: "trial"))
  var from: String?

  /// Whether any of them is given.
  var isGiven: Bool { [base, candidate, baseRevision, candidateRevision, from].contains { $0 != nil } }

  /// How revisions are built.
  struct Builds: Sendable {
    let repository: String
    let command: String
    let program: String
  }

  /// How revisions are built.
  var builds: Builds {
    Builds(
      repository: repository ?? ".", command: buildCommand ?? RevisionBuild.usualCommand,
      program: program ?? RevisionBuild.usualProgram)
  }

  /// Whether it is said how revisions are built.
  var hasBuildOptions: Bool { [repository, buildCommand, program].contains { $0 != nil } }

  /// What is read, where these are files at all.
  var files: [OutputFile.Named] { [("--base", base), ("--candidate", candidate), ("--from", from)] }

  /// What there is to judge.
  enum Source {
    /// A trial that was measured.
    case trial(String)
    /// Two records.
    case records(base: String, candidate: String)
    /// Two commands, or revisions to make them of.
    case commands(base: Arm, candidate: Arm)
  }

  /// One side that is measured.
  enum Arm: Sendable {
    case command([String])
    case revision(String)
  }

  /// What the options say.
  func source() throws -> Source {
    func refuse(_ sentence: String) -> CommandFailure { CommandFailure(sentence, exitCode: 64) }
    if let from {
      guard base == nil, candidate == nil, baseRevision == nil, candidateRevision == nil else {
        throw refuse("--from judges what its trial measured; leave base and candidate out.")
      }
      return .trial(from)
    }
    let before = try side(base, baseRevision, "base")
    let after = try side(candidate, candidateRevision, "candidate")
    switch (before, after) {
    case (.record(let base), .record(let candidate)): return .records(base: base, candidate: candidate)
    case (.arm(let base), .arm(let candidate)): return .commands(base: base, candidate: candidate)
    case (.record, .arm), (.arm, .record):
      throw refuse("One side is a record and the other one is to be measured; give two records, or two commands.")
    }
  }

  private enum Side {
    case record(String)
    case arm(Arm)
  }

  private func side(_ text: String?, _ revision: String?, _ name: String) throws -> Side {
    func refuse(_ sentence: String) -> CommandFailure { CommandFailure(sentence, exitCode: 64) }
    switch (text, revision) {
    case (nil, nil):
      throw refuse("There is no \(name); give --\(name) with a record or a command, or --\(name)-revision.")
    case (_?, _?): throw refuse("--\(name) and --\(name)-revision name two; give one of them.")
    case (nil, let revision?): return .arm(.revision(revision))
    case (let text?, nil):
      if text.hasSuffix(".json") { return .record(text) }
      guard let words = ArmCommand.split(text), !words.isEmpty else {
        throw refuse("--\(name): `\(text.prefix(80))` is no command; a quote may be open.")
      }
      return .arm(.command(words))
    }
  }
}
