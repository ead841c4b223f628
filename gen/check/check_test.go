package check_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/check"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/emit/stackmodule"
	"github.com/seastack/seastack/gen/model"
)

func configured(t *testing.T, text string) config.Config {
	t.Helper()
	c, err := config.Parse([]byte(text), "example.com/shop")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// small returns a model that has nothing wrong, to be changed.
func small() model.Model {
	return model.Model{
		Project: "shop",
		Stacks: []model.Stack{{Name: "web", Functions: []model.Function{
			route("get", "GET", "/a/{id}"),
			function("consume", model.Trigger{Kind: model.QueueTrigger, Queue: &model.Consume{Queue: "parcels"}}),
			function("tidy", model.Trigger{Kind: model.ScheduleTrigger, Schedule: &model.Schedule{Expression: "rate(1 hour)"}}),
		}}},
		Queues: []model.Queue{{Name: "parcels", Consumer: model.FunctionRef{Stack: "web", Function: "consume"}}},
	}
}

func route(name, method, path string) model.Function {
	return function(name, model.Trigger{Kind: model.HTTPTrigger, HTTP: &model.HTTP{Method: method, Path: path}})
}

func function(name string, t model.Trigger) model.Function {
	return model.Function{Name: name, Timeout: 10, Trigger: t}
}

// authorizer returns an authorizer that may run for some seconds.
func authorizer(timeout int) model.Function {
	f := function("sessions", model.Trigger{Kind: model.AuthorizerTrigger, Authorizer: &model.Authorize{Authorizer: "sessions"}})
	f.Timeout = timeout
	return f
}

func TestCollisions(t *testing.T) {
	add := func(f model.Function) func(*model.Model) {
		return func(m *model.Model) { m.Stacks[0].Functions = append(m.Stacks[0].Functions, f) }
	}
	queue := func(q model.Queue) func(*model.Model) {
		return func(m *model.Model) { m.Queues = append(m.Queues, q) }
	}
	send := func(queues ...string) model.Function {
		f := route("send", "PUT", "/send")
		for _, q := range queues {
			f.Grants = append(f.Grants, model.Grant{Kind: model.QueueSendGrant, Resource: q})
		}
		return f
	}
	slow := route("slow", "POST", "/slow")
	slow.Timeout = 31
	for name, c := range map[string]struct {
		change func(*model.Model)
		want   []string
	}{
		"nothing wrong":                     {func(*model.Model) {}, nil},
		"the same requests":                 {add(route("other", "GET", "/a/{key}")), []string{diag.RoutesCollide}},
		"another method":                    {add(route("other", "PUT", "/a/{id}")), nil},
		"any method":                        {add(route("other", "ANY", "/a/{id}")), nil},
		"all that is left, and one segment": {add(route("other", "GET", "/a/{id+}")), nil},
		"two functions of a name":           {add(route("get", "GET", "/b")), []string{diag.DuplicateFunction}},
		"a function as a schedule's role":   {add(route("tidy-schedule", "GET", "/b")), []string{diag.DuplicateFunction}},
		"a function as one of another stack": {func(m *model.Model) {
			m.Stacks = append(m.Stacks, model.Stack{Name: "web-get", Functions: []model.Function{route("x", "GET", "/x")}})
			add(route("get-x", "GET", "/y"))(m)
		}, []string{diag.DuplicateFunction}},
		"two queues of a name":     {queue(model.Queue{Name: "parcels"}), []string{diag.QueueNameTaken}},
		"a queue as dead letters":  {queue(model.Queue{Name: "parcels-dlq"}), []string{diag.QueueNameTaken}},
		"a second consumer":        {add(function("c2", small().Stacks[0].Functions[1].Trigger)), []string{diag.TwoConsumers}},
		"a name beyond 64":         {add(route(strings.Repeat("a", 55), "GET", "/b")), []string{diag.NameTooLong}},
		"a queue's name beyond 80": {queue(model.Queue{Name: strings.Repeat("q", 70)}), []string{diag.NameTooLong}},
		"a bucket beyond 63":       {func(m *model.Model) { m.Project = strings.Repeat("p", 35) }, []string{diag.NameTooLong}},
		"slower than HTTP":         {add(slow), []string{diag.HTTPTimeout}},
		"a slow authorizer":        {add(authorizer(11)), []string{diag.HTTPTimeout}},
		"an authorizer in time":    {add(authorizer(10)), nil},
		"two authorizers of a name": {func(m *model.Model) {
			m.Authorizers = []model.Authorizer{{Name: "sessions"}, {Name: "sessions"}}
		}, []string{diag.AuthorizerNameTaken}},
		"two statements of an ID": {add(send("jobs-1", "jobs1")), []string{diag.SameStatementID}},
	} {
		m := small()
		c.change(&m)
		if got := codes(check.Collisions(m, configured(t, ""), stackmodule.Evaluated{})); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestCompleteness(t *testing.T) {
	overrides := func(stack string) string {
		return "environment \"local\" {\nstack \"" + stack + "\" {\nmemory = 128\n}\n}"
	}
	function := func(name string) string {
		return "environment \"local\" {\n stack \"web\" {\n function \"" + name + "\" {\n memory = 128\n}\n}\n}"
	}
	unconsumed := small()
	unconsumed.Queues[0].Consumer = model.FunctionRef{}
	for name, c := range map[string]struct {
		model  model.Model
		config string
		want   []string
	}{
		"nothing missing":          {small(), "", nil},
		"no consumer":              {unconsumed, "", []string{diag.NoConsumer}},
		"overrides of a stack":     {small(), overrides("web"), nil},
		"overrides of another one": {small(), overrides("jobs"), []string{diag.UnknownOverride}},
		"overrides of a function":  {small(), function("get"), nil},
		"overrides of no function": {small(), function("put"), []string{diag.UnknownOverride}},
	} {
		if got := codes(check.Completeness(c.model, configured(t, c.config))); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestOverriddenTimeouts: API Gateway waits for 30 seconds.
func TestOverriddenTimeouts(t *testing.T) {
	for stack, want := range map[string][]string{
		`timeout = "31s"`: {diag.HTTPTimeout},
		"timeout = \"31s\"\nfunction \"get\" {\n timeout = \"5s\"\n}":       nil,
		"function \"get\" {\n timeout = \"31s\"\n}":                         {diag.HTTPTimeout},
		"function \"tidy\" {\n timeout = \"31s\"\n}":                        nil,
		"timeout = \"5s\"\nfunction \"get\" {\n timeout = \"1m\"\n}":        {diag.HTTPTimeout},
		"timeout = \"31s\"\nfunction \"consume\" {\n timeout = \"1m\"\n}\n": {diag.HTTPTimeout},
	} {
		c := configured(t, "environment \"local\" {\n stack \"web\" {\n"+stack+"\n}\n}")
		if got := codes(check.Collisions(small(), c, stackmodule.Evaluated{})); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", stack, got, want)
		}
	}
}

func codes(list diag.List) (all []string) {
	for _, d := range list {
		all = append(all, d.Code)
	}
	return all
}
