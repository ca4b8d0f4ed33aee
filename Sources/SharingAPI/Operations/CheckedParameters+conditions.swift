import Canonical
import HTTPEdge
import HTTPTypes
import SharingEngine
import SharingLog

extension CheckedParameters {
    private func tags(_ header: Parameter) -> EntityTagList? { text(header.name).flatMap { EntityTagList($0) } }

    /// What the record must be that a command is about, by If-Match and If-None-Match: both must hold where both are given. A
    /// list that names no tag of ours is a condition that never holds.
    var revisions: RevisionCondition {
        var condition = RevisionCondition.any
        if let list = tags(.ifMatch) {
            switch list {
            case .any: condition.noneOf.insert(0)
            case .tags(let tags): condition.oneOf = EntityTagList.strong(tags)
            }
        }
        if let list = tags(.ifNoneMatch) {
            switch list {
            case .any: condition.oneOf = (condition.oneOf ?? [0]).intersection([0])
            case .tags(let tags): condition.noneOf.formUnion(EntityTagList.weak(tags))
            }
        }
        return condition
    }

    /// Whether the reader of a record has it already, by If-None-Match.
    fileprivate func have(_ revision: Int) -> Bool {
        switch tags(.ifNoneMatch) {
        case nil: false
        case .any: true
        case .tags(let tags): EntityTagList.weak(tags).contains(revision)
        }
    }
}

extension Call {
    /// A record under its tag, or 304 without it where the reader has it (RFC 9110, section 13.1.2).
    ///
    /// - Parameter hasNews: whether what other records say of it has changed since the record did. The tag does not tell, so that
    ///   the reader may have something else than would be answered, and is answered as if it had nothing.
    func show(_ record: @autoclosure () throws -> JSONValue, revision: Int, hasNews: Bool = false) rethrows -> Answer {
        let headers = HTTPFields.tag(revision)
        if !hasNews, parameters.have(revision) { return Answer(status: .notModified, headers: headers) }
        return .json(try record(), headers: headers)
    }
}

extension HTTPFields {
    static func tag(_ revision: Int) -> HTTPFields { [.eTag: EntityTag(revision: revision).text] }
}

extension Route.Success {
    /// For operations that answer `Call.show`.
    static let notModified = Route.Success(
        status: .notModified, description: "The reader has it already: its tag is among those of If-None-Match.", content: .none,
        headers: [.eTag])
}
