import ArgumentParser
import Harness

/// `assay worker`, hidden: `assay run` starts one for every round.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Measures one round for assay run; reads one line of JSON and writes lines of JSON.",
    shouldDisplay: false)

  func run() throws {
    let code = Worker.run()
    if code != 0 { throw ExitCode(code) }
  }
}
