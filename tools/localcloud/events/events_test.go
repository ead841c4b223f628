package events

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/wire"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func (c *cloud) bus(t *testing.T, name string) {
	t.Helper()
	if _, err := c.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: &name}); err != nil {
		t.Fatal(err)
	}
}

// rule puts a rule with targets on the bus "shop".
func (c *cloud) rule(t *testing.T, name, pattern string, targets ...types.Target) {
	t.Helper()
	in := &eventbridge.PutRuleInput{Name: &name, EventBusName: aws.String("shop"), EventPattern: &pattern}
	if _, err := c.PutRule(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if len(targets) == 0 {
		return
	}
	for i := range targets {
		targets[i].Id = aws.String(string(rune('a' + i)))
	}
	if _, err := c.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: &name, EventBusName: aws.String("shop"), Targets: targets}); err != nil {
		t.Fatal(err)
	}
}

func to(arn string) types.Target { return types.Target{Arn: &arn} }

// sold returns an event on the bus "shop".
func sold(detail string) types.PutEventsRequestEntry {
	return types.PutEventsRequestEntry{
		EventBusName: aws.String("shop"), Source: aws.String("shop"), DetailType: aws.String("parcel.sold"), Detail: &detail,
		Time: aws.Time(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)), Resources: []string{"arn:x"},
	}
}

func (c *cloud) put(t *testing.T, entries ...types.PutEventsRequestEntry) *eventbridge.PutEventsOutput {
	t.Helper()
	out, err := c.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: entries})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBuses(t *testing.T) {
	c := newCloud(t)
	made, err := c.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{
		Name: aws.String("shop"), Description: aws.String("d"), Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}},
	})
	if err != nil || *made.EventBusArn != "arn:aws:events:eu-central-1:000000000000:event-bus/shop" {
		t.Fatalf("%+v, %v", made, err)
	}
	_, err = c.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("shop")})
	wiretest.WantError(t, err, "ResourceAlreadyExistsException", "Event bus shop already exists.")
	c.Restart(t)
	for _, name := range []string{"shop", *made.EventBusArn} {
		got, err := c.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: &name})
		if err != nil || *got.Name != "shop" || *got.Arn != *made.EventBusArn || *got.Description != "d" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	tags, err := c.ListTagsForResource(t.Context(), &eventbridge.ListTagsForResourceInput{ResourceARN: made.EventBusArn})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Key != "k" {
		t.Errorf("%+v, %v", tags, err)
	}
	list, err := c.ListEventBuses(t.Context(), &eventbridge.ListEventBusesInput{})
	if err != nil || len(list.EventBuses) != 2 || *list.EventBuses[0].Name != "default" {
		t.Errorf("%+v, %v", list, err)
	}
	c.rule(t, "r", `{"source":["x"]}`)
	_, err = c.DeleteEventBus(t.Context(), &eventbridge.DeleteEventBusInput{Name: aws.String("shop")})
	wiretest.WantError(t, err, "ValidationException", "still has rules")
	if _, err := c.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("r"), EventBusName: aws.String("shop")}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DeleteEventBus(t.Context(), &eventbridge.DeleteEventBusInput{Name: aws.String("shop")}); err != nil {
		t.Fatal(err)
	}
	_, err = c.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: aws.String("shop")})
	wiretest.WantError(t, err, "ResourceNotFoundException", "Event bus shop does not exist.")
}

func TestPermissions(t *testing.T) {
	c := newCloud(t)
	c.bus(t, "shop")
	policy := `{"Version":"2012-10-17","Statement":[{"Sid":"a"},{"Sid":"b"}]}`
	in := &eventbridge.PutPermissionInput{EventBusName: aws.String("shop"), Policy: &policy}
	if _, err := c.PutPermission(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if _, err := c.RemovePermission(t.Context(), &eventbridge.RemovePermissionInput{EventBusName: aws.String("shop"), StatementId: aws.String("a")}); err != nil {
		t.Fatal(err)
	}
	got, err := c.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: aws.String("shop")})
	if err != nil || *got.Policy != `{"Version":"2012-10-17","Statement":[{"Sid":"b"}]}` {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = c.RemovePermission(t.Context(), &eventbridge.RemovePermissionInput{EventBusName: aws.String("shop"), StatementId: aws.String("a")})
	wiretest.WantCode(t, err, "ResourceNotFoundException")
}

