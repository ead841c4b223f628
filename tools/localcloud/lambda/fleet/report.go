package fleet

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/sandbox"
)

// reporter writes Lambda's own lines to a log.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
type reporter struct {
	rev *Revision
	log *journal
}

func (r reporter) start(id string) {
	if !r.rev.JSONLogs {
		r.log.line("START RequestId: " + id + " Version: " + r.rev.Version)
		return
	}
	r.platform("INFO", "platform.start", map[string]any{"requestId": id, "version": r.rev.Version})
}

func (r reporter) end(id string, res Result) {
	if r.rev.JSONLogs {
		r.endJSON(id, res)
		return
	}
	switch res.Status {
	case sandbox.TimedOut:
		r.log.line(fmt.Sprintf("%s %s %s", stamp(r.log.now()), id, timedOut(r.rev.Timeout)))
	case sandbox.Exited:
		r.log.line(fmt.Sprintf("RequestId: %s Error: %s", id, message(res.Payload)))
		r.log.line(res.ErrorType)
	}
	r.log.line("END RequestId: " + id)
	r.log.line(reportLine(id, r.rev.MemoryMB, res))
}

func reportLine(id string, memoryMB int, res Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\tMax Memory Used: %d MB\t",
		id, millis(res.Duration), Billed(res), memoryMB, res.MaxMemoryMB)
	if res.Init > 0 {
		fmt.Fprintf(&b, "Init Duration: %.2f ms\t", millis(res.Init))
	}
	switch res.Status {
	case sandbox.TimedOut:
		b.WriteString("Status: timeout\t")
	case sandbox.Exited:
		fmt.Fprintf(&b, "Status: error\tError Type: %s\t", res.ErrorType)
	}
	return b.String()
}

// Billed returns the time that AWS bills, in milliseconds: the invocation and,
// since August 2025, its initialisation, rounded up.
// https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
func Billed(res Result) int { return int(math.Ceil(millis(res.Duration + res.Init))) }

func (r reporter) endJSON(id string, res Result) {
	level, status := "INFO", status(res.Status)
	done := map[string]any{"requestId": id, "status": status}
	metrics := map[string]any{
		"durationMs": round(res.Duration), "billedDurationMs": Billed(res),
		"memorySizeMB": r.rev.MemoryMB, "maxMemoryUsedMB": res.MaxMemoryMB,
	}
	if res.Init > 0 {
		metrics["initDurationMs"] = round(res.Init)
	}
	report := map[string]any{"requestId": id, "status": status, "metrics": metrics}
	if res.Status != sandbox.Answered {
		level = "WARN"
		if res.ErrorType != "" {
			done["errorType"], report["errorType"] = res.ErrorType, res.ErrorType
		}
		r.platform("WARN", "platform.runtimeDone", done)
	} else {
		r.platform("DEBUG", "platform.runtimeDone", done)
	}
	r.platform(level, "platform.report", report)
}

// initFailed reports an initialisation that the invocation tries again.
func (r reporter) initFailed(out sandbox.Outcome) {
	kind := errorType(out)
	if r.rev.JSONLogs {
		r.platform("WARN", "platform.initReport", map[string]any{
			"initializationType": "on-demand", "phase": "init", "status": status(out.Status), "errorType": kind,
			"metrics": map[string]any{"durationMs": round(out.Duration)},
		})
		return
	}
	if out.Status == sandbox.TimedOut {
		r.log.line(fmt.Sprintf("INIT_REPORT Init Duration: %.2f ms\tPhase: init\tStatus: timeout", millis(out.Duration)))
		return
	}
	r.log.line(fmt.Sprintf("INIT_REPORT Init Duration: %.2f ms\tPhase: init\tStatus: error\tError Type: %s", millis(out.Duration), kind))
}

var levels = map[string]int{"DEBUG": 0, "INFO": 1, "WARN": 2}

func (r reporter) platform(level, kind string, record map[string]any) {
	least, ok := levels[r.rev.SystemLevel]
	if !ok {
		least = levels["INFO"]
	}
	if levels[level] < least {
		return
	}
	raw, err := json.Marshal(struct {
		Time   string         `json:"time"`
		Type   string         `json:"type"`
		Record map[string]any `json:"record"`
	}{stamp(r.log.now()), kind, record})
	if err == nil { // strings and numbers always marshal
		r.log.line(string(raw))
	}
}

func status(s sandbox.Status) string {
	switch s {
	case sandbox.Answered:
		return "success"
	case sandbox.TimedOut:
		return "timeout"
	}
	return "error"
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func round(d time.Duration) float64 { return math.Round(millis(d)*1000) / 1000 }
