/// The form of facts in a file that people write: test cases of a policy, and facts to explain.
enum FactsShape {
    static let facts = MappingShape(
        "facts", required: ["requester", "owner", "device", "sharedWith", "identity", "submittedAt", "decidedAt"],
        optional: ["consent", "session", "inputs", "counters"])
    static let participant = MappingShape(
        "a participant", required: ["id", "entity", "entityKind", "registeredAt", "devices"], optional: ["person", "adult"])
    static let device = MappingShape("a device", required: ["id", "kind", "activatedAt"])
    static let identity = MappingShape(
        "'identity'", required: ["dateOfBirth", "citizenship", "residence", "document", "socialSecurityNumber"],
        optional: ["usPerson", "numberMayHelp"])
    static let session = MappingShape("'session'", required: ["methods", "level", "authenticatedAt"])
    static let consent = MappingShape("'consent'", required: ["method", "givenAt", "reference"])
}
