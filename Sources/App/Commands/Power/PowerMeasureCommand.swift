import ArgumentParser
import Energy
import Foundation
import Harness
import Records
import Reports
import Topology

/// `assay power -- COMMAND`.
struct PowerMeasureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Runs a command and tells its joules, watts and seconds on standard error.",
    discussion: """
      The figures are the machine's while the command ran, whatever else ran \
      there. With --idle-time the idle machine is read before and after, and \
      what the command took beyond it is told too. The command's own exit code \
      is given back; 126 and 127 where it cannot be started.

      Examples:
        assay power -- sleep 1
        assay power --idle-time 5 --json --output joules.json -- make -j
        assay power --power-model ccf-aws -- ./train.sh
      """)

  @OptionGroup var power: MeterOptions

  @OptionGroup var idle: IdleOption

  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: ArgumentHelp("Write the figures to this file instead.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace the file.")
  var overwrite = false

  @Argument(
    parsing: .postTerminator, help: ArgumentHelp("The command and its arguments, after --.", valueName: "command"))
  var command: [String] = []

  func run() async throws {
    guard !command.isEmpty else {
      throw CommandFailure("Name a command after --, for example: assay power -- sleep 1", exitCode: 64)
    }
    guard !command[0].isEmpty else { throw CommandFailure("The command's name is empty.", exitCode: 64) }
    let file = try output.map { try OutputFile($0, option: "--output") }
    try file?.requireWritable(overwrite: overwrite)
    let metering = try power.metering(try Topology.discover(), outside: [], idle: try idle.seconds(usual: 0))
    let before = await metering.idle()
    let wrapped = try WrappedCommand(command)
    let readings = metering.monitor?.energy(from: wrapped.begin, to: wrapped.end) ?? []
    let after = await metering.idle()
    let account = PowerAccount(idleBefore: before, idleAfter: after, monitor: metering.monitor?.account)
    let result = PowerMeasurement(
      command: command, exitCode: Int(wrapped.exitCode), seconds: Double(wrapped.end - wrapped.begin) / 1e9,
      user: wrapped.user, system: wrapped.system, readings: readings, power: account)
    let text = json ? try Terminal.text(json: result) : PowerMeasurementReport(result, style: Terminal.errorStyle).text
    guard let file else {
      Terminal.note(text)
      if wrapped.exitCode != 0 { throw ExitCode(wrapped.exitCode) }
      return
    }
    do { try file.write(text.utf8) } catch {
      // What was measured is not measured twice.
      Terminal.note(text)
      throw error
    }
    if wrapped.exitCode != 0 { throw ExitCode(wrapped.exitCode) }
  }
}
