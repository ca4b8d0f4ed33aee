/// What differs between the texts of two policies, in words. What they decide differently is `PolicyComparison`'s to say.
package enum PolicyDiff {}
