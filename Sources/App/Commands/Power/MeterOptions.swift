import ArgumentParser
import Energy
import Harness
import HostState
import Topology

/// Where energy is read and what is assumed of it. Shared by every command that measures.
struct MeterOptions: ParsableArguments {
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

  @Option(
    help: ArgumentHelp(
      "Also tell energy by a model, marked as modelled: \(PowerModel.forms).", valueName: "model"))
  var powerModel: String?

  @Option(
    help: ArgumentHelp(
      "Seconds of idling before and after, so that net energy can be told (default: 3 for cells of a record, else 0).",
      valueName: "seconds"))
  var idleTime: Double?

  /// Seconds of idling where nothing else is said.
  static let usualIdle = 3.0

  /// Where meters are looked for.
  private func settings() throws -> MeterSettings {
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

  /// The model; nil where nobody asked for one.
  func model(cpus: Int) throws -> PowerModel? {
    guard let powerModel else { return nil }
    do throws(MeterFault) { return try PowerModel(powerModel, cpus: cpus) } catch {
      throw CommandFailure("--power-model: \(error.reason)", exitCode: 64)
    }
  }

  /// Begins to read every meter that can be read; where none can, the most preferred one says why. One that the user named
  /// has to be readable: nobody wants to learn after an hour that it was not.
  ///
  /// - Parameters:
  ///   - topology: of this machine.
  ///   - pus: where is measured; the threads that read run elsewhere if there is another PU.
  ///   - idle: seconds of idling where nothing else is said.
  func metering(_ topology: Topology, outside pus: Set<Int>, idle: Double = usualIdle) throws -> Metering {
    if let idleTime, !(idleTime >= 0 && idleTime <= 3600) {
      throw CommandFailure("--idle-time is in seconds, from 0 to 3600.", exitCode: 64)
    }
    let model = try model(cpus: topology.allowedPUs.count)
    let (named, found) = try meters()
    for meter in named {
      guard case .unavailable(let reason) = meter.availability() else { continue }
      throw CommandFailure("The meter \(meter.name) cannot be read. \(reason)", exitCode: 69)
    }
    var readable = named + found.filter { $0.availability().isAvailable }
    // Nobody waits for idle power that no meter tells.
    let idleSeconds = readable.isEmpty ? 0 : idleTime ?? idle
    if readable.isEmpty, let preferred = found.first { readable = [preferred] }
    let allowed = Set(topology.allowedPUs)
    let cores = topology.cores.map { $0.pus.filter(allowed.contains) }
    do throws(MeterFault) {
      return Metering(
        monitor: try PowerMonitor(readable, model: model, cores: cores, outside: pus), idleSeconds: idleSeconds)
    } catch {
      throw CommandFailure(error.reason, exitCode: 69)
    }
  }
}
