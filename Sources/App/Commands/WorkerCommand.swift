import ArgumentParser
import Harness

/// `assay worker`, hidden: `assay run` starts one for every round.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Measures one round for assay run; reads one line of JSON and writes lines of JSON.",
    shouldDisplay: false)

  @Option(help: "Bind the process to these PUs first, and start anew.")
  var pus: String?

  @Option(help: "With --pus: take memory by this policy.")
  var memory: String?

  @Flag(help: "With --pus: do without huge pages.")
  var smallPages = false

  func run() throws {
    let code =
      if let pus {
        try WorkerBinding(pus: pus, memory: memory, allowsHugePages: !smallPages).takeEffect()
      } else {
        Worker.run()
      }
    if code != 0 { throw ExitCode(code) }
  }
}
