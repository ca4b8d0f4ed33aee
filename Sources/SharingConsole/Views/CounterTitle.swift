import EligibilityPolicy

extension ConsoleCall {
    /// As a policy calls a counter; its spelling where the policy does not use it.
    func title(of counter: HistoryCounter, under policy: Policy?) -> String {
        policy?.counters.first { $0.counter == counter }?.title[reader.language] ?? counter.description
    }
}
