package test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/google/uuid"
)

// logLimit is how long a line may take to be found: on AWS it is ingested first.
const logLimit = 60 * time.Second

// logLine is a line of a function's log, or of the API's access log.
type logLine struct {
	Level, Message, RequestID, Route, Error, MessageID, Receives string

	Status any // a number in a function's log, text in the API's
}

func (d *deployment) logs() *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(d.aws) }

// logLines returns the lines of a log group that a filter pattern lets through.
func (d *deployment) logLines(ctx context.Context, group, pattern string) (lines []logLine, err error) {
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(d.logs(), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: &group, FilterPattern: &pattern,
	})
	for pages.HasMorePages() {
		found, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, e := range found.Events {
			var line logLine
			if err := json.Unmarshal([]byte(aws.ToString(e.Message)), &line); err != nil {
				return nil, fmt.Errorf("a line of %s is not JSON: %s", group, aws.ToString(e.Message))
			}
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// awaitLogLines waits for lines that satisfy enough.
func (d *deployment) awaitLogLines(t *testing.T, group, pattern string, enough func([]logLine) bool) []logLine {
	t.Helper()
	return eventually(t, logLimit, "lines of "+group+" with "+pattern, func(ctx context.Context) ([]logLine, error) {
		lines, err := d.logLines(ctx, group, pattern)
		if err == nil && !enough(lines) {
			err = fmt.Errorf("found %+v", lines)
		}
		return lines, err
	})
}

func some(lines []logLine) bool { return len(lines) > 0 }

// testRequestIsLogged follows one request by its two ids: the function's, which
// the answer names, through the function's log, and the API's, which a header
// names, through the access log.
func testRequestIsLogged(t *testing.T, d *deployment) {
	id := uuid.NewString()
	r := d.get(t, "/interviews/"+id)
	p := r.wantProblem(t, 404)

	group := d.functions["web/interviews-get"].LogGroup
	lines := d.awaitLogLines(t, group, fmt.Sprintf(`{ $.requestId = %q && $.message = "request" }`, p.RequestID), some)
	line := lines[0]
	if len(lines) != 1 || line.Level != "INFO" || line.Route != "GET /interviews/{id}" || line.Status != 404.0 || line.Error == "" {
		t.Errorf("lines of the request: %+v", lines)
	}

	api := r.header.Get("Apigw-Requestid")
	if api == "" {
		t.Fatal("the answer has no Apigw-Requestid")
	}
	access := d.awaitLogLines(t, "/aws/vendedlogs/apigateway/"+d.prefix()[:len(d.prefix())-1], fmt.Sprintf(`{ $.requestId = %q }`, api), some)
	if len(access) != 1 || access[0].Route != "GET /interviews/{id}" || access[0].Status != "404" {
		t.Errorf("lines of the access log: %+v", access)
	}

	other, err := d.logLines(t.Context(), d.functions["web/interviews-list"].LogGroup, fmt.Sprintf("%q", p.RequestID))
	if err != nil || len(other) > 0 {
		t.Errorf("another function's log: %v", errors.Join(err, fmt.Errorf("%+v", other)))
	}
}