func TestRules(t *testing.T) {
	c := newCloud(t)
	c.bus(t, "shop")
	c.rule(t, "sold", `{"source":["shop"]}`, to(function), to(queue))
	c.rule(t, "other", `{"source":["other"]}`)
	c.Restart(t)
	on := aws.String("shop")
	got, err := c.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: aws.String("sold"), EventBusName: on})
	if err != nil || *got.Arn != "arn:aws:events:eu-central-1:000000000000:rule/shop/sold" || got.State != types.RuleStateEnabled || *got.EventPattern != `{"source":["shop"]}` {
		t.Errorf("%+v, %v", got, err)
	}
	targets, err := c.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: aws.String("sold"), EventBusName: on})
	if err != nil || len(targets.Targets) != 2 || *targets.Targets[1].Arn != queue {
		t.Errorf("%+v, %v", targets, err)
	}
	byTarget, err := c.ListRuleNamesByTarget(t.Context(), &eventbridge.ListRuleNamesByTargetInput{TargetArn: aws.String(queue), EventBusName: on})
	if err != nil || !slices.Equal(byTarget.RuleNames, []string{"sold"}) {
		t.Errorf("%+v, %v", byTarget, err)
	}
	list, err := c.ListRules(t.Context(), &eventbridge.ListRulesInput{EventBusName: on, Limit: aws.Int32(1)})
	if err != nil || len(list.Rules) != 1 || *list.Rules[0].Name != "other" || list.NextToken == nil {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = c.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("sold"), EventBusName: on})
	wiretest.WantError(t, err, "ValidationException", "Rule can't be deleted since it has targets.")
	if _, err := c.RemoveTargets(t.Context(), &eventbridge.RemoveTargetsInput{Rule: aws.String("sold"), EventBusName: on, Ids: []string{"a", "b"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("sold"), EventBusName: on}); err != nil {
		t.Fatal(err)
	}
	_, err = c.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: aws.String("sold"), EventBusName: on})
	wiretest.WantError(t, err, "ResourceNotFoundException", "Rule sold does not exist on EventBus shop.")
}

func TestRefused(t *testing.T) {
	c := newCloud(t)
	c.bus(t, "shop")
	c.rule(t, "sold", `{"source":["shop"]}`)
	rule := func(change func(*eventbridge.PutRuleInput)) func() error {
		return func() error {
			in := &eventbridge.PutRuleInput{Name: aws.String("r"), EventBusName: aws.String("shop"), EventPattern: aws.String(`{"source":["x"]}`)}
			change(in)
			_, err := c.PutRule(t.Context(), in)
			return err
		}
	}
	targets := func(all ...types.Target) func() error {
		return func() error {
			_, err := c.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("sold"), EventBusName: aws.String("shop"), Targets: all})
			return err
		}
	}
	target := func(change func(*types.Target)) func() error {
		one := types.Target{Id: aws.String("a"), Arn: aws.String(queue)}
		change(&one)
		return targets(one)
	}
	six := make([]types.Target, 6)
	for i := range six {
		six[i] = types.Target{Id: aws.String(string(rune('a' + i))), Arn: aws.String(queue)}
	}
	for what, tc := range map[string]struct {
		do         func() error
		code, text string
	}{
		"a bus's name": {func() error {
			_, err := c.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("a b")})
			return err
		}, "ValidationException", "name"},
		"a bus that is not there": {rule(func(in *eventbridge.PutRuleInput) { in.EventBusName = aws.String("none") }), "ResourceNotFoundException", "Event bus none does not exist."},
		"a schedule":              {rule(func(in *eventbridge.PutRuleInput) { in.ScheduleExpression = aws.String("rate(1 hour)") }), "ValidationException", "EventBridge Scheduler"},
		"no pattern":              {rule(func(in *eventbridge.PutRuleInput) { in.EventPattern = nil }), "ValidationException", "EventPattern"},
		"a pattern":               {rule(func(in *eventbridge.PutRuleInput) { in.EventPattern = aws.String(`{"source":"x"}`) }), "InvalidEventPatternException", "Event pattern is not valid. Reason: source must be an object or an array"},
		"a state":                 {rule(func(in *eventbridge.PutRuleInput) { in.State = "ON" }), "ValidationException", "state"},
		"a topic":                 {target(func(t *types.Target) { t.Arn = aws.String("arn:aws:sns:eu-central-1:000000000000:t") }), "ValidationException", "arn:aws:sns"},
		"six targets":             {targets(six...), "LimitExceededException", "maximum"},
		"two inputs":              {target(func(t *types.Target) { t.Input, t.InputPath = aws.String(`{}`), aws.String("$.detail") }), "ValidationException", "Only one of"},
		"an input":                {target(func(t *types.Target) { t.Input = aws.String(`{`) }), "ValidationException", "JSON syntax error"},
		"a path":                  {target(func(t *types.Target) { t.InputPath = aws.String(`detail`) }), "ValidationException", "InputPath"},
		"a placeholder": {target(func(t *types.Target) {
			t.InputTransformer = &types.InputTransformer{InputTemplate: aws.String(`"<x>"`)}
		}), "ValidationException", "<x>"},
		"attempts":              {target(func(t *types.Target) { t.RetryPolicy = &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(186)} }), "ValidationException", "maximumRetryAttempts"},
		"an age":                {target(func(t *types.Target) { t.RetryPolicy = &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(59)} }), "ValidationException", "maximumEventAge"},
		"a dead letter's queue": {target(func(t *types.Target) { t.DeadLetterConfig = &types.DeadLetterConfig{Arn: aws.String(function)} }), "ValidationException", "DeadLetterConfig"},
		"no entries": {func() error {
			_, err := c.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{}})
			return err
		}, "ValidationException", "entries"},
		"too large": {func() error {
			_, err := c.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{sold(`{"a":"` + strings.Repeat("x", 1<<20) + `"}`)}})
			return err
		}, "ValidationException", "Total size"},
		"a source that is not allowed": {func() error {
			e := sold(`{}`)
			e.Source = aws.String("forbidden")
			_, err := c.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{sold(`{}`), e}})
			return err
		}, "AccessDeniedException", "events:PutEvents on arn:aws:events:eu-central-1:000000000000:event-bus/shop"},
	} {
		t.Run(what, func(t *testing.T) { wiretest.WantError(t, tc.do(), tc.code, tc.text) })
	}
}

