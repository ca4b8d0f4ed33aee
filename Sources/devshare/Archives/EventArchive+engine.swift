import SharingAudit
import SharingEngine
import SharingLog

extension EventArchive {
    /// The archives of an engine's log; what is moved is recorded by the engine's commands.
    init(_ engine: SharingEngine, as context: CommandContext) {
        self.init(
            engine.log,
            journal: Journal { file, run in
                _ = try await engine.perform(.detachEvents(file: file, run), as: context)
            } attach: { file in
                _ = try await engine.perform(.attachEvents(file: file), as: context)
            })
    }
}
