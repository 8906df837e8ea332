import Commands

await AssayCommand.execute()
