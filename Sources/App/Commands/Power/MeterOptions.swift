import ArgumentParser
import Energy
import Harness
import HostState
import Topology

/// Where energy is read and by which model it is told. Shared by every command that measures.
struct MeterOptions: ParsableArguments {
  @OptionGroup var sources: MeterSourceOptions

  @Option(
    help: ArgumentHelp(
      "Also tell energy by a model, marked as modelled: \(PowerModel.forms).", valueName: "model"))
  var powerModel: String?

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
  ///   - idle: seconds of idling before and after; 0 for none.
  func metering(_ topology: Topology, outside pus: Set<Int>, idle: Double) throws -> Metering {
    let model = try model(cpus: topology.allowedPUs.count)
    let (named, found) = try sources.meters()
    var readable = named + found.filter { $0.availability().isAvailable }
    // Nobody waits for idle power that no meter tells.
    let idleSeconds = readable.isEmpty ? 0 : idle
    if readable.isEmpty, let preferred = found.first { readable = [preferred] }
    let allowed = Set(topology.allowedPUs)
    let cores = topology.cores.map { $0.pus.filter(allowed.contains) }
    let monitor: PowerMonitor
    do throws(MeterFault) {
      monitor = try PowerMonitor(readable, model: model, cores: cores, outside: pus)
    } catch {
      throw CommandFailure(error.reason, exitCode: 69)
    }
    monitor.waitForFirst()
    if let (source, reason) = monitor.unreadable().first(where: { failed in named.contains { $0.name == failed.source }
    }) {
      throw CommandFailure("The meter \(source) cannot be read. \(reason)", exitCode: 69)
    }
    return Metering(monitor: monitor, idleSeconds: idleSeconds)
  }
}
