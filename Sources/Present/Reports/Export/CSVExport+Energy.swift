import Analysis
import Energy
import Statistics

extension CSVExport {
  /// Energy with its provenance; modelled figures have bounds in columns of their own.
  static var energyColumns: [Column] {
    [
      Column("energy_provenance") { cell in
        switch cell.energy {
        case .measured: "measured"
        case .modelled: "modelled"
        case .unavailable: "unavailable"
        case nil: ""
        }
      },
      Column("energy_source") { cell in
        switch cell.energy {
        case .measured(let energy): CSVField.text(energy.source)
        case .modelled(let energy): CSVField.text(energy.model)
        case .unavailable, nil: ""
        }
      },
      Column("energy_domains") { CSVField.text(measured($0)?.domains.joined(separator: " ") ?? "") },
      Column("energy_rounds") { cell in
        switch cell.energy {
        case .measured(let energy): CSVField.count(energy.rounds)
        case .modelled(let energy): CSVField.count(energy.rounds)
        case .unavailable, nil: ""
        }
      },
      Column("power_W") { CSVField.number($0.energyMetrics?.watts) },
      Column("energy_J_per_sample") { cell in
        switch cell.energy {
        case .measured(let energy): CSVField.number(energy.joules)
        case .modelled(let energy): CSVField.number(energy.joules)
        case .unavailable, nil: ""
        }
      },
      Column("energy_meter_uncertainty_J_per_sample") { CSVField.number(measured($0)?.uncertainty) },
      Column("energy_lower95_J_per_sample") { CSVField.number(measured($0)?.interval.map { max(0, $0.lower) }) },
      Column("energy_upper95_J_per_sample") { CSVField.number(measured($0)?.interval?.upper) },
      Column("energy_model_lower_J_per_sample") { CSVField.number(modelled($0)?.lower) },
      Column("energy_model_upper_J_per_sample") { CSVField.number(modelled($0)?.upper) },
      Column("net_energy_J_per_sample") { CSVField.number(measured($0)?.net?.joules) },
      Column("net_energy_uncertainty_J_per_sample") { CSVField.number(measured($0)?.net?.uncertainty) },
      Column("idle_power_W") { CSVField.number(measured($0)?.net?.idleWatts) },
      Column("energy_mJ_per_query") { CSVField.number($0.energyMetrics?.millijoulesPerQuery) },
      Column("energy_J_per_token") { CSVField.number($0.energyMetrics?.joulesPerToken) },
      Column("samples_per_J") { CSVField.number($0.energyMetrics?.samplesPerJoule) },
      Column("energy_delay_product_J_s") { CSVField.number($0.energyMetrics?.energyDelayProduct) },
      Column("energy_reason") { cell in
        switch cell.energy {
        case .unavailable(let reason): CSVField.text(reason)
        case nil: "not metered: the cell has no speed"
        case .measured, .modelled: ""
        }
      },
    ]
  }

  private static func measured(_ cell: CellSummary) -> MeasuredPerSample? {
    if case .measured(let energy) = cell.energy { energy } else { nil }
  }

  private static func modelled(_ cell: CellSummary) -> ModelledPerSample? {
    if case .modelled(let energy) = cell.energy { energy } else { nil }
  }
}
