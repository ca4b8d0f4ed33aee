#!/usr/bin/env python3
"""Decides the requests of a file with cel-python and with Cedar, and says how many decisions a second each makes.

    compare-policies.py FILE.json

The file holds the rules of the default policy, facts, and the outcomes that the engine came to; each library must come to
the same ones. Both are installed from PyPI into a virtual environment that is thrown away; what is not to be had is said,
and left out. Times are of this process on one core, without loading the rules and without preparing the facts.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
import venv

SECONDS = 3.0


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        given = json.load(file)
    for measure in (with_celpy, with_cedar):
        try:
            measure(given)
        except ImportError as error:
            print(f"{error.name or error} is not there: left out")


def in_environment(path):
    """Runs this program again where the libraries are."""
    with tempfile.TemporaryDirectory(prefix="compare-policies-") as folder:
        try:
            venv.create(folder, with_pip=True)
        except (Exception, SystemExit) as error:  # Python may come without pip or venv.
            print(f"no virtual environment can be made ({error}): nothing to compare with")
            return
        python = os.path.join(folder, "bin", "python")
        for package in ("cel-python", "cedarpy"):
            installed = subprocess.run(
                [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package], capture_output=True, text=True)
            if installed.returncode != 0:
                print(f"{package} could not be installed: {(installed.stderr.strip().splitlines() or ['no reason given'])[-1]}")
        subprocess.run([python, __file__, path], env={**os.environ, "COMPARE_POLICIES_INSIDE": "1"}, check=True)


def rate(decide, cases):
    """Decisions a second on the cases that approve, as the engine's own figure."""
    cases = [case for case, outcome in cases if outcome == "approve"]
    decided, start = 0, time.process_time()
    while time.process_time() - start < SECONDS:
        decided += decide(cases)
    return decided / (time.process_time() - start)


def report(name, version, what, decide, outcomes, given, cases):
    expected = [case["outcome"] for case in given["cases"]]
    agreed = sum(ours == theirs for ours, theirs in zip(expected, outcomes))
    theirs = rate(decide, list(zip(cases, expected)))
    verdict = "holds" if agreed == len(expected) else "MISSED"
    print(f"{name} {version}, {what}:")
    print(f"  {theirs:,.0f} a second, the engine makes {given['rate'] / theirs:,.0f} times as many; "
          f"the outcomes agree on {agreed} of {len(expected)} requests ({verdict})")


def outcome(failed, rules):
    consequences = {rules[number]["otherwise"] for number in failed}
    return "reject" if "reject" in consequences else "review" if consequences else "approve"


# cel-python: the expressions as the policy file has them, each compiled once.

def with_celpy(given):
    import celpy
    from importlib.metadata import version
    environment = celpy.Environment()

    def program(text):
        return environment.program(environment.compile(text))

    constants = {name: program(text).evaluate({}) for name, text in given["constants"].items()}
    variables = {name: program(text) for name, text in given["variables"].items()}
    rules = [program(rule["require"]) for rule in given["rules"]]

    def activation(case):
        facts = {}
        for record, fields in case["facts"].items():
            facts[record] = celpy.json_to_cel(fields)
            for field in fields:
                if f"{record}.{field}" in given["times"]:
                    facts[record][celpy.celtypes.StringType(field)] = celpy.celtypes.TimestampType(fields[field])
        return facts

    def decide(facts):
        context = {**facts, **constants}
        for name, variable in variables.items():
            context[name] = variable.evaluate(context)
        return [number for number, rule in enumerate(rules) if not rule.evaluate(context)]

    def decide_all(cases):
        for facts in cases:
            decide(facts)
        return len(cases)

    cases = [activation(case) for case in given["cases"]]
    outcomes = [outcome(decide(facts), given["rules"]) for facts in cases]
    report("cel-python", version("cel-python"), f"the {len(rules)} expressions as they stand, all evaluated",
           decide_all, outcomes, given, cases)


