#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What Prometheus expects of each process, by its names: processors, memory, files and start. Read from getrusage(2),
/// getrlimit(2) and /proc (proc(5)) when somebody scrapes.
public enum ProcessMetrics {
    public static let families = [cpu, residentMemory, virtualMemory, openFiles, maximumFiles, startTime]

    static let cpu = MetricFamily.counter("process_cpu_seconds", help: "Processor time of this process, in seconds.")
    static let residentMemory = MetricFamily.gauge(
        "process_resident_memory_bytes", unit: "bytes", help: "Memory of this process that is in RAM.")
    static let virtualMemory = MetricFamily.gauge(
        "process_virtual_memory_bytes", unit: "bytes", help: "Addresses that this process has.")
    static let openFiles = MetricFamily.gauge("process_open_fds", help: "Open files and sockets of this process.")
    static let maximumFiles = MetricFamily.gauge("process_max_fds", help: "Files and sockets that this process may open.")
    static let startTime = MetricFamily.gauge(
        "process_start_time_seconds", unit: "seconds", help: "When this process was started, in seconds since 1970.")

    /// Measures now. What the system does not tell is left out.
    static func values() -> [(family: MetricFamily, value: Double)] {
        var values: [(MetricFamily, Double)] = []
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            values.append((cpu, usage.ru_utime.inSeconds + usage.ru_stime.inSeconds))
        }
        let pages = (text("/proc/self/statm") ?? "").split(separator: " ").prefix(2).compactMap { Double($0) }
        if pages.count == 2 {
            let size = Double(sysconf(Int32(_SC_PAGESIZE)))
            values += [(virtualMemory, pages[0] * size), (residentMemory, pages[1] * size)]
        }
        if let count = openFileCount() { values.append((openFiles, Double(count))) }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            values.append((maximumFiles, Double(limit.rlim_cur)))
        }
        if let start { values.append((startTime, start)) }
        return values
    }

    /// Nil for what cannot be read. Files of /proc are short and made when they are read, so nothing waits for a disk.
    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    private static func openFileCount() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without "." and "..", and the folder itself.
        return max(count - 3, 0)
    }

    /// Worked out once: two readings of the clock differ.
    private static let start = startSeconds()

    private static func startSeconds() -> Double? {
        // The name of the program, in parentheses, may hold blanks; the time is the 20th field behind it, in ticks since the start of the system.
        guard let line = text("/proc/self/stat"), let end = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: end)...].split(separator: " ")
        var (now, up) = (timespec(), timespec())
        guard fields.count > 19, let ticks = Double(fields[19]), clock_gettime(CLOCK_REALTIME, &now) == 0,
            clock_gettime(CLOCK_BOOTTIME, &up) == 0
        else { return nil }
        return now.inSeconds - up.inSeconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}

extension MetricsRegistry {
    /// Measures the process.
    public func sampleProcess() {
        for (family, value) in ProcessMetrics.values() { set(family, to: value) }
    }
}

extension timeval {
    fileprivate var inSeconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}

extension timespec {
    fileprivate var inSeconds: Double { Double(tv_sec) + Double(tv_nsec) / 1e9 }
}
