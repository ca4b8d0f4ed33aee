import Canonical
import Testing

@testable import DeviceSharing

@Suite("An archive")
struct ArchiveTests {
    private let file = Digest(sha256: Array("an evidence file".utf8))
    private let run = Archive.Run(positions: 5...9, headers: [Digest(sha256: [])])

    private func state(_ events: [ArchiveEvent]) -> Archive? { events.reduce(nil) { Archive.evolve($0, $1) } }

    @Test("is detached once, and covers its run until it is attached")
    func detached() {
        let detached = ArchiveDecider.detach(file, run, nil)
        #expect(detached == [NewEvent(.archive(file), .archive(.detached(run)))])
        let archive = state([.detached(run)])
        #expect([4, 5, 9, 10].map { archive?.covers($0) } == [false, true, true, false])
        #expect(ArchiveDecider.detach(file, run, archive).isEmpty)
        let other = Archive.Run(positions: 5...9, headers: [file])
        #expect(!ArchiveDecider.detach(file, other, archive).isEmpty, "the log was told something else of the file")
        #expect(ArchiveDecider.attach(file, archive) == [NewEvent(.archive(file), .archive(.attached))])
    }

    @Test("is attached once, and may be detached again")
    func attached() {
        let archive = state([.detached(run), .attached])
        #expect(archive?.covers(7) == false)
        #expect(ArchiveDecider.attach(file, archive).isEmpty)
        #expect(ArchiveDecider.attach(file, nil).isEmpty)
        #expect(!ArchiveDecider.detach(file, run, archive).isEmpty)
    }

    @Test("has a header for each stretch that its run has a part of")
    func headers() {
        let headers = (0..<3).map { Digest(sha256: [$0]) }
        let run = Archive.Run(positions: 65_536...131_073, headers: headers)
        #expect([1, 65_536, 65_537, 131_072, 131_073].map { Archive.stretch(of: $0) } == [0, 0, 1, 1, 2])
        #expect((-1...3).map { run.header(ofStretch: $0) } == [nil] + headers + [nil])
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
