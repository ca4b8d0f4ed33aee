import CLibPQ

/// A `PGresult` and its end. Sendable because libpq never changes a result after handing it out, and documents reading one
/// from several threads as safe (manual, section 34.20); it is freed when nobody can read it any more.
final class ResultStorage: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }
}
