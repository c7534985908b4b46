"""State machines of Step Functions in JSONata, run without Step Functions: a clock that nobody waits for, services that a test fakes.

The states and fields that the templates use, by the rules of the Amazon States Language: what an expression that gives nothing does,
what a variable is visible to, in which order errors are matched, and how many events a history gets. JSONata itself is a package.
"""

import datetime
import json
import re

import jsonata

# A history that has more is ended by Step Functions.
MOST_EVENTS = 25_000


class ServiceError(Exception):
    """What a service says no with."""

    def __init__(self, error, cause=""):
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


class Ended:
    """An execution that has ended, and its way."""

    def __init__(self, start):
        self.clock = start
        self.way = []
        self.edges = set()
        self.events = 2
        self.status = self.output = self.error = self.cause = None
        self.children = []

    def minutes_since(self, start):
        return (self.clock - start).total_seconds() / 60


class Evaluation:
    """Expressions, as a state sees them."""

    compiled = {}

    @classmethod
    def expression(cls, text):
        if text not in cls.compiled:
            cls.compiled[text] = jsonata.Jsonata(text)
        return cls.compiled[text]

    def __init__(self, variables, states):
        self.variables = variables
        self.states = states

    def of(self, value):
        if isinstance(value, dict):
            return {key: self.of(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.of(inner) for inner in value]
        if isinstance(value, str) and value.startswith("{%") and value.endswith("%}"):
            return self.evaluated(value[2:-2].strip())
        return value

    def evaluated(self, text):
        expression = self.expression(text)
        frame = expression.create_frame()
        for name, bound in {**self.variables, "states": self.states}.items():
            frame.bind(name, bound)
        frame.bind("parse", jsonata.Jsonata.JLambda(json.loads))
        found = expression.evaluate(None, frame)
        if found is None:
            raise ServiceError("States.QueryEvaluationError", f"nothing comes of {text}")
        return found


def matches(error, names):
    broad = "States.ALL" in names or ("States.TaskFailed" in names and error != "States.Timeout")
    return error in names or broad


def text_of(clock):
    return clock.strftime("%Y-%m-%dT%H:%M:%S.") + f"{clock.microsecond // 1000:03d}Z"


class Machine:
    """One definition, and who answers: `services(state, resource, arguments, clock)` gives a result or raises ServiceError."""

    def __init__(self, definition, services, arn="arn:aws:states:eu-west-1:123456789012:execution:lake"):
        self.definition = definition
        self.services = services
        self.arn = arn

    def run(self, given, name="night", start=None):
        start = start or datetime.datetime(2026, 11, 18, 2, 30, 0, 123000)
        ended = Ended(start)
        context = {"Execution": {"Id": f"{self.arn}:{name}", "Name": name, "StartTime": text_of(start)}}
        self.context = context
        variables = {}
        current, value = self.definition["StartAt"], given
        while current:
            ended.way.append(current)
            state = self.definition["States"][current]
            context["State"] = {"Name": current, "EnteredTime": text_of(ended.clock)}
            following, value = self.step(current, state, value, variables, ended)
            ended.edges.add((current, following))
            current = following
            assert ended.events < MOST_EVENTS, f"a history of {ended.events} events"
            assert len(json.dumps(variables)) < 256 * 1024
        return ended

    def step(self, name, state, value, variables, ended):
        """Gives the next state, or none, and what it is given."""
        ended.events += 2
        states = {"input": value, "context": self.context}
        seen = Evaluation(variables, states)
        kind = state["Type"]
        if kind in ("Task", "Map"):
            return self.attempts(name, state, value, variables, ended)
        if kind == "Choice":
            for rule in state["Choices"]:
                holds = seen.of(rule["Condition"])
                assert isinstance(holds, bool), f"{name} has no yes or no: {holds}"
                if holds:
                    variables.update(seen.of(rule.get("Assign", {})))
                    return rule["Next"], value
            return state["Default"], value
        if kind == "Fail":
            ended.status, ended.error = "FAILED", seen.of(state["Error"])
            ended.cause = seen.of(state["Cause"])
            return None, None
        output = seen.of(state["Output"]) if "Output" in state else value
        variables.update(seen.of(state.get("Assign", {})))
        if kind == "Wait":
            seconds = seen.of(state["Seconds"])
            assert seconds == int(seconds) and 0 <= seconds <= 99_999_999
            ended.clock += datetime.timedelta(seconds=seconds)
        if kind == "Succeed":
            ended.status, ended.output = "SUCCEEDED", output
            return None, None
        return state["Next"], output

    def attempts(self, name, state, value, variables, ended):
        tried = [0] * len(state.get("Retry", []))
        while True:
            seen = Evaluation(variables, {"input": value, "context": self.context})
            try:
                act = self.each if state["Type"] == "Map" else self.task
                result = act(name, state, seen, ended)
                states = {"input": value, "context": self.context, "result": result}
                after = Evaluation(variables, states)
                assigned = after.of(state.get("Assign", {}))
                output = after.of(state["Output"]) if "Output" in state else result
                variables.update(assigned)
                return state["Next"], output
            except ServiceError as error:
                retried = self.pause(state, error, tried)
                if retried is not None:
                    ended.clock += datetime.timedelta(seconds=retried)
                    continue
                return self.caught(name, state, error, value, variables, ended)

    @staticmethod
    def pause(state, error, tried):
        """Seconds until the next attempt, or nothing."""
        for index, rule in enumerate(state.get("Retry", [])):
            if matches(error.error, rule["ErrorEquals"]):
                if tried[index] >= rule.get("MaxAttempts", 3):
                    return None
                delay = rule.get("IntervalSeconds", 1) * rule.get("BackoffRate", 2) ** tried[index]
                tried[index] += 1
                return min(delay, rule.get("MaxDelaySeconds", delay))
        return None

    def caught(self, name, state, error, value, variables, ended):
        states = {
            "input": value,
            "context": self.context,
            "errorOutput": {"Error": error.error, "Cause": error.cause},
        }
        for rule in state.get("Catch", []):
            if matches(error.error, rule["ErrorEquals"]):
                variables.update(Evaluation(variables, states).of(rule.get("Assign", {})))
                return rule["Next"], states["errorOutput"]
        ended.status, ended.error, ended.cause = "FAILED", error.error, error.cause
        return None, None

    def task(self, name, state, seen, ended):
        ended.events += 4 if state["Resource"].endswith(".sync") else 3
        arguments = seen.of(state["Arguments"])
        assert len(json.dumps(arguments)) < 256 * 1024
        return self.services(name, state["Resource"], arguments, ended.clock)

    def each(self, name, state, seen, ended):
        """Each item in an execution of its own, which knows no variable of this one."""
        ended.events += 3
        concurrency = seen.of(state["MaxConcurrency"])
        assert isinstance(concurrency, (int, float)) and concurrency == int(concurrency) > 0
        assert state["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
        reader = state["ItemReader"]
        try:
            listed = self.services(name, reader["Resource"], seen.of(reader["Arguments"]), ended.clock)
            items = json.loads(listed["Body"])
        except (ServiceError, ValueError) as error:
            raise ServiceError("States.ItemReaderFailed", str(error)) from error
        self.services(
            name, state["ResultWriter"]["Resource"], seen.of(state["ResultWriter"]["Arguments"]), ended.clock
        )
        began, latest = ended.clock, ended.clock
        for index, item in enumerate(items):
            self.context["Map"] = {"Item": {"Index": index, "Value": item}}
            given = Evaluation(seen.variables, seen.states).of(state["ItemSelector"])
            child = Machine(state["ItemProcessor"], self.services, f"{self.arn}/{state['Label']}")
            run = f"{self.context['Execution']['Name']}-{index}"
            ended.children.append(child.run(given, name=run, start=began))
            latest = max(latest, ended.children[-1].clock)
        del self.context["Map"]
        ended.clock = latest
        failed = sum(child.status == "FAILED" for child in ended.children)
        assert failed * 100 <= state["ToleratedFailurePercentage"] * max(len(items), 1)
        counts = {"Total": len(items), "Failed": failed, "TimedOut": 0, "Aborted": 0}
        counts["Succeeded"] = len(items) - failed
        self.services(name, "map-run", counts, ended.clock)
        return {"MapRunArn": "arn:aws:states:eu-west-1:123456789012:mapRun:lake/Tables:1"}


def edges(definition):
    """Every way from a state to another one that the definition has, in the machine and in what its maps run."""
    found = set()
    for name, state in definition["States"].items():
        rules = state.get("Choices", []) + state.get("Catch", [])
        following = [rule["Next"] for rule in rules]
        following += [state[key] for key in ("Next", "Default") if key in state]
        found.update((name, one) for one in following or [None])
        if state["Type"] == "Map":
            found |= edges(state["ItemProcessor"])
    return found


def tasks(definition):
    """The names of all states that call a service."""
    found = []
    for name, state in definition["States"].items():
        if state["Type"] == "Map":
            found += tasks(state["ItemProcessor"])
        elif state["Type"] == "Task":
            found.append(name)
    return found


def substituted(text, values):
    """The text with what CloudFormation puts in; every value has to be there, and to be used."""
    names = set(re.findall(r"\$\{(\w+)\}", text))
    assert names == set(values), names ^ set(values)
    return re.sub(r"\$\{(\w+)\}", lambda found: values[found.group(1)], text)
