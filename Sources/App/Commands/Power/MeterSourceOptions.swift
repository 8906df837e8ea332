import ArgumentParser
import Energy
import Foundation

/// Where energy is read.
struct MeterSourceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Read the files of meters below this folder instead of /.", valueName: "folder"))
  var sysRoot: String?

  @Option(
    help: ArgumentHelp(
      "A meter of your own, exec:COMMAND (lines of watts, or J and joules) or csv:FILE (columns time and watts or joules), "
        + "with NAME= before it or not; may be repeated.", valueName: "words"))
  var meter: [String] = []

  @Option(help: ArgumentHelp("Read a wall meter through SPEC's PTDaemon.", valueName: "host:port"))
  var ptdaemon: String?

  @OptionGroup var redfish: RedfishOptions

  @OptionGroup var ipmi: IPMIOptions

  /// Where meters are looked for.
  private func settings() throws -> MeterSettings {
    if let sysRoot, !FileManager.default.fileExists(atPath: sysRoot) {
      throw CommandFailure("--sys-root: there is no folder \(Terminal.harmless(sysRoot)).", exitCode: 66)
    }
    var settings = MeterSettings(
      root: sysRoot ?? "/", words: meter, ipmiHost: try ipmi.settings(), redfish: try redfish.settings())
    do throws(MeterFault) {
      settings.ptdaemon = try ptdaemon.map { text throws(MeterFault) in try PTDaemonSettings(text) }
    } catch {
      throw CommandFailure("--ptdaemon: \(error.reason)", exitCode: 64)
    }
    return settings
  }

  /// All meters in order of preference, whether or not they can be read: those that the user named, and what machines have.
  func meters() throws -> (named: [any Meter], found: [any Meter]) {
    let settings = try settings()
    do throws(MeterFault) { return (try EnergyMeters.named(settings), EnergyMeters.found(settings)) } catch {
      throw CommandFailure("--meter: \(error.reason)", exitCode: 64)
    }
  }
}