# Cedar: the rules written anew, as prohibitions. Cedar answers allow or deny: a request is approved where it may be shared at
# once, rejected where it may not be shared at all, and held otherwise. Times and spans are in milliseconds.

CEDAR = {
    "owner-consent-given": "context.consent.given",
    "owner-consent-fresh":
        "!context.consent.given || context.request.submittedAt - context.consent.givenAt <= 900000",
    "identity-not-contradicting":
        "context.requester.entity == context.owner.entity || !context.identity.contradicts",
    "identity-complete":
        "context.requester.entity == context.owner.entity || context.identity.identical || context.identity.contradicts",
    "requester-has-no-temporary-device": "!context.requester.hasTemporaryDevice",
    "owner-has-no-temporary-device": "!context.owner.hasTemporaryDevice",
    "device-shareable": "context.device.shareable",
    "highest-level-shared":
        "!context.device.shareable || !context.requester.hasDevice || context.device.level >= context.request.highestLevel",
    "no-organization-across-entities":
        "context.requester.entity == context.owner.entity || "
        "(context.requester.entityKind == \"individual\" && context.owner.entityKind == \"individual\")",
    "one-person-of-organization":
        "context.requester.entity != context.owner.entity || "
        "(context.requester.entityKind == \"individual\" && context.owner.entityKind == \"individual\") || "
        "context.requester.person == context.owner.person",
    "device-not-widely-shared": "context.device.sharedWith < 3",
    "device-seasoned": "context.request.decidedAt - context.device.activatedAt >= 604800000",
    "requester-seasoned": "context.request.decidedAt - context.requester.registeredAt >= 2592000000",
    "owner-seasoned": "context.request.decidedAt - context.owner.registeredAt >= 2592000000",
}


def with_cedar(given):
    import cedarpy
    from datetime import datetime
    from importlib.metadata import version
    unknown = {rule["id"] for rule in given["rules"]} ^ CEDAR.keys()
    if unknown:
        print(f"cedarpy: left out, since these rules are not written in Cedar: {', '.join(sorted(unknown))}")
        return
    text = ["permit (principal, action, resource);"]
    for rule in given["rules"]:
        # What is rejected may not be shared at once either.
        action = "" if rule["otherwise"] == "reject" else ' == Action::"share-at-once"'
        text.append(f'forbid (principal, action{action}, resource) when {{ !({CEDAR[rule["id"]]}) }};')
    policies = cedarpy.PolicySet.from_str("\n".join(text))
    entities = cedarpy.Entities.from_json_str("[]")

    def milliseconds(moment):
        return round(datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp() * 1000)

    def context(case):
        return {
            record: {
                field: milliseconds(value) if f"{record}.{field}" in given["times"] else value for field, value in fields.items()
            }
            for record, fields in case["facts"].items()
        }

    def requests(case, action):
        facts = context(case)
        return {
            "principal": {"type": "User", "id": facts["requester"]["id"]}, "action": {"type": "Action", "id": action},
            "resource": {"type": "Device", "id": facts["device"]["id"]}, "context": facts,
        }

    def allowed(batch):
        return [result.allowed for result in cedarpy.is_authorized_batch(batch, policies, entities)]

    def decide_all(cases):
        at_once = allowed([case["share-at-once"] for case in cases])
        left = [case for case, allow in zip(cases, at_once) if not allow]
        later = iter(allowed([case["share"] for case in left]) if left else [])
        return ["approve" if allow else "review" if next(later) else "reject" for allow in at_once]

    cases = [{action: requests(case, action) for action in ("share-at-once", "share")} for case in given["cases"]]
    report("cedarpy", version("cedarpy"), f"{len(given['rules'])} rules written anew in Cedar, a hundred requests a call",
           lambda cases: len(decide_all(cases)), decide_all(cases), given, cases)


if __name__ == "__main__":
    if os.environ.get("COMPARE_POLICIES_INSIDE"):
        main()
    else:
        in_environment(sys.argv[1])