func TestAnEventComesToEachTargetOfEachRule(t *testing.T) {
	c := newCloud(t)
	c.bus(t, "shop")
	c.rule(t, "all", `{"source":["shop"]}`, to(function), to(queue))
	c.rule(t, "expensive", `{"detail":{"price":[{"numeric":[">",100]}]}}`, to(queue))
	c.rule(t, "others", `{"source":["others"]}`, to(queue))
	out := c.put(t, sold(`{"price":200}`))
	var rules []string
	for range 3 {
		g := c.targets.next(t)
		rules = append(rules, g.rule[strings.LastIndex(g.rule, "/")+1:]+" "+g.arn)
		var event map[string]any
		if err := json.Unmarshal([]byte(g.payload), &event); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{
			"version": "0", "id": *out.Entries[0].EventId, "detail-type": "parcel.sold", "source": "shop", "account": "000000000000",
			"time": "2026-03-02T12:00:00Z", "region": "eu-central-1", "resources": []any{"arn:x"}, "detail": map[string]any{"price": 200.0},
		}
		if diff := cmp.Diff(want, event); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	slices.Sort(rules)
	if diff := cmp.Diff([]string{"all " + function, "all " + queue, "expensive " + queue}, rules); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEntriesAreTakenOneByOne(t *testing.T) {
	c := newCloud(t)
	c.bus(t, "shop")
	c.rule(t, "all", `{"source":[{"exists":true}]}`, to(queue))
	noSource, aws1 := sold(`{}`), sold(`{}`)
	noSource.Source, aws1.Source = aws.String(""), aws.String("aws.ec2")
	elsewhere := sold(`{}`)
	elsewhere.EventBusName = aws.String("none")
	out := c.put(t, noSource, sold(`[]`), sold(`{`), aws1, elsewhere, sold(`{"n":6}`))
	var codes []string
	for _, e := range out.Entries {
		codes = append(codes, aws.ToString(e.ErrorCode))
	}
	want := []string{"InvalidArgument", "MalformedDetail", "MalformedDetail", "NotAuthorizedForSourceException", "", ""}
	if diff := cmp.Diff(want, codes); diff != "" || out.FailedEntryCount != 4 {
		t.Errorf("%d failed (-want +got):\n%s", out.FailedEntryCount, diff)
	}
	if g := c.targets.next(t); !strings.Contains(g.payload, `{"n":6}`) {
		t.Errorf("%+v", g)
	}
}

func TestADisabledRuleDeliversNothing(t *testing.T) {
	c := newCloud(t)
	c.bus(t, "shop")
	c.rule(t, "a-disabled", `{"source":["shop"]}`, to(function))
	c.rule(t, "enabled", `{"source":["shop"]}`, to(queue))
	if _, err := c.DisableRule(t.Context(), &eventbridge.DisableRuleInput{Name: aws.String("a-disabled"), EventBusName: aws.String("shop")}); err != nil {
		t.Fatal(err)
	}
	c.put(t, sold(`{}`))
	if g := c.targets.next(t); g.arn != queue {
		t.Errorf("%+v", g)
	}
	if len(c.targets.arrived) > 0 {
		t.Errorf("%+v", <-c.targets.arrived)
	}
}

func TestInputs(t *testing.T) {
	for name, tc := range map[string]struct {
		target types.Target
		want   string
	}{
		"a constant": {types.Target{Input: aws.String(`{"a":1}`)}, `{"a":1}`},
		"a part":     {types.Target{InputPath: aws.String("$.detail.items[1]")}, `{"id":2}`},
		"no part":    {types.Target{InputPath: aws.String("$.detail.none")}, `null`},
		"a template": {types.Target{InputTransformer: &types.InputTransformer{
			InputPathsMap: map[string]string{"item": "$.detail.items[0]", "who": "$.detail['who']", "none": "$.none"},
			InputTemplate: aws.String(`{"text":"sold to <who>","who":<who>,"item":<item>,"none":<none>,"rule":<aws.events.rule-name>}`),
		}}, `{"text":"sold to Ada","who":"Ada","item":{"id":1},"none":null,"rule":"sold"}`},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			c.bus(t, "shop")
			tc.target.Arn = aws.String(queue)
			c.rule(t, "sold", `{"source":["shop"]}`, tc.target)
			c.put(t, sold(`{"who":"Ada","items":[{"id":1},{"id":2}]}`))
			if g := c.targets.next(t); g.payload != tc.want {
				t.Errorf("got %s, want %s", g.payload, tc.want)
			}
		})
	}
}

