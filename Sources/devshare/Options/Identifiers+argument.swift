import ArgumentParser
import Canonical
import DeviceSharing
import EligibilityPolicy

extension UserID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension DeviceID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension EntityID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension ShareRequestID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension ShareRequest.State: ExpressibleByArgument {}

extension Timestamp: ExpressibleByArgument {
    /// RFC 3339, or a date alone for its first moment in UTC.
    public init?(argument: String) {
        self.init(argument.utf8.count == 10 ? argument + "T00:00:00Z" : argument)
    }
}
