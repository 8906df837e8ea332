import Analysis
import Ceilings
import Foundation
import Records
import Reports
import Topology
import Trials

/// Builds what is to be built, and measures a trial, with progress, interrupts and a file that is kept up to date.
struct TrialSession: Sendable {
  /// What all arms measure: options of `assay run`.
  let options: [String]
  let builds: TrialSourceOptions.Builds
  let plan: TrialPlan
  /// Whether everything is decided at a look.
  let isDecided: @Sendable (Trial, _ look: Int) -> Bool
  /// Whether more rounds could tell nothing.
  let isSettled: @Sendable (Trial) -> Bool
  /// Refuses arms that cannot be held against each other.
  let check: @Sendable ([TrialArm: Record]) throws -> Void

  /// What is measured where the user says nothing: the suite of gates.
  static func options(_ given: [String]) -> [String] { given.isEmpty ? ["--suite", "gate"] : given }

  /// Seconds of a canary: two loops of a few milliseconds each would see nothing but the scheduler.
  private static let canarySeconds = 0.05

  /// Measures.
  ///
  /// - Parameter path: where the trial goes after every round.
  func run(base: TrialSourceOptions.Arm, candidate: TrialSourceOptions.Arm, path: String) async throws -> Trial {
    // Its name was taken beforehand, and nothing may come.
    defer { OutputFile.removeEmpty(path) }
    let folder = NSTemporaryDirectory() + "assay-gate-\(UUID().uuidString)"
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw CommandFailure(
        "Cannot make a folder below \(Terminal.harmless(NSTemporaryDirectory())); set TMPDIR to one that can be written.",
        exitCode: 73)
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let work = Task { [self] in try await measure(base, candidate, path, folder) }
    let interrupts = Interrupts {
      Terminal.note("\nStopping; the round in progress is dropped. Press Ctrl-C again to leave at once.\n")
      work.cancel()
    }
    defer { interrupts.end() }
    do { return try await work.value } catch is CancellationError {
      throw CommandFailure("Stopped before anything was measured.", exitCode: 130)
    }
  }

  private func measure(
    _ base: TrialSourceOptions.Arm, _ candidate: TrialSourceOptions.Arm, _ path: String, _ folder: String
  ) async throws -> Trial {
    let line = LiveLine()
    defer { line.end() }
    var products: [(RevisionBuild, RevisionBuild.Product)] = []
    func command(_ arm: TrialSourceOptions.Arm) async throws -> ArmCommand {
      switch arm {
      case .command(let words): return ArmCommand(line: words, options: options)
      case .revision(let revision):
        let build = RevisionBuild(
          repository: builds.repository, revision: revision, command: builds.command, program: builds.program,
          folder: folder)
        line.note("Building \(Terminal.harmless(revision)): \(Terminal.harmless(builds.command))")
        let product = try await build.build()
        products.append((build, product))
        return ArmCommand(line: [product.path], options: options, revision: product.hash)
      }
    }
    let result: Result<Trial, any Error>
    do {
      var runner = TrialRunner(base: try await command(base), candidate: try await command(candidate))
      connect(&runner, path, line)
      result = .success(try await runner.run(trial()))
    } catch {
      result = .failure(error)
    }
    // Git keeps a list of working trees, so that deleting the folder is not enough.
    for (build, product) in products { await build.remove(product) }
    return try result.get()
  }

  private func trial() -> Trial {
    Trial(tool: .current, createdAt: Date.now.formatted(.iso8601), plan: plan)
  }

  private func connect(_ runner: inout TrialRunner, _ path: String, _ line: LiveLine) {
    let canary = (try? Topology.discover()).flatMap { $0.allowedPUs.first }.flatMap {
      try? Canary(pu: $0, seconds: Self.canarySeconds)
    }
    runner.canary = {
      guard let reading = await canary?.measure() else { return nil }
      return TrialRound.Canary(multiplyAdds: reading.multiplyAdds, bytes: reading.bytes)
    }
    runner.disturbances = { records, canaries, _ in EnvironmentGuard.disturbances(in: records, canaries: canaries) }
    runner.check = check
    runner.isDecided = isDecided
    runner.isSettled = isSettled
    runner.save = { trial in
      do { try OutputFile(path, option: "--output").write(trial.encoded(path: path)) } catch let error as RecordError {
        throw CommandFailure("The trial cannot be kept: \(error.reason).", exitCode: 70)
      }
    }
    let progress = TrialProgressPrinter(line: line, budget: plan.budgetSeconds)
    runner.onProgress = { progress.handle($0) }
  }
}