func TestATargetThatFailsIsTriedAgain(t *testing.T) {
	c := newCloud(t)
	c.bus(t, "shop")
	c.rule(t, "sold", `{"source":["shop"]}`, to(queue))
	c.targets.failing(queue, errors.New("not now"))
	c.put(t, sold(`{"n":1}`))
	for all := 0; all == 0; { // until the first attempt has failed
		waiting, err := c.Service.deliveries.Waiting.List("")
		if err != nil || len(waiting) != 1 {
			t.Fatalf("%+v, %v", waiting, err)
		}
		all = waiting[0].Attempts
	}
	c.Restart(t)
	c.targets.failing(queue, nil)
	c.Advance(time.Minute)
	c.Service.loop.Wake()
	if g := c.targets.next(t); !strings.Contains(g.payload, `{"n":1}`) {
		t.Errorf("%+v", g)
	}
}

func TestWhatCannotBeDeliveredIsADeadLetter(t *testing.T) {
	for name, tc := range map[string]struct {
		err   error
		retry *types.RetryPolicy
		code  string
	}{
		"no permission": {wire.Errorf(403, "AccessDenied", "no"), nil, "AccessDenied"},
		"no attempts":   {errors.New("no"), &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(0)}, "SDK_CLIENT_ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			c.bus(t, "shop")
			c.targets.failing(function, tc.err)
			target := to(function)
			target.RetryPolicy, target.DeadLetterConfig = tc.retry, &types.DeadLetterConfig{Arn: aws.String(dead)}
			c.rule(t, "sold", `{"source":["shop"]}`, target)
			c.put(t, sold(`{"n":1}`))
			g := c.targets.next(t)
			if g.arn != dead || g.attributes["ERROR_CODE"] != tc.code || g.attributes["TARGET_ARN"] != function || !strings.Contains(g.payload, `{"n":1}`) ||
				g.attributes["RULE_ARN"] != "arn:aws:events:eu-central-1:000000000000:rule/shop/sold" {
				t.Errorf("%+v", g)
			}
		})
	}
}

func TestTestEventPattern(t *testing.T) {
	c := newCloud(t)
	event := `{"id":"1","account":"0","source":"shop","time":"t","region":"r","resources":[],"detail-type":"x","detail":{}}`
	for pattern, want := range map[string]bool{`{"source":["shop"]}`: true, `{"source":["x"]}`: false} {
		out, err := c.TestEventPattern(t.Context(), &eventbridge.TestEventPatternInput{Event: &event, EventPattern: &pattern})
		if err != nil || out.Result != want {
			t.Errorf("%s: %+v, %v", pattern, out, err)
		}
	}
	_, err := c.TestEventPattern(t.Context(), &eventbridge.TestEventPatternInput{Event: aws.String(`{}`), EventPattern: aws.String(`{"source":["x"]}`)})
	wiretest.WantError(t, err, "ValidationException", "Event is not valid")
}

// TestTraceHeader: targets get the trace header of the entry.
func TestTraceHeader(t *testing.T) {
	const header = "Root=1-65a1b2c3-000000000000000000000001;Parent=0000000000000002;Sampled=1"
	c := newCloud(t)
	c.bus(t, "shop")
	c.rule(t, "r", `{"source":["shop"]}`, to("arn:aws:sqs:eu-central-1:000000000000:q"))
	entry := sold(`{}`)
	entry.TraceHeader = aws.String(header)
	c.put(t, entry, sold(`{}`))
	traced := []string{c.targets.next(t).trace, c.targets.next(t).trace}
	slices.Sort(traced)
	if diff := cmp.Diff([]string{"", header}, traced); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
