import Analysis
import HostState
import Records
import Topology

extension RunPage {
  /// What failed or is not finished, why, and how to try again.
  func writeFailures(to section: inout PageSection) {
    let failed = summary.cells.filter { $0.failure != nil }
    let pending = record.cells.filter { !$0.isFinished }
    guard !failed.isEmpty || !pending.isEmpty else {
      return section.lack("Failures", "Every cell has all of its rounds.")
    }
    section.begin("failures", "Failures, and what is not finished")
    if !failed.isEmpty {
      var table = PageTable(
        "Failed cells", [.words("cell"), .words("reason"), .number("rounds done"), .words("last lines of the worker")])
      for cell in failed {
        let lines = (cell.failure?.lastErrorLines ?? []).map { HTML.text($0.shortened(to: Self.longest)) }
        table.add([
          .init(cell.id), .init((cell.failure?.reason ?? "").shortened(to: Self.longest)),
          .init("\(cell.finishedRounds) of \(cell.plannedRounds)", Double(cell.finishedRounds)),
          .init(html: lines.isEmpty ? "-" : "<code>\(lines.joined(separator: "<br/>"))</code>"),
        ])
      }
      section.add(section.table(table))
      section.add(
        HTML.paragraph("The commands at the end of this page try one cell again.", class: "hint"))
    }
    if !pending.isEmpty {
      var table = PageTable("Not finished", [.words("cell"), .number("rounds"), .number("of")])
      for cell in pending {
        table.add([
          .init(cell.id), .init("\(cell.rounds.count)", Double(cell.rounds.count)),
          .init("\(cell.plannedRounds)", Double(cell.plannedRounds)),
        ])
      }
      section.add(section.table(table))
      section.add("<p class=\"hint\">To complete the run:</p>\n\(HTML.command(resume))")
    }
    section.end()
  }

  private var resume: String {
    let models = (record.spec.models ?? []).map { " \($0.resumeOptions)" }.joined()
    let command = record.sweep != nil ? "sweep" : record.isOfContracts ? "precision" : "run"
    return "assay \(command) --resume \(UserModel.word(path))\(models)"
  }

  /// What the figures come from.
  func writeMachine(to section: inout PageSection) {
    let machine = record.machine
    var facts = MachineLines(record: record, blas: summary.blas).facts.map { (lead: $0.name, text: $0.value) }
    facts.append(
      (
        "Model",
        "family/model/stepping \(machine.cpuSignature), microcode \(machine.microcode ?? "hidden by the system")"
      ))
    if let text = summary.monitor?.sentence { facts.append(("Meters", text)) }
    if let sweep { facts += SweepReport(record: record, summary: sweep, path: nil).accountFacts }
    section.begin("machine", "Machine and build")
    section.add(HTML.terms(facts, class: "facts"))
    let picture = TopologyPicture(record.topology).picture
    section.add(HTML.details("The machine as boxes", section.drawing(picture)))
    section.end()
  }

  /// The exact command of each cell.
  func writeCommands(to section: inout PageSection) {
    guard !summary.cells.isEmpty else { return section.lack("Commands", "The record has no cell.") }
    section.begin("commands", "Measure a cell again")
    section.add(
      HTML.paragraph(
        "Each command measures its cell with everything that was asked for; that of a cell that compares outputs measures timed cells of its precision too.",
        class: "hint"))
    var table = PageTable("The command of each cell", [.words("cell"), .words("command")])
    for cell in summary.cells {
      table.add([.init(cell.id), .init(html: HTML.command(cell.repro))])
    }
    section.add(section.table(table))
    section.end()
  }
}
