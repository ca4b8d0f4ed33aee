extension String {
    /// Throws `invalid-input` for a text with a zero byte (U+0000), which no text from outside may have: PostgreSQL cannot hold
    /// it, and to programs in C the text would end there.
    func refuseZero(field: String) throws(SharingError) {
        guard !utf8.contains(0) else { throw .invalidInput(field: field, problem: "must not have a zero byte (U+0000)") }
    }
}
