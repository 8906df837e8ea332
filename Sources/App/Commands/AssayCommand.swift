import ArgumentParser
import Foundation

/// The `assay` command: every subcommand is a file of its own.
public struct AssayCommand: AsyncParsableCommand {
  /// The command's name, help and subcommands.
  public static let configuration = CommandConfiguration(
    commandName: "assay",
    abstract: "Measures how fast, how efficiently and how exactly this machine runs neural networks on its CPUs.",
    discussion: """
      Examples:
        assay run                            measure with the quick suite
        assay run --workload resnet50 --threads 1,2 --batch 1-8*2
        assay show Results/local/NAME.json   the tables of a record again
        assay report NAME.json -o page.html  a page for a browser
        assay run --model model.onnx         your own model, in every precision
        assay precision minilm-l6            what each BF16, FP8, INT8 ... costs
        assay roofline                       the limits of arithmetic and memory
        assay gate --base old/assay --candidate new/assay
                                             a verdict for CI
        assay history add NAME.json          keep its figures, for trends
        assay doctor                         what would distort numbers here
      """,
    version: AssayVersion.current,
    subcommands: [
      RunCommand.self, SweepCommand.self, PrecisionCommand.self, PlanCommand.self, ShowCommand.self,
      CompareCommand.self, GateCommand.self, VerifyCommand.self, ReportCommand.self, ExportCommand.self,
      ExplainCommand.self,
      InspectCommand.self, InferCommand.self, CalibrateCommand.self, AttributeCommand.self, ExportModelCommand.self,
      ListCommand.self, KernelsCommand.self, FetchCommand.self, TopologyCommand.self, PlacementCommand.self,
      DoctorCommand.self, RooflineCommand.self, ConformanceCommand.self, NumericsCommand.self, MLPerfCommand.self,
      PowerCommand.self, LoadLineCommand.self, HistoryCommand.self,
      WorkerCommand.self,
    ])

  /// Makes the command.
  public init() {}

  /// Parses the process's arguments, runs the subcommand, and ends the process with the right exit code.
  ///
  /// On the main thread, because a worker pins itself and its team from there.
  @MainActor public static func execute() async {
    // A stream that the caller closed would otherwise become whatever is opened next.
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", O_RDWR)
    }
    // A reader that went away (assay show | head) ends the write, not with a signal's exit code.
    signal(SIGPIPE, SIG_IGN)
    // A write past the limit of file sizes fails and is told, and the half file goes; the signal would leave it behind.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      let known = CommandFailure(error)
      // What is neither ours nor the argument parser's was not foreseen.
      let isForeign = known == nil && !(error is ExitCode) && exitCode(for: error) == .failure
      guard let failure = known ?? (isForeign ? CommandFailure("\(error)", exitCode: 70) : nil) else {
        exit(withError: error)
      }
      failure.report()
      Foundation.exit(failure.exitCode)
    }
  }
}

/// The version of this build.
enum AssayVersion {
  static let current = "0.1.0"
}
