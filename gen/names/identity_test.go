package names_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

func httpRoute(key string) model.HTTP {
	method, path, _ := strings.Cut(key, " ")
	return model.HTTP{Method: method, Path: path}
}

func TestRouteLabel(t *testing.T) {
	for key, want := range map[string]string{
		"GET /":                           "get",
		"ANY /graphql":                    "any_graphql",
		"POST /interviews/{id}/complete":  "post_interviews__param_complete",
		"POST /interviews/{key}/complete": "post_interviews__param_complete", // the same requests
		"GET /files/{path+}":              "get_files__rest",
		"GET /audit-log":                  "get_audit-log",
		"GET /audit_log":                  "get_audit-x5f-log",
		"GET /audit/log":                  "get_audit_log",
		"GET /Audit.v2":                   "get_Audit-x2e-v2",
		"GET /a-x5f-b":                    "get_a-x2d-x5f-b",
	} {
		if got := names.RouteLabel(httpRoute(key)); got != want {
			t.Errorf("RouteLabel(%s) = %s, want %s", key, got, want)
		}
	}
}

// TestRouteLabelIsUnique goes through every path of up to three segments made of
// characters that could be taken for one another.
func TestRouteLabelIsUnique(t *testing.T) {
	segments := []string{"{v}", "param", "rest"}
	for word := range words([]byte("ax5-_~"), 3) {
		segments = append(segments, word)
	}
	label := regexp.MustCompile(`^[a-z_][A-Za-z0-9_-]*$`)
	seen := map[string]string{}
	check := func(key string) {
		got := names.RouteLabel(httpRoute(key))
		if other, taken := seen[got]; taken {
			t.Fatalf("%s and %s are both %s", other, key, got)
		}
		if !label.MatchString(got) {
			t.Fatalf("%s is %s, which is no label in Terraform", key, got)
		}
		seen[got] = key
	}
	check("GET /")
	for _, a := range append(segments, "{v+}") {
		check("GET /" + a)
	}
	for _, a := range segments {
		for _, b := range append(segments, "{v+}") {
			check("GET /" + a + "/" + b)
		}
	}
}

// words returns every text of one to n of the letters.
func words(letters []byte, n int) func(func(string) bool) {
	return func(yield func(string) bool) {
		last := []string{""}
		for range n {
			var next []string
			for _, word := range last {
				for _, c := range letters {
					next = append(next, word+string(c))
				}
			}
			for _, word := range next {
				if !yield(word) {
					return
				}
			}
			last = next
		}
	}
}

func TestRouteStatement(t *testing.T) {
	if got := names.RouteStatement(httpRoute("GET /a/{id}")); got != "get_a__param" {
		t.Error(got)
	}
	long := "GET /" + strings.Repeat("a", 200)
	one, two := names.RouteStatement(httpRoute(long+"b")), names.RouteStatement(httpRoute(long+"c"))
	if len(one) != 70 || len(two) != 70 || one == two {
		t.Errorf("%s\n%s", one, two)
	}
}

func TestSchedule(t *testing.T) {
	at := func(name, expression, zone string) model.Function {
		return model.Function{Name: name, Trigger: model.Trigger{
			Kind: model.ScheduleTrigger, Schedule: &model.Schedule{Expression: expression, Timezone: zone},
		}}
	}
	hourly, other := at("hourly", "rate(1 hour)", ""), at("other", "rate(1 hour)", "")
	daily, berlin := at("daily", "cron(0 6 * * ? *)", ""), at("berlin", "cron(0 6 * * ? *)", "Europe/Berlin")
	alone := model.Stack{Functions: []model.Function{hourly, daily, berlin, {Name: "web"}}}
	for want, f := range map[string]model.Function{
		"rate--1-hour": hourly, "cron--125f484b": daily, "cron--61b97e24": berlin,
	} {
		if got := names.Schedule(alone, f); got != want {
			t.Errorf("the schedule of %s is %s, want %s", f.Name, got, want)
		}
	}
	shared := model.Stack{Functions: []model.Function{hourly, other, daily}}
	if got := names.Schedule(shared, hourly); got != "hourly" {
		t.Errorf("one of two schedules at the same times is %s", got)
	}
}
