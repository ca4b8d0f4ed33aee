import Canonical
import Testing

@testable import DeviceSharing

@Suite("An archive")
struct ArchiveTests {
    private let file = Digest(sha256: Array("an evidence file".utf8))

    private func state(_ events: [ArchiveEvent]) -> Archive? { events.reduce(nil) { Archive.evolve($0, $1) } }

    @Test("is detached once, and covers its run until it is attached")
    func detached() {
        let detached = ArchiveDecider.detach(file, 5...9, nil)
        #expect(detached == [NewEvent(.archive(file), .archive(.detached(positions: 5...9)))])
        let archive = state([.detached(positions: 5...9)])
        #expect([4, 5, 9, 10].map { archive?.covers($0) } == [false, true, true, false])
        #expect(ArchiveDecider.detach(file, 5...9, archive).isEmpty)
        #expect(ArchiveDecider.attach(file, archive) == [NewEvent(.archive(file), .archive(.attached))])
    }

    @Test("is attached once, and may be detached again")
    func attached() {
        let archive = state([.detached(positions: 5...9), .attached])
        #expect(archive?.covers(7) == false)
        #expect(ArchiveDecider.attach(file, archive).isEmpty)
        #expect(ArchiveDecider.attach(file, nil).isEmpty)
        #expect(!ArchiveDecider.detach(file, 5...9, archive).isEmpty)
    }

    @Test("has a stream of its own, named by the digest in small letters")
    func stream() {
        #expect(StreamID(name: StreamID.archive(file).name) == .archive(file))
        for name in [
            "archive/", "archive/00", StreamID.archive(file).name.uppercased(), "archive/" + file.description.uppercased(),
        ] {
            #expect(StreamID(name: name) == nil, "\(name)")
        }
    }
}
